import { mkdtemp, rm, symlink, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workerBin } from 'mediasoup';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { capturedLogs } from '../../testing/capturedLogs.ts';
import type { MediaBackend } from '../MediaBackend.ts';
import type { MediaBackendEvents } from '../MediaWorkers.ts';
import { createMediasoupBackend } from './index.ts';
import type { MediasoupBackendOptions } from './options.ts';

let backend: MediaBackend;
afterEach(() => backend.close());

async function start(options: Partial<MediasoupBackendOptions> = {}) {
  backend = await createMediasoupBackend({ logger: capturedLogs().logger, workers: 1, ...options });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function next<K extends keyof MediaBackendEvents>(event: K) {
  return new Promise<MediaBackendEvents[K]>((resolve) => {
    backend.once(event, resolve);
  });
}

describe('MediasoupBackend', () => {
  it('puts each router on the worker with the fewest routers', async () => {
    await start({ workers: 2 });
    const routers = await Promise.all([backend.createRouter(), backend.createRouter()]);
    await backend.createRouter();
    expect(backend.workers.map(({ rooms }) => rooms).sort()).toEqual([1, 2]);
    for (const router of routers) router.close();
    expect(backend.workers.reduce((sum, { rooms }) => sum + rooms, 0)).toBe(1);
  });

  it('handles no signal: the program decides when the process ends', async () => {
    const listeners = () => (['SIGINT', 'SIGTERM'] as const).map((signal) => process.rawListeners(signal));
    const before = listeners();
    await start({ workers: 2 });
    expect(listeners()).toEqual(before);
  });

  it('supports opus, VP8, VP9, H264 and AV1, in that order', async () => {
    await start();
    const { rtpCapabilities } = await backend.createRouter();
    const names = (rtpCapabilities.codecs ?? [])
      .map(({ mimeType }) => mimeType)
      .filter((name) => !name.endsWith('rtx'));
    expect(names).toEqual([
      'audio/opus',
      'video/VP8',
      'video/VP9',
      'video/VP9',
      'video/H264',
      'video/H264',
      'video/AV1',
    ]);
    const profiles = (rtpCapabilities.codecs ?? []).flatMap(({ parameters }) => parameters?.['profile-level-id'] ?? []);
    expect(profiles).toEqual(['42e01f', '4d0032']);
  });

  it('supports the configured codecs', async () => {
    await start({ mediaCodecs: [{ kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 }] });
    const { rtpCapabilities } = await backend.createRouter();
    expect(rtpCapabilities.codecs?.map(({ mimeType }) => mimeType)).toEqual(['audio/opus']);
  });

  it('offers media on the configured addresses, over UDP and TCP, from the port range', async () => {
    await start({
      addresses: [{ ip: '127.0.0.1', announcedAddresses: ['media.example'] }, { ip: '127.0.0.2' }],
      rtcMinPort: 41_000,
      rtcMaxPort: 41_020,
    });
    const router = await backend.createRouter();
    const { iceCandidates } = await router.createWebRtcTransport({
      forceTcp: false,
      enableSctp: false,
      reportBwe: false,
    });
    const where = iceCandidates.map(({ address, protocol }) => `${protocol} ${address}`).sort();
    expect(where).toEqual(['tcp 127.0.0.2', 'tcp media.example', 'udp 127.0.0.2', 'udp media.example']);
    for (const { port } of iceCandidates) {
      expect(port).toBeGreaterThanOrEqual(41_000);
      expect(port).toBeLessThanOrEqual(41_020);
    }
  });

  it('offers TCP alone when a client requests TCP', async () => {
    await start();
    const router = await backend.createRouter();
    const { iceCandidates } = await router.createWebRtcTransport({
      forceTcp: true,
      enableSctp: false,
      reportBwe: false,
    });
    expect(iceCandidates.map(({ protocol }) => protocol)).toEqual(['tcp']);
  });

  it('reports the entities on its workers', async () => {
    await start();
    const router = await backend.createRouter();
    await router.createWebRtcTransport({ forceTcp: false, enableSctp: false, reportBwe: true });
    const [worker] = await backend.dump();
    expect(worker?.routers).toEqual([{ id: router.id, transports: 1, producers: 0, consumers: 0 }]);
  });

  it('replaces a worker that exits, after its routers have closed', async () => {
    await start();
    const router = await backend.createRouter();
    const order: string[] = [];
    router.on('closed', ({ reason }) => order.push(reason));
    const [before] = backend.workers;
    const died = next('workerDied');
    process.kill(before!.pid, 'SIGKILL');
    expect((await died).pid).toBe(before!.pid);
    expect(order).toEqual(['workerDied']);
    expect(backend.workers[0]?.state).toBe('dead');
    await expect(backend.createRouter()).rejects.toMatchObject({ name: 'MediaError', code: 'noWorker' });

    const { pid } = await next('workerReplaced');
    expect(pid).not.toBe(before!.pid);
    expect(backend.workers).toEqual([{ pid, state: 'running', rooms: 0 }]);
    await expect(backend.createRouter()).resolves.toHaveProperty('rtpCapabilities.codecs');
  });

  it('retries with growing pauses when a worker cannot be replaced', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tureen-'));
    const link = join(folder, 'worker');
    await symlink(workerBin, link);
    const waits: number[] = [];
    const clock = new ManualClock();
    let onWait: () => void = () => {};
    const waiting = () =>
      new Promise<void>((resolve) => {
        onWait = resolve;
      });
    await start({
      workerBin: link,
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
    await unlink(link);
    let waited = waiting();
    process.kill(backend.workers[0]!.pid, 'SIGKILL');
    await waited;
    expect(backend.workers[0]?.state).toBe('dead');
    waited = waiting();
    clock.advance(500);
    await waited;
    await symlink(workerBin, link);
    const replaced = next('workerReplaced');
    clock.advance(1000);
    await replaced;
    expect(waits).toEqual([500, 1000]);
    expect(backend.workers[0]?.state).toBe('running');
    await rm(folder, { recursive: true });
  });

  it('replaces a worker with growing pauses when its replacements exit soon', async () => {
    const clock = new ManualClock();
    const waits: number[] = [];
    const after = (ms: number, fn: () => void) => {
      waits.push(ms);
      return clock.after(ms, fn);
    };
    await start({ clock: { now: () => clock.now(), after } });
    const kill = async () => {
      const died = next('workerDied');
      process.kill(backend.workers[0]!.pid, 'SIGKILL');
      await died;
    };
    let replaced = next('workerReplaced');
    await kill();
    await replaced;
    for (const waitMs of [500, 1000, 2000]) {
      await kill();
      expect(waits.at(-1)).toBe(waitMs);
      replaced = next('workerReplaced');
      clock.advance(waitMs);
      await replaced;
    }
    clock.advance(10_000);
    replaced = next('workerReplaced');
    await kill();
    await replaced;
    await expect(backend.createRouter()).resolves.toHaveProperty('rtpCapabilities.codecs');
  });

  it('refuses requests to a dead worker', async () => {
    await start();
    const router = await backend.createRouter();
    const died = next('workerDied');
    process.kill(backend.workers[0]!.pid, 'SIGKILL');
    await died;
    await expect(
      router.createWebRtcTransport({ forceTcp: false, enableSctp: false, reportBwe: false }),
    ).rejects.toMatchObject({ name: 'MediaError', code: 'closed' });
  });

  it('leaves no process after close()', async () => {
    await start({ workers: 2 });
    const pids = backend.workers.map(({ pid }) => pid);
    expect(pids.every(isRunning)).toBe(true);
    await backend.close();
    expect(pids.some(isRunning)).toBe(false);
  });

  it('rejects at start when the worker cannot be run, with the reason', async () => {
    const logs = capturedLogs();
    await expect(
      createMediasoupBackend({ logger: logs.logger, workers: 2, workerBin: '/nowhere/mediasoup-worker' }),
    ).rejects.toThrow('spawn /nowhere/mediasoup-worker ENOENT');
  });
});
