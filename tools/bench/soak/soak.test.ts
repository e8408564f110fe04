import { type RunningServer, startServer } from '@tureen/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Census } from '../world/Census.ts';
import { collectUntil } from '../world/memory.ts';
import { CountingClock } from '../world/CountingClock.ts';
import { dialectNames } from '../world/dialects.ts';
import { PrepareSoak } from './PrepareSoak.ts';
import { Soak } from './Soak.ts';

const cycles = 11;
const clock = new CountingClock();
let server: RunningServer;
/** Timers of the server without clients: those that watch its media workers. */
let idleTimers: number;

beforeAll(async () => {
  server = await startServer(
    { port: 0, workers: 1, logLevel: 'error', pingIntervalMs: 0, dtlsTimeoutMs: 0 },
    { clock },
  );
  idleTimers = clock.pending;
});

afterAll(async () => {
  await server.close();
});

describe.each(dialectNames)('%s', (name) => {
  it(`leaves no object alive on either end after ${String(cycles)} calls`, async () => {
    const census = new Census();
    const soak = new Soak(server, name, census, clock);
    for (let cycle = 0; cycle < cycles; cycle++) await soak.cycle();
    await soak.end();
    await collectUntil(() => census.aliveCount === 0);

    expect(soak.complaints).toEqual([]);
    expect(soak.resumed).toBe(Math.floor(cycles / 3));
    expect(census.born).toMatchObject({ Room: cycles, Peer: 2 * cycles, "server's Peer": cycles + 2 });
    expect(Object.entries(census.alive).filter(([, count]) => count > 0)).toEqual([]);
    expect(soak.leftOpen).toBe(0);
    expect(clock.pending).toBe(idleTimers);
    expect(server.registry.peerCount).toBe(0);
  });

  it('leaves nothing on either end after prepared joins that end in a leave, a join or a connection loss', async () => {
    const soak = new PrepareSoak(server, name, clock);
    for (let cycle = 0; cycle < 4; cycle++) await soak.cycle();
    expect(soak.leftOpen).toBe(0);
    // The server may yet learn that the last connections have closed.
    await collectUntil(() => server.registry.peerCount === 0 && clock.pending === idleTimers);
    const { prepared, peerCount } = server.registry;
    expect([prepared.size, peerCount, clock.pending]).toEqual([0, 0, idleTimers]);
  });
});
