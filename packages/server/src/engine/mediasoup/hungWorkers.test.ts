import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workerBin as defaultWorkerBin } from 'mediasoup';
import type { types } from 'mediasoup';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { capturedLogs } from '../../testing/capturedLogs.ts';
import type { MediaBackend } from '../MediaBackend.ts';
import type { MediaBackendEvents } from '../MediaWorkers.ts';
import { createMediasoupBackend } from './index.ts';
import type { MediasoupBackendOptions } from './options.ts';
import { hang, isRunning, pass, settled, turn, wake, watchWorkers } from './testing/hang.ts';

const plain = { forceTcp: false, enableSctp: false, reportBwe: false };
const made = watchWorkers();
const opened: MediaBackend[] = [];
const hung = new Set<number>();

afterEach(async () => {
  for (const pid of hung) if (isRunning(pid)) wake(pid);
  hung.clear();
  await Promise.all(opened.splice(0).map((backend) => backend.close()));
});

async function open(options: Partial<MediasoupBackendOptions> = {}) {
  const clock = new ManualClock();
  const logs = capturedLogs();
  const backend = await createMediasoupBackend({ logger: logs.logger, workers: 1, clock, ...options });
  opened.push(backend);
  const pids = backend.workers.map(({ pid }) => pid);
  const events: string[] = [];
  for (const name of ['workerSuspect', 'workerRecovered', 'workerKilled', 'workerDied', 'workerReplaced'] as const)
    backend.on(name, () => events.push(name));
  return {
    backend,
    clock,
    logs,
    events,
    pids,
    workerAt: (index: number): types.Worker => made.get(pids[index]!)!,
    hang(index = 0) {
      hung.add(pids[index]!);
      hang(pids[index]!);
    },
    wake(index = 0) {
      wake(pids[index]!);
    },
    next: <K extends keyof MediaBackendEvents>(event: K) =>
      new Promise<MediaBackendEvents[K]>((resolve) => {
        backend.once(event, resolve);
      }),
  };
}

