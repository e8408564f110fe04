import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { pass, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected } from '@tureen/testkit/scripted/waits';
import { type Page, churn, joined, stubPage } from '../../test-support/reconnectingRoom.ts';

let page: Page;

beforeEach(() => {
  page = stubPage();
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('a server that closes with 1013 (try again later)', () => {
  it.each([1, 2, 5])('gets no attempt for 10 to 20 s, at session %i', async (sessions) => {
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

  it('gets no earlier attempt when the network goes and returns meanwhile', async () => {
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

  it('gets no earlier attempt when it closes as the connection opens', async () => {
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

  it('gets another attempt after it closes before the join, and after it answers the join with 429', async () => {
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

  it('gets an attempt at once from a later join() of the app', async () => {
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

describe('a listener of stateChanged or reconnecting', () => {
  it.each(['stateChanged', 'reconnecting'] as const)('ends the session when it leaves at %s', async (event) => {
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
    'starts one new session when it leaves and joins at %s',
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
