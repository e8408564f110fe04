import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deferred } from '@tureen/kernel';
import { type ReconnectAttempt } from '../../signaling/ReconnectPolicy.ts';
import { joinedTimers } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected } from '@tureen/testkit/scripted/waits';
import { type Page, churn, down, joined, stubPage } from '../../test-support/reconnectingRoom.ts';

let page: Page;

beforeEach(() => {
  page = stubPage();
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('a room while the browser is offline', () => {
  it('waits for the network, counts no attempt, and tries at once when the network returns', async () => {
    const { server, announced, lose, pass, attempt, connections, isJoined, room } = await joined();
    page.goOffline();
    await lose();
    expect(announced).toMatchObject([{ attempt: 1, waitingForNetwork: true }]);
    await pass(9999);
    expect(connections()).toBe(1);
    server.refusal = down;
    for (let time = 0; time < 20; time++) await attempt();
    expect(new Set(announced.map((one) => one.attempt))).toEqual(new Set([1]));
    server.refusal = null;
    const back = room.waitFor('reconnected');
    page.goOnline();
    await back;
    expect(isJoined()).toBe(true);
  });

  it('tries once in 10 to 20 s nevertheless, as some browsers report offline wrongly', async () => {
    const { server, announced, lose, attempt, isJoined, clock, connections } = await joined();
    page.goOffline();
    server.refusal = down;
    await lose();
    for (let time = 0; time < 50; time++) await attempt();
    for (const { delayMs } of announced) {
      expect(delayMs).toBeGreaterThanOrEqual(10_000);
      expect(delayMs).toBeLessThanOrEqual(20_000);
    }
    expect(connections()).toBe(1);
    server.refusal = null;
    await attempt();
    expect(isJoined()).toBe(true);
    expect(clock.pending).toBe(joinedTimers);
  });

  it('excludes the time offline from the elapsedMs of a policy', async () => {
    const asked: ReconnectAttempt[] = [];
    const { server, lose, pass, room } = await joined({
      reconnectPolicy: (attempt) => {
        asked.push(attempt);
        return 100;
      },
    });
    page.goOffline();
    server.refusal = down;
    await lose();
    await pass(600_000);
    const next = room.waitFor('reconnecting');
    page.goOnline();
    await next;
    await pass(100);
    expect(new Set(asked.map(({ attempt }) => attempt))).toEqual(new Set([1, 2, 3]));
    expect(Math.max(...asked.map(({ elapsedMs }) => elapsedMs))).toBe(100);
    expect(asked.at(-1)).toEqual({ attempt: 3, elapsedMs: 100, sinceLastSuccessMs: 600_100 });
  });

  it('replaces a delay that began online', async () => {
    const { announced, lose, pass, connections } = await joined({ reconnectPolicy: () => 5000 });
    await lose();
    page.goOffline();
    expect(announced).toMatchObject([{ waitingForNetwork: false }, { attempt: 1, waitingForNetwork: true }]);
    await pass(9999);
    expect(connections()).toBe(1);
  });

  it('makes no attempt when the network went away without an event', async () => {
    const { announced, lose, pass, connections } = await joined({ reconnectPolicy: () => 100 });
    await lose();
    page.onLine = false;
    await pass(100);
    expect(connections()).toBe(1);
    expect(announced.at(-1)).toMatchObject({ attempt: 1, waitingForNetwork: true });
  });
});

describe('a page that becomes active', () => {
  it('starts an attempt at once, for any remaining delay', async () => {
    const { server, lose, attempt, isJoined, room } = await joined();
    server.refusal = down;
    await lose();
    for (let time = 0; time < 12; time++) await attempt();
    server.refusal = null;
    const back = room.waitFor('reconnected');
    page.look();
    await back;
    expect(isJoined()).toBe(true);
  });

  it('starts the next attempt at once when the page becomes active during an attempt that fails', async () => {
    const { server, room, clock, isJoined } = await joined({
      reconnectPolicy: ({ attempt }) => (attempt - 1) * 60_000,
    });
    const begun = deferred<void>();
    let fail = () => {};
    const { transport } = server;
    const connect = transport.connect.bind(transport);
    transport.connect = (options) => {
      transport.connect = connect;
      return new Promise((_resolve, reject) => {
        fail = () => {
          reject(down);
        };
        void options;
        begun.resolve();
      });
    };
    await whenDisconnected(room, () => {
      server.drop();
    });
    clock.advance(0);
    await begun.promise;
    page.goOnline();
    const back = room.waitFor('reconnected');
    fail();
    await back;
    expect(isJoined()).toBe(true);
  });

  it('causes one attempt a second at most, however often the page is shown and hidden', async () => {
    const { server, lose, pass, clock } = await joined({ reconnectPolicy: () => 60_000 });
    let attempts = 0;
    const { transport } = server;
    transport.connect = () => {
      attempts += 1;
      return Promise.reject(down);
    };
    await lose();
    const begun = clock.now();
    for (let time = 0; time < 1000; time++) {
      page.look();
      page.goOnline();
      page.dispatchEvent(new Event('resume'));
      await pass(10);
    }
    const seconds = (clock.now() - begun) / 1000;
    expect(attempts).toBeGreaterThan(seconds / 2);
    expect(attempts).toBeLessThanOrEqual(seconds + 1);
  });

  it('keeps the growing delays of sessions that drop soon', async () => {
    const { announced, lose, pass, attempt, clock } = await churn(0, 6);
    const begun = clock.now();
    const before = announced.length;
    while (clock.now() - begun < 60_000) {
      if (announced.length > 0) await lose();
      for (let time = 0; time < 200; time++) {
        page.look();
        await pass(10);
      }
    }
    await attempt();
    // A minute of events, a hundred per second, and sessions that close within 2 s.
    expect(announced.length - before).toBeLessThanOrEqual(8);
  });
});

describe('networkChanged', () => {
  it('reports that the network disappeared and returned, from join() until the room is left', async () => {
    const { room } = await joined();
    const heard: boolean[] = [];
    room.on('networkChanged', ({ online }) => heard.push(online));
    page.goOffline();
    page.look();
    page.goOnline();
    expect(heard).toEqual([false, true]);
    await room.leave();
    page.goOffline();
    expect(heard).toEqual([false, true]);
  });

  it('is emitted before the attempt that the network starts, and a listener may leave', async () => {
    const { room, said, lose, clock, connections } = await joined();
    page.goOffline();
    await lose();
    room.on('networkChanged', () => void room.leave());
    const left = room.waitFor('left');
    page.goOnline();
    await left;
    expect(said.at(-1)).toBe('left left');
    expect(connections()).toBe(1);
    expect(clock.pending).toBe(0);
  });
});
