import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { redactSecrets } from './logs/redactSecrets.ts';

describe('the logs', () => {
  it('contain no secret in the fields where programs usually put them', () => {
    const lines: string[] = [];
    const logger = pino({ hooks: { streamWrite: redactSecrets } }, { write: (line: string) => lines.push(line) });
    logger.info({ token: 's3cret', roomId: 'r' }, 'one');
    logger.child({ session: { resumeToken: 's3cret' } }).info('two');
    logger.info({ settings: { iceServer: { credential: 's3cret' } }, headers: { authorization: 's3cret' } }, 'three');
    logger.info({ one: [{ two: { three: { four: { password: ['s3cret'] } } } }] }, 'deep');
    logger.info({ err: Object.assign(new Error('refused'), { secret: { of: 's3cret' } }) }, 'error');
    expect(lines.join('')).not.toContain('s3cret');
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      'one',
      'two',
      'three',
      'deep',
      'error',
    ]);
    expect(lines.join('')).toContain('"roomId":"r"');
    expect(lines.every((line) => line.endsWith('}\n'))).toBe(true);
  });

  it('leave a line without such a field as it is, even if a text quotes one', () => {
    const line = `${JSON.stringify({ msg: 'bad message {"token":"x"}', reason: 'token' })}\n`;
    expect(redactSecrets(line)).toBe(line);
  });
});
