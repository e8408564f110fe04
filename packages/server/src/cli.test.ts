import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Health } from './http/health.ts';
import { sendRequest } from './testing/openEntry.ts';
import { refusalOf } from './testing/refusalOf.ts';
import { endCliRuns, runCli } from './testing/runCli.ts';
import { version } from './version.ts';

interface Candidate {
  readonly protocol: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
}

async function healthAt(url: unknown): Promise<Health> {
  return (await (await fetch(`${String(url)}/health`)).json()) as Health;
}

/** Connects a client and a socket of the media worker, which exists as long as the worker. */
async function connectMedia(url: string) {
  const client = new WebSocket(`${url.replace('http', 'ws')}/?roomId=r&peerId=p`);
  await once(client, 'open');
  const asked = { forceTcp: true, producing: true, consuming: false };
  const { data } = (await sendRequest(client, 'createWebRtcTransport', asked)) as {
    data: { iceCandidates: Candidate[] };
  };
  const { address, port } = data.iceCandidates.find(({ protocol }) => protocol === 'tcp')!;
  const media = connect(port, address);
  await once(media, 'connect');
  return { client, media };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

afterEach(endCliRuns);

describe('tureen-server', () => {
  it('prints its help and its version', async () => {
    const help = runCli(['--help']);
    const told = runCli(['--version']);
    expect([await help.exited, await told.exited]).toEqual([0, 0]);
    expect(help.stdout()).toContain('--rtc-min-port <port>');
    expect(help.stdout()).toContain('TUREEN_RTC_MIN_PORT');
    expect(told.stdout()).toBe(version);
  });

  it('exits with 2 when settings are invalid, with the name of each', async () => {
    const wrong = runCli(['--prot', '1'], { env: { TUREEN_WORKERS: 'many' } });
    expect(await wrong.exited).toBe(2);
    expect(wrong.stderr()).toBe(
      'tureen-server: --prot: no such flag, did you mean --port?\n' +
        'tureen-server: TUREEN_WORKERS: must be a whole number from 0 to 256\n',
    );
  });

  it('exits with 1 when the port is in use, with the reason', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const port = String((occupant.address() as AddressInfo).port);
    const refused = runCli(['--port', port, '--workers', '1']);
    expect(await refused.exited).toBe(1);
    expect(refused.stderr()).toBe(
      `tureen-server: port ${port} on 127.0.0.1 is in use; stop the process that listens there, or choose another --port\n`,
    );
    occupant.close();
  });

  it('exits with 1 when a media port is in use, with port and flag', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const port = String((occupant.address() as AddressInfo).port);
    const refused = runCli([
      '--port',
      '0',
      '--workers',
      '1',
      '--no-udp',
      '--listen-ip',
      '127.0.0.1',
      '--rtc-port',
      port,
    ]);
    expect(await refused.exited).toBe(1);
    expect(refused.stderr()).toBe(
      `tureen-server: TCP port ${port} on 127.0.0.1, which media requires, is in use; ` +
        'stop the process that listens there, or choose another --rtc-port\n',
    );
    occupant.close();
  });

  it.each([
    [['--listen-ip', '192.0.2.1'], 'media cannot listen on 192.0.2.1, which is not an address of this machine'],
    [['--announced-address', 'nowhere.invalid'], '--announced-address: cannot look up the name nowhere.invalid'],
  ])('exits with 1 when the machine has no such media address: %j', async (args, words) => {
    const refused = runCli(['--port', '0', '--workers', '1', ...args]);
    expect(await refused.exited).toBe(1);
    expect(refused.stderr()).toContain(words);
  });

  it('exits with 1 without a media worker, with a hint', async () => {
    const refused = runCli(['--port', '0'], { env: { MEDIASOUP_WORKER_BIN: '/nowhere/mediasoup-worker' } });
    expect(await refused.exited).toBe(1);
    expect(refused.stderr()).toContain('/nowhere/mediasoup-worker');
    expect(refused.stderr()).toContain('set MEDIASOUP_WORKER_BIN');
    const line = await refused.logged('cannot start the server');
    expect(line).toMatchObject({ level: 60, code: 'workerMissing' });
    expect(JSON.stringify(line).match(/set MEDIASOUP_WORKER_BIN/g)).toHaveLength(1);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('stops gracefully at %s, and leaves no process', async (signal) => {
    const server = runCli(['--port', '0', '--workers', '1']);
    const { url } = await server.logged('listening');
    const { workers } = await healthAt(url);
    expect(workers).toEqual([{ pid: expect.any(Number) as number, alive: true, state: 'running', rooms: 0 }]);

    server.child.kill(signal);
    expect(await server.exited).toBe(0);
    expect(server.stdout()).toContain('"msg":"stopped"');
    expect(server.stdout()).not.toMatch(/"level":[56]0/);
    expect(server.stderr()).toBe('');
    expect(workers.map(({ pid }) => isAlive(pid))).toEqual([false]);
  });

  it('leaves no process at Ctrl-C either, which a terminal sends to the media workers as well', async () => {
    const server = runCli(['--port', '0', '--workers', '2']);
    const { url } = await server.logged('listening');
    const { workers } = await healthAt(url);
    process.kill(-server.child.pid!, 'SIGINT');
    expect(await server.exited).toBe(0);
    expect(server.stdout()).toContain('"msg":"stopped"');
    expect(workers.map(({ pid }) => isAlive(pid))).toEqual([false, false]);
  });

  it('lets calls end at SIGTERM within its drain time, and accepts no new client', async () => {
    const server = runCli(['--port', '0', '--workers', '1', '--drain-timeout-ms', '60000']);
    const { url } = await server.logged('listening');
    const roomUrl = `${String(url).replace('http', 'ws')}/?roomId=r`;
    const client = new WebSocket(`${roomUrl}&peerId=p`);
    await once(client, 'open');
    expect(await sendRequest(client, 'getRouterRtpCapabilities')).toMatchObject({ ok: true });
    const { workers } = await healthAt(url);

    server.child.kill('SIGTERM');
    expect(await server.logged('draining')).toMatchObject({ drainTimeoutMs: 60_000 });
    expect(await refusalOf(`${roomUrl}&peerId=late`)).toEqual({ status: 503, body: 'the server is stopping\n' });
    expect(await healthAt(url)).toMatchObject({ status: 'draining', workers: [{ alive: true, rooms: 1 }] });
    // Only a running media worker can create a transport.
    const asked = { forceTcp: false, producing: true, consuming: false };
    expect(await sendRequest(client, 'createWebRtcTransport', asked)).toMatchObject({ ok: true });

    client.close();
    expect(await server.exited).toBe(0);
    expect(workers.map(({ pid }) => isAlive(pid))).toEqual([false]);
  });

  it('exits at once at the second signal, and leaves no media worker', async () => {
    const server = runCli(['--port', '0', '--workers', '1', '--drain-timeout-ms', '60000']);
    const { url } = await server.logged('listening');
    const { client, media } = await connectMedia(String(url));
    const cut = once(media, 'close');

    server.child.kill('SIGTERM');
    await server.logged('draining');
    server.child.kill('SIGTERM');
    expect(await server.exited).toBe(1);
    await cut;
    client.terminate();
  });

  it('exits at SIGTERM when a media worker hangs, and leaves no process', async () => {
    const server = runCli(['--port', '0', '--workers', '2']);
    const { url } = await server.logged('listening');
    const { workers } = await healthAt(url);
    process.kill(workers[0]!.pid, 'SIGSTOP');
    server.child.kill('SIGTERM');
    expect(await server.exited).toBe(0);
    expect(server.stdout()).toContain('"msg":"stopped"');
    expect(workers.map(({ pid }) => isAlive(pid))).toEqual([false, false]);
  });

  it('exits at once at the second signal when a media worker hangs, and leaves no worker', async () => {
    const server = runCli(['--port', '0', '--workers', '1', '--drain-timeout-ms', '60000']);
    const { url } = await server.logged('listening');
    const { client, media } = await connectMedia(String(url));
    const { workers } = await healthAt(url);
    const cut = once(media, 'close');
    process.kill(workers[0]!.pid, 'SIGSTOP');
    server.child.kill('SIGTERM');
    await server.logged('draining');
    server.child.kill('SIGTERM');
    expect(await server.exited).toBe(1);
    await cut;
    client.terminate();
  });

  it('logs an uncaught failure, and exits with 1', async () => {
    const lose = 'process.on("SIGUSR2", () => { Promise.reject(new Error("lost")); })';
    const server = runCli(['--port', '0', '--workers', '1'], {
      nodeArgs: ['--import', `data:text/javascript,${lose}`],
    });
    await server.logged('listening');
    server.child.kill('SIGUSR2');
    expect(await server.exited).toBe(1);
    expect(await server.logged('exiting after an uncaught error')).toMatchObject({
      level: 60,
      event: 'unhandledRejection',
    });
  });

  it('warns about variables that have no effect, without their values', async () => {
    const env = { TUREEN_PROT: 'hunter2', TUREEN_JWT_SECRET: ' ' };
    const server = runCli(['--port', '0', '--workers', '1'], { env });
    await server.logged('listening');
    expect(await server.logged('ignoring environment variable: unknown')).toMatchObject({
      level: 40,
      variable: 'TUREEN_PROT',
      didYouMean: 'TUREEN_PORT',
    });
    expect(await server.logged('ignoring environment variable: empty')).toMatchObject({
      level: 40,
      variable: 'TUREEN_JWT_SECRET',
    });
    server.child.kill('SIGTERM');
    await server.exited;
    expect(server.stdout()).not.toContain('hunter2');
  });

  it('prints its settings without secrets', async () => {
    const iceServers = JSON.stringify([{ urls: 'turn:turn.example', username: 'u', credential: 'hunter2' }]);
    const server = runCli(['--port', '0', '--workers', '1'], { env: { TUREEN_ICE_SERVERS: iceServers } });
    await server.logged('listening');
    server.child.kill('SIGTERM');
    await server.exited;
    expect(server.stdout()).toContain('turn:turn.example');
    expect(server.stdout()).not.toContain('hunter2');
  });
});
