import { createServer } from 'node:http';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
// The log reads once per turn of the event loop, so the test writes once per turn.
// eslint-disable-next-line no-restricted-syntax
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { checkResponds } from './checkResponds.mjs';
import { playgroundEnvironment, readFlags } from './flags.mjs';
import { forwardLines, serverLog } from './serverLog.mjs';
import { listeningUrl } from './services.mjs';

describe('Flags of npm start', () => {
  it('leaves everything at its default without flags', () => {
    const flags = readFlags([]);
    expect(flags).toEqual({ isHelp: false, isHttps: false, host: undefined, playgroundPort: undefined, server: [] });
    expect(playgroundEnvironment(flags, 'http://127.0.0.1:4443')).toEqual({
      TUREEN_SERVER_URL: 'http://127.0.0.1:4443',
    });
  });

  it('gives --https to the playground and --host to both', () => {
    const flags = readFlags(['--https', '--host']);
    expect(flags.server).toEqual(['--host']);
    expect(playgroundEnvironment(flags, 'http://127.0.0.1:4443')).toEqual({
      TUREEN_SERVER_URL: 'http://127.0.0.1:4443',
      TUREEN_PLAYGROUND_HTTPS: '1',
      TUREEN_PLAYGROUND_HOST: '0.0.0.0',
    });
  });

  it.each([[['--host', '10.0.0.7', '--playground-port', '8080']], [['--host=10.0.0.7', '--playground-port=8080']]])(
    'reads the value of %j',
    (argv) => {
      const flags = readFlags(argv);
      expect(flags).toMatchObject({ host: '10.0.0.7', playgroundPort: 8080, server: ['--host', '10.0.0.7'] });
    },
  );

  it('passes every other flag on to the server', () => {
    expect(readFlags(['--workers=1', '--no-tcp', '--log-level', 'debug']).server).toEqual([
      '--workers',
      '1',
      '--no-tcp',
      '--log-level',
      'debug',
    ]);
  });

  it.each(['0', 'http', '70000'])('refuses %s as a port', (port) => {
    expect(() => readFlags(['--playground-port', port])).toThrow(`not "${port}"`);
  });

  it('refuses --playground-port without a port', () => {
    expect(() => readFlags(['--playground-port'])).toThrow('--playground-port requires a port');
  });

  it('does not treat another flag as the address of --host', () => {
    expect(readFlags(['--host', '--workers', '2'])).toMatchObject({ host: true, server: ['--host', '--workers', '2'] });
  });
});

describe('checkResponds', () => {
  it('resolves on success, rejects on an error status or a refused connection', async () => {
    const server = createServer((request, response) => response.writeHead(request.url === '/ok' ? 200 : 500).end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const base = `http://127.0.0.1:${server.address().port}`;
    await checkResponds(`${base}/ok`);
    await expect(checkResponds(`${base}/broken`)).rejects.toThrow('HTTP 500');
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    await expect(checkResponds(`${base}/ok`)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('The server’s log', () => {
  it('contains the address of the server in the line `listening`', () => {
    const line = (entry) => JSON.stringify({ level: 30, time: 0, ...entry });
    expect(listeningUrl(line({ url: 'http://127.0.0.1:4443', msg: 'listening' }))).toBe('http://127.0.0.1:4443');
    expect(listeningUrl(line({ msg: 'starting' }))).toBeUndefined();
    expect(listeningUrl('no JSON at all')).toBeUndefined();
    expect(listeningUrl('null')).toBeUndefined();
  });
});

describe('Output of npm start', () => {
  it('stops reading the server’s log while stdout is full', async () => {
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
    // Once the log stops reading, the lines stay with the server.
    while (writeOne()) await setImmediate();
    expect(lines).toBeLessThan(20);
    expect(written).toBeGreaterThan(1000);

    stdout.resume();
    server.end();
    await forwarded;
    expect(lines).toBe(written);
  });

  it('keeps reading when the reader of stdout has exited', async () => {
    const stdout = new PassThrough({ highWaterMark: 10 });
    const log = await serverLog({ stream: stdout });
    const room = log('x'.repeat(100));
    stdout.destroy(new Error('EPIPE'));
    await room;
    expect(stdout.destroyed).toBe(true);
  });
});
