import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { secretsRemoved } from './logger.ts';

describe('the logs', () => {
  it('contain no secret in the fields where programs usually put them', () => {
    const lines: string[] = [];
    const logger = pino({ redact: secretsRemoved }, { write: (line: string) => lines.push(line) });
    logger.info({ token: 's3cret', roomId: 'r' }, 'one');
    logger.child({ session: { resumeToken: 's3cret' } }).info('two');
    logger.info({ settings: { iceServer: { credential: 's3cret' } }, headers: { authorization: 's3cret' } }, 'three');
    expect(lines.join('')).not.toContain('s3cret');
    expect(lines.join('')).toContain('"roomId":"r"');
  });
});
