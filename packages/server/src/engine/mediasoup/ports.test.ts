import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, unlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workerBin } from 'mediasoup';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { capturedLogs } from '../../testing/capturedLogs.ts';
import type { MediaBackend } from '../MediaBackend.ts';
import type { MediaRouter } from '../port/MediaRouter.ts';
import { createMediasoupBackend } from './index.ts';
import type { MediasoupBackendOptions } from './options.ts';

const opened: MediaBackend[] = [];
afterEach(() => Promise.all(opened.splice(0).map((backend) => backend.close())));

async function start(options: Partial<MediasoupBackendOptions> = {}): Promise<MediaBackend> {
  const backend = await createMediasoupBackend({ logger: capturedLogs().logger, workers: 1, ...options });
  opened.push(backend);
  return backend;
}

/** Returns the candidates of a new transport, e.g. `udp 127.0.0.1:40000`. */
async function candidatesOf(router: MediaRouter, { forceTcp = false } = {}): Promise<string[]> {
  const { iceCandidates } = await router.createWebRtcTransport({ forceTcp, enableSctp: false, reportBwe: false });
  return iceCandidates.map(({ protocol, address, port }) => `${protocol} ${address}:${String(port)}`);
}

async function bound(port = 0): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

/** Returns the first of that many consecutive ports that are free for UDP and TCP. */
async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = await bound();
    const { port } = first.address();
    const sockets = [first];
    try {
      for (let next = port; next < port + count; next += 1) {
        if (next > port) sockets.push(await bound(next));
        const server = createServer().listen(next, '127.0.0.1');
        await once(server, 'listening');
        server.close();
        await once(server, 'close');
      }
      return port;
    } catch {
      // One of them is in use: try others.
    } finally {
      for (const socket of sockets) socket.close();
    }
  }
}

