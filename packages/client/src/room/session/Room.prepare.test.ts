import { describe, expect, it } from 'vitest';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { joinedTimers, pass, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { routerRtpCapabilities } from '@tureen/testkit/scripted/ScriptedServer';
import { whenDisconnected } from '@tureen/testkit/scripted/waits';

const batch = ['getRouterRtpCapabilities', 'createWebRtcTransport', 'createWebRtcTransport'];

/** Room on a server that sends a welcome, as Tureen's does, or on another server. */
function world({ isTureen = true } = {}) {
  const made = roomWorld();
  const { server } = made;
  const [sendTransport, recvTransport] = [true, false].map((producing) =>
    server.answerOf('createWebRtcTransport', { producing }),
  );
  if (isTureen) server.welcome = { method: 'welcome', data: { routerRtpCapabilities, sendTransport, recvTransport } };
  return made;
}

describe('prepare()', () => {
  it('connects both transports before the join, which is then one request over the same connection', async () => {
    const { room, server, said, clock } = world();
    await room.prepare();
    await server.sent('connectWebRtcTransport', 2);
    expect(server.methods().toSorted()).toEqual(
      [...batch, 'connectWebRtcTransport', 'connectWebRtcTransport', 'prepare'].toSorted(),
    );
    expect([room.state, said.length]).toEqual(['idle', 0]);
    const before = server.received.length;

    await room.join({ displayName: 'Alice' });
    expect(server.methods().slice(before)).toEqual(['join']);
    expect(server.connections).toHaveLength(1);
    expect(said.filter((line) => line.startsWith('stateChanged'))).toEqual([
      'stateChanged connecting join() was called',
      'stateChanged joining the connection is open',
      'stateChanged joined the join was accepted',
    ]);
    expect(clock.pending).toBe(joinedTimers);
  });

  it('is joined while it is under way', async () => {
    const { room, server } = world();
    const prepared = room.prepare();
    await Promise.all([prepared, room.join()]);
    expect(server.connections).toHaveLength(1);
    expect(server.count('join')).toBe(1);
    expect(server.count('getRouterRtpCapabilities')).toBe(1);
  });

  it('prepares once when it is called twice', async () => {
    const { room, server } = world();
    await Promise.all([room.prepare(), room.prepare()]);
    await room.prepare();
    expect(server.connections).toHaveLength(1);
    expect(server.count('prepare')).toBe(1);
  });

  it('sends no unknown request to another server', async () => {
    const { room, server } = world({ isTureen: false });
    await room.prepare();
    await server.sent('connectWebRtcTransport', 2);
    expect(server.count('prepare')).toBe(0);
    const before = server.received.length;
    await room.join();
    expect(server.methods().slice(before)).toEqual(['join']);
  });

  it.each([
    ['the network', { by: 'network' }],
    ['the server', { by: 'server', code: 4000, reason: 'joinTimeout' }],
  ] as const)(
    'is repeated by the join when %s has closed the connection, and no event tells of that',
    async (_who, closed) => {
      const { room, server, said, engine, clock } = world();
      await room.prepare();
      const { connection } = server;
      server.drop(closed);
      await pass(clock, 0);
      await expectUnchanged(() => [room.state, said.length, engine.counts.sessions], ['idle', 0, 0]);
      expect(connection.closed).toBe(true);
      await room.join();
      expect(server.connections).toHaveLength(2);
      expect(room.state).toBe('joined');
    },
  );

  it.each([
    ['the connection drops', { by: 'network' }],
    ['the server ends the time to join', { by: 'server', code: 4000, reason: 'joinTimeout' }],
  ] as const)('is repeated by the join where %s under its request', async (_what, closed) => {
    const { room, server } = world();
    await room.prepare();
    let joins = 0;
    server.on('join', () => {
      joins += 1;
      if (joins === 1) server.drop(closed);
      return { peers: [] };
    });
    await room.join();
    expect([room.state, joins, server.connections.length]).toEqual(['joined', 2, 2]);
  });

  it('is repeated by the join where the connection has died without a close', async () => {
    const { room, server, clock } = world();
    await room.prepare();
    server.on('join', () => (server.connections.length === 1 ? new Promise(() => {}) : { peers: [] }));
    const joined = room.join();
    await server.sent('join');
    clock.advance(20_000);
    await joined;
    expect(server.connections).toHaveLength(2);
  });

  it('is not repeated where the server refuses the join', async () => {
    const { room, server } = world();
    await room.prepare();
    server.on('join', () => {
      throw Object.assign(new Error('not you'), { errorCode: 403 });
    });
    await expect(room.join()).rejects.toMatchObject({ code: 'requestRefused' });
    expect(server.connections).toHaveLength(1);
  });

  it('notices within 15 s that its connection is dead', async () => {
    const { room, server, engine, clock } = world();
    await room.prepare();
    server.on('getRouterRtpCapabilities', () => new Promise(() => {}));
    await pass(clock, 15_000);
    await expectUnchanged(() => [server.connection.closed, engine.counts.sessions, clock.pending], [true, 0, 0]);
  });

  it('closes after two minutes without a join', async () => {
    const { room, server, engine, clock } = world();
    await room.prepare();
    await pass(clock, 119_999);
    expect(server.connection.closed).toBe(false);
    await pass(clock, 1);
    await expectUnchanged(() => server.connection.closed, true);
    expect([engine.counts.sessions, clock.pending]).toEqual([0, 0]);
  });

  it('closes with leave()', async () => {
    const { room, server, engine, clock } = world();
    await room.prepare();
    await room.leave();
    await expectUnchanged(() => server.connection.closed, true);
    expect([room.state, engine.counts.sessions, clock.pending]).toEqual(['idle', 0, 0]);
  });

  it('rejects where the server refuses, and the join remains possible', async () => {
    const { room, server, clock } = world();
    server.on('prepare', () => {
      throw Object.assign(new Error('too many peers prepare their join'), { errorCode: 503 });
    });
    await expect(room.prepare()).rejects.toMatchObject({ code: 'requestRefused', retryable: true });
    expect(clock.pending).toBe(0);
    await room.join();
    expect(server.connections).toHaveLength(2);
  });

  it('rejects where there is no connection', async () => {
    const { room, server } = world();
    server.refusal = new Error('down');
    await expect(room.prepare()).rejects.toMatchObject({ code: 'connectionFailed' });
    expect(room.state).toBe('idle');
    server.refusal = null;
    await room.join();
  });

  it('rejects with invalidState while in the room, and is possible again after leave()', async () => {
    const { room, server } = world();
    await room.join();
    await expect(room.prepare()).rejects.toMatchObject({ code: 'invalidState' });
    await room.leave();
    await room.prepare();
    expect(server.connections).toHaveLength(2);
    await room.join();
    expect(server.connections).toHaveLength(2);
  });

  it('leaves reconnects as they are', async () => {
    const { room, server, clock } = world();
    await room.prepare();
    await room.join();
    const reconnected = room.waitFor('reconnected');
    await whenDisconnected(room, () => {
      server.drop();
    });
    clock.advance(100);
    await reconnected;
    expect(server.connections).toHaveLength(2);
    expect(server.count('prepare')).toBe(1);
  });
});
