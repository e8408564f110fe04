import { createServer } from 'node:http';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { answers } from './answers.mjs';
import { playgroundEnvironment, readFlags } from './flags.mjs';
import { forwardLines, serverLog } from './serverLog.mjs';
import { listeningUrl } from './services.mjs';

describe('the flags of npm start', () => {
  it('without any, leave everything at its default', () => {
    const flags = readFlags([]);
    expect(flags).toEqual({ isHelp: false, isHttps: false, host: undefined, playgroundPort: undefined, server: [] });
    expect(playgroundEnvironment(flags, 'http://127.0.0.1:4443')).toEqual({
      TUREEN_SERVER_URL: 'http://127.0.0.1:4443',
    });
  });

  it('--https is the playground’s, --host is for both', () => {
    const flags = readFlags(['--https', '--host']);
    expect(flags.server).toEqual(['--host']);
    expect(playgroundEnvironment(flags, 'http://127.0.0.1:4443')).toEqual({
      TUREEN_SERVER_URL: 'http://127.0.0.1:4443',
      TUREEN_PLAYGROUND_HTTPS: '1',
      TUREEN_PLAYGROUND_HOST: '0.0.0.0',
    });
  });

  it.each([[['--host', '10.0.0.7', '--playground-port', '8080']], [['--host=10.0.0.7', '--playground-port=8080']]])(
    '%j',
    (argv) => {
      const flags = readFlags(argv);
      expect(flags).toMatchObject({ host: '10.0.0.7', playgroundPort: 8080, server: ['--host', '10.0.0.7'] });
    },
  );

  it('passes on to the server what is not known here', () => {
    expect(readFlags(['--workers=1', '--no-tcp', '--log-level', 'debug']).server).toEqual([
      '--workers',
      '1',
      '--no-tcp',
      '--log-level',
      'debug',
    ]);
  });

  it.each(['0', 'http', '70000'])('refuses %s for a port', (port) => {
    expect(() => readFlags(['--playground-port', port])).toThrow(port);
  });
});

describe('asking whether a service answers', () => {
  it('resolves on success and rejects on the rest', async () => {
    const server = createServer((request, response) => response.writeHead(request.url === '/ok' ? 200 : 500).end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const base = `http://127.0.0.1:${server.address().port}`;
    await answers(`${base}/ok`);
    await expect(answers(`${base}/broken`)).rejects.toThrow('HTTP 500');
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    await expect(answers(`${base}/ok`)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('the server’s log', () => {
  it('tells where the server listens, once it does', () => {
    const line = (entry) => JSON.stringify({ level: 30, time: 0, ...entry });
    expect(listeningUrl(line({ url: 'http://127.0.0.1:4443', msg: 'listening' }))).toBe('http://127.0.0.1:4443');
    expect(listeningUrl(line({ msg: 'starting' }))).toBeUndefined();
    expect(listeningUrl('no JSON at all')).toBeUndefined();
    expect(listeningUrl('null')).toBeUndefined();
  });
});

describe('the output of npm start', () => {
  it('reads no more of the server’s log while its own reader takes nothing', async () => {
    const server = new PassThrough();
    const stdout = new PassThrough({ highWaterMark: 1000 });
    const log = await serverLog({ stream: stdout });
    let lines = 0;
    const forwarded = forwardLines(server, (line) => {
      lines += 1;
      return log(line);
    });
    const chunk = `${'x'.repeat(99)}\n`.repeat(100);
    let written = 0;
    const writeOne = () => {
      written += 100;
      return server.write(chunk);
    };
    // Each turn it may read; it stops, and then what is written stays with the writer.
    while (writeOne()) await setImmediate();
    expect(lines).toBeLessThan(20);
    expect(written).toBeGreaterThan(1000);

    stdout.resume();
    server.end();
    await forwarded;
    expect(lines).toBe(written);
  });

  it('reads on when its own reader has gone', async () => {
    const stdout = new PassThrough({ highWaterMark: 10 });
    const log = await serverLog({ stream: stdout });
    const room = log('x'.repeat(100));
    stdout.destroy(new Error('EPIPE'));
    await room;
  });
});
