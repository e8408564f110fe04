import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultReconnectPolicy, type ReconnectAttempt } from '../../signaling/ReconnectPolicy.ts';
import { joinedTimers, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import type { RoomEvents } from '../events.ts';
import { type Page, churn, down, joined, stubPage } from '../../test-support/reconnectingRoom.ts';

let page: Page;

beforeEach(() => {
  page = stubPage();
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the default policy', () => {
  const delay = (random: number, attempt: number) =>
    defaultReconnectPolicy(() => random)({ attempt, elapsedMs: 0, sinceLastSuccessMs: 0 });
  const attempts = [1, 2, 3, 4, 5, 6, 7, 8, 1000, 1e9];

  it('draws the first delay below 500 ms, and half of each later one, up to 20 s', () => {
    expect(attempts.map((attempt) => delay(0, attempt))).toEqual([
      0, 500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000, 10_000,
    ]);
    expect(attempts.map((attempt) => delay(1, attempt))).toEqual([
      500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000, 20_000, 20_000,
    ]);
  });

  it('keeps a room trying after an hour without a server, at least once in 20 s', async () => {
    const { server, room, announced, lose, attempt, clock, isJoined } = await joined();
    server.refusal = down;
    await lose();
    while (clock.now() < 3_600_000) await attempt();
    expect(room.state).toBe('reconnecting');
    expect(Math.max(...announced.map(({ delayMs }) => delayMs))).toBeLessThanOrEqual(20_000);
    server.refusal = null;
    await attempt();
    expect(isJoined()).toBe(true);
    expect(clock.pending).toBe(joinedTimers);
  });
});

describe('a session that drops soon after the join', () => {
  it.each([0, 50, 9999])('makes the delays grow when each session lasts %i ms', async (heldMs) => {
    const { delays, announced } = await churn(heldMs, 9);
    expect(announced.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const [index, delayMs] of delays.entries()) {
      if (index > 0) expect(delayMs).toBeGreaterThanOrEqual(Math.min(500 * 2 ** (index - 1), 10_000));
    }
  });

  it('keeps the count of the failed attempts before the session', async () => {
    const { server, announced, lose, attempt } = await joined();
    server.refusal = down;
    await lose();
    for (let time = 0; time < 4; time++) await attempt();
    server.refusal = null;
    await attempt();
    await lose();
    expect(announced.at(-1)).toMatchObject({ attempt: 6 });
  });

  it('makes the delays grow when the server closes with 1012, and when it closes right after the join', async () => {
    const restarted = await churn(0, 5, { code: 1012, reason: 'shuttingDown' });
    expect(restarted.announced.at(-1)).toMatchObject({ attempt: 5 });
    const { server, announced, lose, attempt } = await joined();
    server.on('join', () => {
      server.drop({ by: 'network', code: 1012 });
      return {};
    });
    await lose();
    for (let time = 0; time < 5; time++) await attempt();
    expect(announced.map((one) => one.attempt)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('resets the delays when a session lasted 10 s', async () => {
    const { delays, announced } = await churn(10_000, 5);
    expect(announced.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1, 1]);
    for (const delayMs of delays) expect(delayMs).toBeLessThanOrEqual(500);
  });

  it('resets the delays at a join() of the app', async () => {
    const { room, lose, attempt, announced } = await churn(0, 5);
    await room.leave();
    await room.join();
    await lose();
    await attempt();
    expect(announced.at(-1)).toMatchObject({ attempt: 1 });
  });
});

describe('the argument of a policy', () => {
  it('has elapsedMs since the first drop in a row, and sinceLastSuccessMs since the last join', async () => {
    const asked: ReconnectAttempt[] = [];
    const { server, lose, pass } = await joined({
      reconnectPolicy: (attempt) => {
        asked.push(attempt);
        return 1000;
      },
    });
    await pass(60_000);
    await lose();
    server.refusal = down;
    await pass(1000);
    server.refusal = null;
    await pass(1000);
    await pass(50);
    await lose();
    expect(asked).toEqual([
      { attempt: 1, elapsedMs: 0, sinceLastSuccessMs: 60_000 },
      { attempt: 2, elapsedMs: 1000, sinceLastSuccessMs: 61_000 },
      { attempt: 3, elapsedMs: 2050, sinceLastSuccessMs: 50 },
    ]);
  });
});

describe('a policy that returns null', () => {
  it('ends the session: only join() starts another one, page activity does not', async () => {
    const { room, server, said, lose, pass, clock, connections } = await joined({ reconnectPolicy: () => null });
    await lose();
    expect(room.state).toBe('failed');
    expect(said.at(-1)).toBe('left connectionLost');
    page.goOffline();
    page.goOnline();
    page.look();
    await pass(1000);
    // Without a timer, no later time can start an attempt.
    expect(clock.pending).toBe(0);
    expect(connections()).toBe(1);
    await room.join();
    expect(room.state).toBe('joined');
    expect(server.connections).toHaveLength(2);
  });

  it('ends the session while the browser is offline too', async () => {
    const { room, lose } = await joined({ reconnectPolicy: () => null });
    page.goOffline();
    await lose();
    expect(room.state).toBe('failed');
  });
});

describe('a policy that fails', () => {
  it.each([
    ['NaN', () => NaN],
    ['Infinity', () => Infinity],
    ['a negative number', () => -1],
    ['more than setTimeout() supports', () => 2 ** 31],
    ['undefined', () => undefined],
    ['a text', () => '100'],
    ['a promise that rejects', () => Promise.reject(new Error('too late'))],
  ])('is reported, and the default delay applies, when it returns %s', async (_name, policy) => {
    const { room, said, delayMs, lose, attempt } = await joined({ reconnectPolicy: policy as never });
    const reported: RoomEvents['listenerError'][] = [];
    room.on('listenerError', (report) => reported.push(report));
    await lose();
    expect(delayMs()).toBeLessThanOrEqual(500);
    expect(reported).toMatchObject([{ event: 'reconnectPolicy', error: { code: 'invalidArgument' } }]);
    await attempt();
    expect(room.state).toBe('joined');
    expect(said.some((line) => line.startsWith('left'))).toBe(false);
  });

  it('is reported, and the default delay applies, when it throws', async () => {
    const fault = new Error('a fault of the app');
    const { room, lose, attempt } = await joined({
      reconnectPolicy: () => {
        throw fault;
      },
    });
    const reported: RoomEvents['listenerError'][] = [];
    room.on('listenerError', (report) => reported.push(report));
    await lose();
    expect(reported).toEqual([{ event: 'reconnectPolicy', error: fault }]);
    await attempt();
    expect(room.state).toBe('joined');
  });

  it.each(['5 s', 5000, {}, true])('is refused by the constructor when it is %j', (reconnectPolicy) => {
    expect(() => roomWorld({ reconnectPolicy: reconnectPolicy as never })).toThrow(
      expect.objectContaining({ code: 'invalidArgument', argument: 'reconnectPolicy' }),
    );
  });

  it('causes no attempt when it leaves the room', async () => {
    const { room, said, lose, clock } = await joined({
      reconnectPolicy: () => {
        void room.leave();
        return 100;
      },
    });
    await lose();
    expect(room.state).toBe('left');
    expect(said.at(-1)).toBe('left left');
    expect(clock.pending).toBe(0);
  });
});
