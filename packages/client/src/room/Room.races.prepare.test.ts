import { describe, expect, it } from 'vitest';
import { deferred } from '@tureen/kernel';
import { TureenError } from '../shared/errors.ts';
import { atMessage, messagesOf, nothingIsLeft, type World } from '@tureen/testkit/scripted/races';
import { joinedTimers, pass, roomWorld } from '@tureen/testkit/scripted/roomWorld';

/** Room on a server that sends a welcome, or on another server. */
function worldOf(isTureen: boolean): World {
  const world = roomWorld();
  const { server } = world;
  const [sendTransport, recvTransport] = [true, false].map((producing) =>
    server.answerOf('createWebRtcTransport', { producing }),
  );
  const routerRtpCapabilities = server.answerOf('getRouterRtpCapabilities', {});
  if (isTureen) server.welcome = { method: 'welcome', data: { routerRtpCapabilities, sendTransport, recvTransport } };
  return world;
}

/** Code of a typed error, or `done`. Rejects with any other error. */
const outcomeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: unknown) => {
      if (!TureenError.is(error)) throw error;
      return error.code;
    },
  );

/** Messages of prepare(). Some pass after the call has resolved. */
async function messagesOfPrepare(isTureen: boolean): Promise<string[]> {
  const world = worldOf(isTureen);
  const messages = await messagesOf(world, async () => {
    await world.room.prepare();
    await pass(world.clock, 0);
  });
  await world.room.leave();
  return messages;
}

describe.each([
  ['a server with a welcome', true],
  ['another server', false],
] as const)('prepare() on %s', (_server, isTureen) => {
  /** Runs prepare() once per message, and `act` as that message passes. */
  async function atEach(act: (world: World) => void, then: (world: World, prepared: Promise<string>) => Promise<void>) {
    const messages = await messagesOfPrepare(isTureen);
    expect(messages).toContain('out request getRouterRtpCapabilities');
    for (const number of messages.keys()) {
      const world = worldOf(isTureen);
      const crossed = atMessage(world, number + 1, () => {
        act(world);
      });
      const prepared = outcomeOf(world.room.prepare());
      await crossed;
      await then(world, prepared);
    }
  }

  it('leaves nothing open when the app leaves at any of its messages, and the room can join', async () => {
    await atEach(
      ({ room }) => void room.leave(),
      async (world, prepared) => {
        expect(['closed', 'done']).toContain(await prepared);
        expect(world.room.state).toBe('idle');
        await nothingIsLeft(world);
        await world.room.join();
        expect([world.room.state, world.clock.pending]).toEqual(['joined', joinedTimers]);
        await world.room.leave();
        await nothingIsLeft(world);
      },
    );
  });

  it('is joined over the same connection when the app joins at any of its messages', async () => {
    const joins: Promise<string>[] = [];
    await atEach(
      ({ room }) => joins.push(outcomeOf(room.join())),
      async (world, prepared) => {
        expect([await prepared, await joins.at(-1)]).toEqual(['done', 'done']);
        const { server, room, clock, engine } = world;
        expect([server.connections.length, server.count('join'), server.count('getRouterRtpCapabilities')]).toEqual([
          1, 1, 1,
        ]);
        await pass(clock, 0);
        expect([clock.pending, engine.counts.sessions]).toEqual([joinedTimers, 1]);
        await room.leave();
        await nothingIsLeft(world);
      },
    );
  });

  it('prepares once when the app calls it again at any of its messages', async () => {
    const again: Promise<string>[] = [];
    await atEach(
      ({ room }) => again.push(outcomeOf(room.prepare())),
      async (world, prepared) => {
        expect([await prepared, await again.at(-1)]).toEqual(['done', 'done']);
        expect([world.server.connections.length, world.server.count('prepare')]).toEqual([1, isTureen ? 1 : 0]);
        await world.room.leave();
        await nothingIsLeft(world);
      },
    );
  });

  it('leaves nothing open when the connection drops at any of its messages, and the room can join', async () => {
    await atEach(
      ({ server }) => {
        server.drop();
      },
      async (world, prepared) => {
        expect(['connectionLost', 'closed', 'done']).toContain(await prepared);
        await nothingIsLeft(world);
        expect(world.said.length).toBe(0);
        await world.room.join();
        expect([world.room.state, world.server.connections.length]).toEqual(['joined', 2]);
        await world.room.leave();
        await nothingIsLeft(world);
      },
    );
  });

  it('is joined over a second connection when the app joins, and the connection drops, at any of its messages', async () => {
    const joins: Promise<string>[] = [];
    await atEach(
      ({ room, server }) => {
        joins.push(outcomeOf(room.join()));
        server.drop();
      },
      async (world, prepared) => {
        expect(['connectionLost', 'closed', 'done']).toContain(await prepared);
        expect([await joins.at(-1), world.room.state, world.server.connections.length]).toEqual(['done', 'joined', 2]);
        await world.room.leave();
        await nothingIsLeft(world);
      },
    );
  });

  it('leaves nothing open when the app joins and leaves at any of its messages', async () => {
    const joins: Promise<string>[] = [];
    await atEach(
      ({ room }) => {
        joins.push(outcomeOf(room.join()));
        void room.leave();
      },
      async (world, prepared) => {
        expect(['closed', 'done']).toContain(await prepared);
        expect([await joins.at(-1), world.room.state]).toEqual(['closed', 'left']);
        await nothingIsLeft(world);
      },
    );
  });

  it('leaves nothing open when the server kicks the peer at any of its messages', async () => {
    await atEach(
      ({ server }) => {
        server.notify('roomClosed', { reason: 'kicked' });
        server.drop({ by: 'server', code: 4000, reason: 'kicked' });
      },
      async (world, prepared) => {
        expect(['closedByServer', 'connectionLost', 'closed', 'done']).toContain(await prepared);
        expect(world.room.state).toBe('idle');
        await nothingIsLeft(world);
      },
    );
  });
});

describe('a transport that connects early', () => {
  it('gets its first consumer while DTLS is under way, and connects once', async () => {
    const world = worldOf(true);
    const { room, server } = world;
    const connected = deferred<object>();
    server.on('connectWebRtcTransport', () => connected.promise);
    await room.prepare();
    await server.sent('connectWebRtcTransport', 2);
    server.peers = [{ id: 'bob' }];
    await room.join();
    const arrived = room.waitFor('newConsumer');
    const accepted = server.offer('early', { peerId: 'bob' });
    const { consumer } = await arrived;
    expect(await accepted).toMatchObject({ ok: true });
    connected.resolve({});
    await pass(world.clock, 0);
    expect([consumer.closed, room.state, server.count('connectWebRtcTransport')]).toEqual([false, 'joined', 2]);
    await room.leave();
    await nothingIsLeft(world);
  });

  it('fails before the join without an error of the app, and its first consumer has it repaired', async () => {
    const world = worldOf(true);
    const { room, server, engine } = world;
    await room.prepare();
    await server.sent('connectWebRtcTransport', 2);
    for (const session of engine.sessions)
      for (const transport of session.recvTransports) transport.setConnectionState('failed');
    server.peers = [{ id: 'bob' }];
    await room.join();
    expect(room.state).toBe('joined');
    expect(server.count('restartIce')).toBe(0);
    void server.offer('early', { peerId: 'bob' });
    // The receive transport of the welcome.
    expect(await server.sent('restartIce')).toEqual({ transportId: 'recv-2' });
    await room.leave();
    await nothingIsLeft(world);
  });
});
