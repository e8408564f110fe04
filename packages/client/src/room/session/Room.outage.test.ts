import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { TureenError } from '../../shared/errors.ts';
import { defaultReconnectPolicy } from '../../signaling/ReconnectPolicy.ts';
import { pass, roomWorld } from '@tureen/testkit/scripted/roomWorld';

const clients = 300;
/** Steps of the clock in ms, while the server is down and after its return. */
const awayStepMs = 500;
const stepMs = 50;

/** Returns numbers from 0 to 1, the same in each run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Takes the server from all clients for `awayMs`. Resolves to the times of their reconnects, in ms from the server's return. */
async function outage(awayMs: number) {
  const clock = new ManualClock();
  const reconnectPolicy = defaultReconnectPolicy(seeded(awayMs));
  const worlds = Array.from({ length: clients }, () => roomWorld({ clock, reconnectPolicy }));
  await Promise.all(worlds.map(({ room }) => room.join()));
  await pass(clock, 60_000);

  const down = new TureenError('connectionFailed', 'down');
  for (const { server } of worlds) {
    server.refusal = down;
    server.drop();
  }
  await pass(clock, 0);
  for (const endsAt = clock.now() + awayMs; clock.now() < endsAt;) await pass(clock, awayStepMs);
  const returnedAt = clock.now();
  const back: number[] = [];
  for (const { room, server } of worlds) {
    server.refusal = null;
    room.on('reconnected', () => back.push(clock.now() - returnedAt));
  }
  while (worlds.some(({ room }) => room.state === 'reconnecting')) await pass(clock, stepMs);
  const states = new Set(worlds.map(({ room }) => room.state));
  await Promise.all(worlds.map(({ room }) => room.leave()));
  expect(clock.pending).toBe(0);
  return { back, states };
}

/** Returns the largest share of the clients that joins within one second. */
function peakShare(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length)) / clients;
}

describe('an outage of the server', () => {
  it.each([
    ['3 s', 3000],
    ['25 s', 25_000],
    ['3 min', 180_000],
    ['10 min', 600_000],
  ])('reconnects all of 300 rooms, spread over time, after the server was down for %s', async (_name, awayMs) => {
    const { back, states } = await outage(awayMs);
    expect([...states]).toEqual(['joined']);
    expect(back).toHaveLength(clients);
    expect(Math.max(...back)).toBeLessThanOrEqual(20_000 + stepMs);
    // Half of the clients within one second would overload the server.
    expect(peakShare(back)).toBeLessThan(0.5);
    if (awayMs > 20_000) expect(peakShare(back)).toBeLessThan(0.25);
  });
});
