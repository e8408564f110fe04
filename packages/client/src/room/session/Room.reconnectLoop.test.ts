import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deferred } from '@tureen/kernel';
import { TureenError } from '../../shared/errors.ts';
import { defaultReconnectPolicy, type ReconnectAttempt } from '../../signaling/ReconnectPolicy.ts';
import type { TransportClosed } from '../../signaling/SignalingTransport.ts';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { joinedTimers, pass, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected } from '@tureen/testkit/scripted/waits';
import type { RoomEvents } from '../events.ts';
import type { RoomOptions } from '../options.ts';

/** The parts of a browser's page that say whether there is a network, and whether the user looks. */
class Page extends EventTarget {
  visibilityState = 'visible';
  onLine = true;
  listeners = 0;

  override addEventListener(...args: Parameters<EventTarget['addEventListener']>): void {
    const [, , options] = args;
    this.listeners += 1;
    if (typeof options === 'object') options.signal?.addEventListener('abort', () => (this.listeners -= 1));
    super.addEventListener(...args);
  }

  goOnline(): void {
    this.onLine = true;
    this.dispatchEvent(new Event('online'));
  }

  goOffline(): void {
    this.onLine = false;
    this.dispatchEvent(new Event('offline'));
  }

  look(): void {
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

let page: Page;

beforeEach(() => {
  page = new Page();
  for (const name of ['window', 'document', 'navigator']) vi.stubGlobal(name, page);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const down = new TureenError('connectionFailed', 'down');

/** A joined room, and each `reconnecting` that it announces. */
async function joined(options: Partial<RoomOptions> = {}) {
  const world = roomWorld({ reconnectPolicy: undefined, ...options });
  const announced: RoomEvents['reconnecting'][] = [];
  world.room.on('reconnecting', (details) => announced.push(details));
  await world.room.join();
  const { server, clock, room } = world;
  return {
    ...world,
    announced,
    /** The delay of the attempt that waits. */
    delayMs: () => announced.at(-1)?.delayMs ?? NaN,
    async lose(closed?: TransportClosed) {
      if (server.connection.closed) return;
      await whenDisconnected(room, () => {
        server.drop(closed);
      });
    },
    pass: (ms: number) => pass(clock, ms),
    /** Makes the attempt that waits, and lets the room enter or the attempt fail. */
    async attempt() {
      const over = Promise.race([room.waitFor('stateChanged'), room.waitFor('reconnecting')]);
      clock.advance(announced.at(-1)?.delayMs ?? NaN);
      if (room.state === 'reconnecting') await over;
    },
    connections: () => server.connections.length,
    isJoined: () => room.state === 'joined',
  };
}

/** Keeps each session for `heldMs` and then closes it, `times` over. The delay before each new session. */
async function churn(heldMs: number, times: number, closed: { code?: number; reason?: string } = {}) {
  const world = await joined();
  const delays: number[] = [];
  for (let time = 0; time < times; time++) {
    await world.pass(heldMs);
    await world.lose({ by: 'network', ...closed });
    delays.push(world.delayMs());
    await world.attempt();
    expect(world.room.state).toBe('joined');
  }
  return { ...world, delays };
}

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

describe('a session that did not hold', () => {
  it.each([0, 50, 9999])('makes the delays grow where each session holds for %i ms', async (heldMs) => {
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

  it('grows where the server closes with 1012, and where it closes in the turn of the join', async () => {
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

  it('is forgotten once a session held for 10 s', async () => {
    const { delays, announced } = await churn(10_000, 5);
    expect(announced.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1, 1]);
    for (const delayMs of delays) expect(delayMs).toBeLessThanOrEqual(500);
  });

  it('is forgotten by a join() of the app', async () => {
    const { room, lose, attempt, announced } = await churn(0, 5);
    await room.leave();
    await room.join();
    await lose();
    await attempt();
    expect(announced.at(-1)).toMatchObject({ attempt: 1 });
  });
});

describe('the argument of a policy', () => {
  it('counts elapsedMs from the first loss of the row, sinceLastSuccessMs from the last join', async () => {
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

describe('a policy that ended the session', () => {
  it('is final: no wake starts another session, join() does', async () => {
    const { room, server, said, lose, pass, clock, connections } = await joined({ reconnectPolicy: () => null });
    await lose();
    expect(room.state).toBe('failed');
    expect(said.at(-1)).toBe('left connectionLost');
    page.goOffline();
    page.goOnline();
    page.look();
    await pass(3_600_000);
    expect(connections()).toBe(1);
    expect(clock.pending).toBe(0);
    await room.join();
    expect(room.state).toBe('joined');
    expect(server.connections).toHaveLength(2);
  });

  it('ends it while the browser is offline too', async () => {
    const { room, lose } = await joined({ reconnectPolicy: () => null });
    page.goOffline();
    await lose();
    expect(room.state).toBe('failed');
  });
});

describe('a policy with a fault', () => {
  it.each([
    ['NaN', () => NaN],
    ['Infinity', () => Infinity],
    ['a negative number', () => -1],
    ['more than setTimeout() can wait', () => 2 ** 31],
    ['undefined', () => undefined],
    ['a text', () => '100'],
    ['a promise that rejects', () => Promise.reject(new Error('too late'))],
  ])('is reported, and the default delay applies, where it returns %s', async (_name, policy) => {
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

  it('is reported, and the default delay applies, where it throws', async () => {
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

  it.each(['5 s', 5000, {}, true])('is refused by the constructor where it is %j', (reconnectPolicy) => {
    expect(() => roomWorld({ reconnectPolicy: reconnectPolicy as never })).toThrow(
      expect.objectContaining({ code: 'invalidArgument', argument: 'reconnectPolicy' }),
    );
  });

  it('does nothing more where it leaves the room', async () => {
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

describe('while the browser is offline', () => {
  it('waits for the network, counts nothing, and tries at once when the network returns', async () => {
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

  it('tries once in 10 to 20 s all the same, as some browsers are wrong about it', async () => {
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

  it('gives a policy the time without the time offline', async () => {
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

  it('makes no attempt where the network went away without an event', async () => {
    const { announced, lose, pass, connections } = await joined({ reconnectPolicy: () => 100 });
    await lose();
    page.onLine = false;
    await pass(100);
    expect(connections()).toBe(1);
    expect(announced.at(-1)).toMatchObject({ attempt: 1, waitingForNetwork: true });
  });
});

describe('a wake', () => {
  it('begins an attempt at once, whatever delay is left', async () => {
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

  it('begins the next attempt at once where it comes during one that fails', async () => {
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

  it('is no storm where the page is shown and hidden all the time', async () => {
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

  it('does not defeat the growing delays of sessions that do not hold', async () => {
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
    // A minute of events, a hundred each second, and sessions that close within 2 s.
    expect(announced.length - before).toBeLessThanOrEqual(8);
  });
});

describe('a server that says to try again later', () => {
  it.each([1, 2, 5])('is left alone for 10 to 20 s after close code 1013, at session %i', async (sessions) => {
    const { lose, delayMs, pass, attempt, connections, isJoined } = await churn(10_000, sessions);
    const before = connections();
    await lose({ by: 'network', code: 1013, reason: 'tooManyJoins' });
    expect(delayMs()).toBeGreaterThanOrEqual(10_000);
    expect(delayMs()).toBeLessThanOrEqual(20_000);
    page.look();
    await pass(9999);
    page.goOnline();
    await expectUnchanged(connections, before);
    await attempt();
    expect(isJoined()).toBe(true);
  });

  it('is left alone too where the network goes and comes back meanwhile', async () => {
    const { lose, delayMs, connections, attempt, isJoined } = await joined();
    await lose({ by: 'network', code: 1013 });
    for (let time = 0; time < 3; time++) {
      page.goOffline();
      page.goOnline();
      await expectUnchanged(connections, 1);
    }
    expect(connections()).toBe(1);
    expect(delayMs()).toBeGreaterThanOrEqual(10_000);
    await attempt();
    expect(isJoined()).toBe(true);
  });

  it('is left alone too where it says so as the connection opens', async () => {
    const { server } = roomWorld();
    let isRefused = false;
    const { room, announced, attempt } = await joined({
      transport: {
        connect: async (options) => {
          const connection = await server.transport.connect(options);
          if (isRefused) options.onClosed({ by: 'network', code: 1013, reason: 'tooManyJoins' });
          return connection;
        },
      },
    });
    isRefused = true;
    await whenDisconnected(room, () => {
      server.drop();
    });
    await attempt();
    expect(announced.at(-1)?.delayMs).toBeGreaterThanOrEqual(10_000);
  });

  it('may say so before the join, or as the answer 429 to it, and is tried again', async () => {
    const { server, announced, room, lose, attempt, isJoined } = await joined();
    server.on('join', () => {
      server.drop({ by: 'network', code: 1013 });
      return {};
    });
    await lose();
    await attempt();
    expect(announced.at(-1)?.delayMs).toBeGreaterThanOrEqual(10_000);
    server.on('join', () => {
      throw Object.assign(new Error('too many joins'), { errorCode: 429 });
    });
    await attempt();
    expect(room.state).toBe('reconnecting');
    expect(announced.at(-1)).toMatchObject({ attempt: 3 });
    expect(announced.at(-1)?.delayMs).toBeGreaterThanOrEqual(10_000);
    server.on('join', () => ({ peers: [] }));
    await attempt();
    expect(isJoined()).toBe(true);
  });

  it('is forgotten by a join() of the app', async () => {
    const { room, server, clock, announced } = await joined();
    await room.leave();
    server.on('join', () => {
      server.drop({ by: 'network', code: 1013 });
      return {};
    });
    await expect(room.join()).rejects.toMatchObject({ code: 'connectionLost', retryable: true });
    server.on('join', () => ({ peers: [] }));
    await room.join();
    await pass(clock, 60_000);
    await whenDisconnected(room, () => {
      server.drop();
    });
    expect(announced.at(-1)?.delayMs).toBeLessThanOrEqual(500);
    await room.leave();
  });

  it('does not shorten the delay of a policy', async () => {
    const { delayMs, lose } = await joined({ reconnectPolicy: () => 60_000 });
    await lose({ by: 'network', code: 1013 });
    expect(delayMs()).toBe(60_000);
  });
});

describe('a listener of the loss', () => {
  it.each(['stateChanged', 'reconnecting'] as const)('that leaves at %s ends the session', async (event) => {
    const { room, said, lose, clock, connections } = await joined();
    room.on(event, () => {
      if (room.state === 'reconnecting') void room.leave();
    });
    await lose();
    expect(said.at(-1)).toBe('left left');
    page.look();
    await expectUnchanged(connections, 1);
    expect(clock.pending).toBe(0);
  });

  it.each(['stateChanged', 'reconnecting'] as const)(
    'that leaves and joins at %s has one new session',
    async (event) => {
      const { room, lose, pass, clock, connections } = await joined();
      const joins: Promise<void>[] = [];
      room.on(event, () => {
        if (room.state !== 'reconnecting') return;
        void room.leave();
        joins.push(room.join());
      });
      await lose();
      await Promise.all(joins);
      expect(joins).toHaveLength(1);
      await pass(60_000);
      expect(room.state).toBe('joined');
      expect(connections()).toBe(2);
      await room.leave();
      expect(clock.pending).toBe(0);
    },
  );
});

describe('join() in a listener of the end', () => {
  const endings = {
    'the policy ended the session': (world: Awaited<ReturnType<typeof joined>>) => world.lose(),
    'the server closed with 4000': (world: Awaited<ReturnType<typeof joined>>) =>
      world.lose({ by: 'server', code: 4000 }),
    'the app left': async ({ room }: Awaited<ReturnType<typeof joined>>) => {
      await room.leave();
    },
  };
  it.each(
    Object.entries(endings).flatMap(([name, end]) =>
      (['stateChanged', 'left'] as const).map((event) => ({ name, end, event })),
    ),
  )('starts another session at $event when $name', async ({ end, event }) => {
    const world = await joined({ reconnectPolicy: () => null });
    const { room, pass, clock, connections } = world;
    const joins: Promise<void>[] = [];
    room.on(event, () => {
      if (joins.length === 0 && (room.state === 'left' || room.state === 'failed')) joins.push(room.join());
    });
    await end(world);
    expect(joins).toHaveLength(1);
    await joins[0];
    await pass(60_000);
    expect(room.state).toBe('joined');
    expect(connections()).toBe(2);
    room.removeAllListeners();
    await room.leave();
    expect(clock.pending).toBe(0);
    expect(page.listeners).toBe(0);
  });
});

describe('networkChanged', () => {
  it('tells that the network went and came, from join() on until the room is left', async () => {
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

  it('comes before the attempt that it begins, and may be the moment to leave', async () => {
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