describe('a media worker that hangs', () => {
  it('is suspect within 5 s, gets no new rooms, and is used again once it responds', async () => {
    const world = await open();
    const { backend, clock, logs, events } = world;
    const router = await backend.createRouter();
    world.hang();
    await pass(clock, 3000);
    expect(backend.workers).toMatchObject([{ state: 'running', rooms: 1 }]);
    await pass(clock, 2000);
    expect(backend.workers).toMatchObject([{ state: 'suspect', rooms: 1 }]);
    expect(logs.lines).toContainEqual(
      expect.objectContaining({ level: 40, pid: world.pids[0], rooms: 1, silentMs: expect.any(Number) as number }),
    );
    await expect(backend.createRouter()).rejects.toMatchObject({ name: 'MediaError', code: 'noWorker' });

    const recovered = world.next('workerRecovered');
    world.wake();
    expect(await recovered).toEqual({ pid: world.pids[0] });
    expect(backend.workers).toMatchObject([{ pid: world.pids[0], state: 'running', rooms: 1 }]);
    await pass(clock, 20_000, { healthy: [world.workerAt(0)] });
    expect(events).toEqual(['workerSuspect', 'workerRecovered']);
    await expect(router.createWebRtcTransport(plain)).resolves.toMatchObject({ id: expect.any(String) as string });
    await expect(backend.createRouter()).resolves.toHaveProperty('rtpCapabilities.codecs');
  });

  it('is killed after 15 s, and then replaced like a worker that exited', async () => {
    const world = await open();
    const { backend, clock, events } = world;
    const router = await backend.createRouter();
    router.on('closed', ({ reason }) => events.push(`router ${reason}`));
    world.hang();
    await pass(clock, 14_500);
    expect(isRunning(world.pids[0]!)).toBe(true);
    expect(events).toEqual(['workerSuspect']);
    const replaced = world.next('workerReplaced');
    await pass(clock, 1500);
    const { pid } = await replaced;
    expect(pid).not.toBe(world.pids[0]);
    expect(events).toEqual(['workerSuspect', 'workerKilled', 'router workerDied', 'workerDied', 'workerReplaced']);
    expect(isRunning(world.pids[0]!)).toBe(false);
    expect(backend.workers).toEqual([{ pid, state: 'running', rooms: 0 }]);
    await expect(backend.createRouter()).resolves.toHaveProperty('rtpCapabilities.codecs');
  });

  it('is never killed where the setting is 0', async () => {
    const world = await open({ workerKillMs: 0 });
    world.hang();
    await pass(world.clock, 60_000);
    expect(world.events).toEqual(['workerSuspect']);
    expect(isRunning(world.pids[0]!)).toBe(true);
  });

  it('only delays new rooms when another worker runs, including rooms that it was to open', async () => {
    const world = await open({ workers: 2 });
    const { backend, clock } = world;
    const healthy = [world.workerAt(1)];
    world.hang(0);
    const early = Promise.all(Array.from({ length: 8 }, () => backend.createRouter()));
    await pass(clock, 5000, { healthy });
    expect(await early).toHaveLength(8);
    await Promise.all(Array.from({ length: 8 }, () => backend.createRouter()));
    expect(backend.workers).toMatchObject([
      { state: 'suspect', rooms: 0 },
      { state: 'running', rooms: 16 },
    ]);

    const recovered = world.next('workerRecovered');
    world.wake(0);
    await recovered;
    await settled(world.workerAt(0));
    // Routers that it created late are closed.
    const dumps = await backend.dump();
    expect(dumps.map(({ routers }) => routers.length)).toEqual([0, 16]);
    expect(await world.workerAt(0).dump()).toMatchObject({ routerIds: [] });
  });

  it('is not assumed while the process of the server is busy', async () => {
    const world = await open();
    // Time passes, but the event loop reads no response.
    world.clock.advance(120_000);
    await turn();
    world.clock.advance(120_000);
    expect(world.events).toEqual([]);
    expect(world.backend.workers).toMatchObject([{ state: 'running' }]);
    await pass(world.clock, 5000, { healthy: [world.workerAt(0)] });
    expect(world.events).toEqual([]);
  });

  it('does not delay the end of the backend: it is killed 3 s after the request to exit', async () => {
    const world = await open({ workers: 2 });
    world.hang(0);
    const order: string[] = [];
    const closed = world.backend.close().then(() => order.push('closed'));
    await new Promise<void>((resolve) => world.workerAt(1).once('subprocessclose', resolve));
    world.clock.advance(2999);
    await turn();
    expect(isRunning(world.pids[0]!)).toBe(true);
    order.push('3 s');
    world.clock.advance(1);
    await closed;
    expect(order).toEqual(['3 s', 'closed']);
    expect(world.pids.map(isRunning)).toEqual([false, false]);
    expect(world.clock.pending).toBe(0);
    // The exit was requested.
    expect(world.events).toEqual([]);
  });
});

describe('a media worker that hangs while it starts', () => {
  const spawned: ChildProcess[] = [];
  const note = (message: unknown) => spawned.push((message as { process: ChildProcess }).process);
  let folder: string;
  let silent: string;

  beforeEach(async () => {
    subscribe('child_process', note);
    folder = await mkdtemp(join(tmpdir(), 'tureen-'));
    silent = join(folder, 'silent-worker');
    await writeFile(silent, '#!/bin/sh\nexec sleep 1000\n');
    await chmod(silent, 0o755);
    return async () => {
      unsubscribe('child_process', note);
      spawned.length = 0;
      await rm(folder, { recursive: true });
    };
  });

  it('makes the start fail after 30 s, and leaves no process', async () => {
    const clock = new ManualClock();
    const starting = createMediasoupBackend({ logger: capturedLogs().logger, workers: 1, clock, workerBin: silent });
    clock.advance(29_999);
    await turn();
    clock.advance(1);
    await expect(starting).rejects.toThrow('the media worker did not start within 30000 ms');
    expect(spawned.map(({ signalCode }) => signalCode)).toEqual(['SIGKILL']);
    expect(clock.pending).toBe(0);
  });

  it('does not delay the end of the backend', async () => {
    const workerBin = join(folder, 'worker');
    await symlink(defaultWorkerBin, workerBin);
    const world = await open({ workerBin });
    await unlink(workerBin);
    await symlink(silent, workerBin);
    const died = world.next('workerDied');
    process.kill(world.pids[0]!, 'SIGKILL');
    await died;
    const [, replacement] = spawned;
    await world.backend.close();
    if (replacement!.signalCode === null) await once(replacement!, 'exit');
    expect(replacement!.signalCode).toBe('SIGKILL');
    expect(world.clock.pending).toBe(0);
  });
});