describe('one port per worker', () => {
  it('carries all transports of all rooms of a worker, and the next worker has the next port', async () => {
    const rtcPort = await freePorts(2);
    const backend = await start({ rtcPort, workers: 2 });
    const routers = [await backend.createRouter(), await backend.createRouter(), await backend.createRouter()];
    const candidates = await Promise.all([...routers, ...routers].map((router) => candidatesOf(router)));
    const expected = (port: number) => [`udp 127.0.0.1:${String(port)}`, `tcp 127.0.0.1:${String(port)}`];
    expect(candidates[0]).toEqual(expected(rtcPort));
    expect(candidates[1]).toEqual(expected(rtcPort + 1));
    expect(new Set(candidates.flat()).size).toBe(4);
    expect(await candidatesOf(routers[0]!, { forceTcp: true })).toEqual([`tcp 127.0.0.1:${String(rtcPort)}`]);
  });

  it('carries far more transports than a range of that size', async () => {
    const backend = await start();
    const router = await backend.createRouter();
    const candidates = await Promise.all(Array.from({ length: 300 }, () => candidatesOf(router)));
    expect(new Set(candidates.flat()).size).toBe(2);
  });

  it('is any free port unless a port is set, so that several servers can run', async () => {
    const backends = await Promise.all([start({ workers: 2 }), start({ workers: 2 })]);
    const candidates = [];
    // One after the other, as each router goes to the worker with the fewest.
    for (const backend of [...backends, ...backends]) candidates.push(await candidatesOf(await backend.createRouter()));
    expect(new Set(candidates.flat()).size).toBe(8);
  });

  it('listens on each address, in both families', async () => {
    const rtcPort = await freePorts(1);
    const addresses = [
      { ip: '0.0.0.0', announcedAddresses: ['203.0.113.7', '198.51.100.7'] },
      { ip: '::', announcedAddresses: ['2001:db8::7'] },
    ];
    const backend = await start({ rtcPort, addresses });
    const router = await backend.createRouter();
    const { iceCandidates } = await router.createWebRtcTransport({
      forceTcp: false,
      enableSctp: false,
      reportBwe: false,
    });
    const announced = ['203.0.113.7', '198.51.100.7', '2001:db8::7'];
    expect(iceCandidates.map(({ protocol, address }) => `${protocol} ${address}`)).toEqual(
      ['udp', 'tcp'].flatMap((protocol) => announced.map((address) => `${protocol} ${address}`)),
    );
    expect(new Set(iceCandidates.map(({ port }) => port))).toEqual(new Set([rtcPort]));
    expect(new Set(iceCandidates.map(({ priority }) => priority)).size).toBe(iceCandidates.length);
  });

  it.each([
    { protocol: 'UDP', occupy: bound },
    {
      protocol: 'TCP',
      occupy: async (port: number) => {
        const server = createServer().listen(port, '127.0.0.1');
        await once(server, 'listening');
        return server;
      },
    },
  ])('rejects with a named error where another process has the $protocol port, and leaves no worker', async (taken) => {
    const rtcPort = await freePorts(2);
    const occupant = await taken.occupy(rtcPort + 1);
    await expect(start({ rtcPort, workers: 2 })).rejects.toMatchObject({
      name: 'MediaPortError',
      code: 'portInUse',
      protocol: taken.protocol,
      ip: '127.0.0.1',
      port: rtcPort + 1,
    });
    occupant.close();
    // The port of the worker that did start is free again.
    await start({ rtcPort, workers: 2 });
  });

  it('rejects with a named error where the address belongs to no interface', async () => {
    for (const ports of [{}, { rtcPort: await freePorts(1) }, { rtcMinPort: 41_000 }])
      await expect(start({ ...ports, addresses: [{ ip: '192.0.2.1' }] })).rejects.toMatchObject({
        name: 'MediaPortError',
        code: 'addressNotAvailable',
        ip: '192.0.2.1',
      });
  });

  it('is free again once the backend is closed, even with a pending replacement of a worker', async () => {
    const rtcPort = await freePorts(1);
    const backend = await start({ rtcPort });
    const died = new Promise((resolve) => backend.once('workerDied', resolve));
    process.kill(backend.workers[0]!.pid, 'SIGKILL');
    await died;
    await backend.close();
    const next = await start({ rtcPort });
    expect(next.workers).toHaveLength(1);
  });

  it('is used by the next worker once the dead worker exited', async () => {
    const rtcPort = await freePorts(1);
    const backend = await start({ rtcPort });
    const order: string[] = [];
    (await backend.createRouter()).on('closed', () => order.push('router closed'));
    backend.on('workerDied', () => order.push('worker died'));
    const replaced = new Promise<void>((resolve) => {
      backend.on('workerReplaced', () => {
        order.push('worker replaced');
        resolve();
      });
    });
    process.kill(backend.workers[0]!.pid, 'SIGKILL');
    await replaced;
    expect(order).toEqual(['router closed', 'worker died', 'worker replaced']);
    expect(await candidatesOf(await backend.createRouter())).toContain(`udp 127.0.0.1:${String(rtcPort)}`);
  });

  it('is tried again with growing pauses when another process opened it meanwhile', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tureen-'));
    const link = join(folder, 'worker');
    await symlink(workerBin, link);
    const clock = new ManualClock();
    const waits: number[] = [];
    let onWait: () => void = () => {};
    const waiting = () => new Promise<void>((resolve) => (onWait = resolve));
    const rtcPort = await freePorts(1);
    const logs = capturedLogs();
    const backend = await start({
      rtcPort,
      workerBin: link,
      logger: logs.logger,
      workerSuspectMs: 40_000,
      workerKillMs: 0,
      clock: {
        now: () => clock.now(),
        after: (ms, fn) => {
          // The pauses before an attempt. Other timers of the backend are longer.
          if (ms <= 1000) {
            waits.push(ms);
            onWait();
          }
          return clock.after(ms, fn);
        },
      },
    });
    // Without a binary the first attempt fails in any case, which leaves time to occupy the port.
    await unlink(link);
    let waited = waiting();
    process.kill(backend.workers[0]!.pid, 'SIGKILL');
    await waited;
    const occupant = await bound(rtcPort);
    await symlink(workerBin, link);
    waited = waiting();
    clock.advance(500);
    await waited;
    expect(backend.workers[0]?.state).toBe('dead');
    expect(logs.lines.at(-1)).toMatchObject({ retryMs: 1000, err: { code: 'portInUse' } });

    occupant.close();
    const replaced = new Promise((resolve) => backend.once('workerReplaced', resolve));
    clock.advance(1000);
    await replaced;
    expect(waits).toEqual([500, 1000]);
    // Timer of the watchdog.
    expect(clock.pending).toBe(1);
    expect(await candidatesOf(await backend.createRouter())).toContain(`udp 127.0.0.1:${String(rtcPort)}`);
    await rm(folder, { recursive: true });
  });
});

describe('a range of ports', () => {
  it('may be partly in use at start: other processes release their ports', async () => {
    const rtcMinPort = await freePorts(1);
    const occupant = await bound(rtcMinPort);
    const backend = await start({ rtcMinPort, rtcMaxPort: rtcMinPort, workers: 2 });
    const router = await backend.createRouter();
    await expect(candidatesOf(router)).rejects.toMatchObject({ code: 'noPort' });
    occupant.close();
    await once(occupant, 'close');
    expect(await candidatesOf(router)).toHaveLength(2);
  });

  it('gives each transport its own ports', async () => {
    const rtcMinPort = await freePorts(8);
    const backend = await start({ rtcMinPort, rtcMaxPort: rtcMinPort + 7 });
    const router = await backend.createRouter();
    const candidates = [await candidatesOf(router), await candidatesOf(router)].flat();
    expect(new Set(candidates).size).toBe(4);
    for (const candidate of candidates) {
      const port = Number(candidate.split(':')[1]);
      expect(port).toBeGreaterThanOrEqual(rtcMinPort);
      expect(port).toBeLessThan(rtcMinPort + 8);
    }
  });
});
