import { describe, expect, it } from 'vitest';
import { deferred } from '@tureen/kernel';
import { joinedPushPullWorld, refusal, user, type PushPullWorldOptions } from '@tureen/testkit/scripted/pushPullWorld';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { fakeTrack, pass } from '@tureen/testkit/scripted/roomWorld';
import { whenAnswered, whenDisconnected, whenRead } from '@tureen/testkit/scripted/waits';

/** Joins Alice's room with a camera, and Bob's video. */
async function inCall(options: PushPullWorldOptions = {}) {
  const world = await joinedPushPullWorld(options, ['bob-video']);
  const producer = await world.room.produce(fakeTrack('video'), { source: 'camera' });
  const consumer = world.room.consumers.get('bob-video')!;
  world.said.length = 0;
  world.server.received.length = 0;
  return { ...world, producer, consumer };
}

type World = Awaited<ReturnType<typeof inCall>>;

/** Reconnects. With `pull`, resolves when the room also receives again. */
async function reconnect({ room, clock }: World, method?: 'pull') {
  const back = room.waitFor('reconnected');
  const advance = () => {
    clock.advance(100);
  };
  if (method === undefined) advance();
  else await whenAnswered(room, method, advance);
  await back;
}

describe('heartbeats', () => {
  it('are sent every ten seconds, or at the interval of the app, until the room is left', async () => {
    const { room, server, clock } = await joinedPushPullWorld();
    clock.advance(9_999);
    expect(server.methods()).toEqual([]);
    clock.advance(1);
    await server.receives(1);
    expect(server.received).toEqual([
      { method: 'heartbeat', data: { roomId: 'r1', userId: 'alice', userName: 'Alice' } },
    ]);
    clock.advance(10_000);
    await server.receives(2);
    expect(server.methods()).toEqual(['heartbeat', 'heartbeat']);
    await room.leave();
    expect(clock.pending).toBe(0);
    const often = await joinedPushPullWorld({ heartbeatMs: 500 });
    often.clock.advance(500);
    await often.server.receives(1);
    expect(often.server.methods()).toEqual(['heartbeat']);
  });

  it('cause a rejoin with all producers when the server refuses them', async () => {
    const world = await inCall();
    const { server, said, clock, producer, consumer, media } = world;
    server.on('heartbeat', () => {
      throw refusal('handle heartbeat failed');
    });
    const first = server.connection;
    clock.advance(10_000);
    await said.reaches(2);
    expect(said).toEqual([
      'stateChanged reconnecting the server has forgotten this peer: handle heartbeat failed',
      'reconnecting attempt=1 delayMs=100 the server has forgotten this peer: handle heartbeat failed',
    ]);
    expect(first.closed).toBe(true);
    said.length = 0;
    server.received.length = 0;
    await reconnect(world, 'pull');
    expect(server.methods()).toEqual(['join', 'unpush', 'push', 'pull']);
    expect(said).toEqual(['stateChanged joined the join was accepted', 'reconnected false']);
    expect(producer.id).toBe('own-2');
    expect(consumer.track?.readyState).toBe('live');
    expect(media.counts).toEqual({ sessions: 1, pushes: 1, pulls: 1, producers: 1, consumers: 1, waiting: 0 });
  });

  it('cause a resume over another connection without a response within 5 s after 10 s of silence', async () => {
    const silent = await joinedPushPullWorld();
    await pass(silent.clock, 10_000);
    silent.server.on('heartbeat', () => new Promise(() => {}));
    await pass(silent.clock, 14_000);
    expect(silent.said).toEqual([]);
    await pass(silent.clock, 1000);
    expect(silent.said[0]).toBe('stateChanged reconnecting the connection is dead');
    silent.server.received.length = 0;
    silent.clock.advance(100);
    await silent.server.sent('join');
    expect(silent.server.received[0]?.data).toMatchObject({ resumeToken: 'token1', holds: {} });
  });

  it('keep a session whose server never responded to one and announces no extension', async () => {
    const deaf = await joinedPushPullWorld({ isRtcPilot: true });
    deaf.server.on('heartbeat', () => new Promise(() => {}));
    await pass(deaf.clock, 100_000);
    expect(deaf.said).toEqual([]);
    expect(deaf.room.state).toBe('joined');
  });

  it('count malformed responses too', async () => {
    const { server, clock, room } = await joinedPushPullWorld();
    server.on('heartbeat', () => 'ok');
    clock.advance(10_000);
    await server.sent('heartbeat');
    await expectUnchanged(() => room.state, 'joined');
  });
});

describe('a connection loss', () => {
  it('rejoins RTCPilot under a fresh user id, and hides the former ids of the room', async () => {
    const world = await inCall({ profile: 'rtcpilot', isRtcPilot: true });
    const { server, room, said, users, consumer, producer } = world;
    await whenDisconnected(room, () => {
      server.drop();
    });
    users.push(user('alice', 'alices-ghost'));
    said.length = 0;
    await reconnect(world, 'pull');
    expect(server.methods()).toEqual(['join', 'push', 'pull']);
    expect(server.received.map(({ data }) => data.userId)).toEqual(['alice~2', 'alice~2', 'alice~2']);
    expect(room.peerId).toBe('alice');
    expect(producer.id).toBe('alice~2/1');
    expect(said).toEqual(['stateChanged joined the join was accepted', 'reconnected false']);
    expect(room.consumers.get('bob-video')).toBe(consumer);
    await whenDisconnected(room, () => {
      server.drop();
    });
    users.push(user('alice~2'));
    await reconnect(world);
    expect(server.received.at(-1)?.data.userId).toBe('alice~3');
    server.notify('newPusher', user('alice~2', 'ghost'));
    server.notify('userLeave', { userId: 'alice' });
    await whenRead(room, () => {
      server.notify('userLeave', { userId: 'alice~2' });
    });
    expect([...room.peers.keys()]).toEqual(['bob']);
  });

  it('reconnects as the app chose, in either profile', async () => {
    const resuming = await inCall({ profile: 'rtcpilot', reconnect: 'resume', isRtcPilot: true });
    await whenDisconnected(resuming.room, () => {
      resuming.server.drop();
    });
    await reconnect(resuming);
    expect(resuming.server.received[0]?.data).toMatchObject({ userId: 'alice' });
    const rejoining = await inCall({ reconnect: 'rejoin' });
    await whenDisconnected(rejoining.room, () => {
      rejoining.server.drop();
    });
    await reconnect(rejoining);
    expect(rejoining.server.received[0]?.data).toMatchObject({ userId: 'alice~2' });
  });

  it('retries while the server still lists the own id', async () => {
    const world = await inCall();
    const { server, clock, said } = world;
    server.on('join', () => {
      throw refusal('duplicated Peer');
    });
    await whenDisconnected(world.room, () => {
      server.drop();
    });
    const again = world.room.waitFor('reconnecting');
    clock.advance(100);
    await again;
    expect(said.at(-1)).toBe('reconnecting attempt=2 delayMs=200 duplicated Peer');
    server.on('join', () => ({ code: 0, users: [] }));
    const back = world.room.waitFor('reconnected');
    clock.advance(200);
    await back;
    expect(world.room.state).toBe('joined');
  });

  it('keeps the own user id where no join was sent before', async () => {
    const world = await inCall({ profile: 'rtcpilot', isRtcPilot: true });
    const { server, clock } = world;
    server.refusal = new Error('no network');
    await whenDisconnected(world.room, () => {
      server.drop();
    });
    const again = world.room.waitFor('reconnecting');
    clock.advance(100);
    await again;
    server.refusal = null;
    const back = world.room.waitFor('reconnected');
    clock.advance(200);
    await back;
    expect(server.received[0]?.data.userId).toBe('alice~2');
  });

  it('repeats pending pulls and pushes in the next session', async () => {
    const world = await inCall();
    const { server, room, media, said } = world;
    server.on('pull', () => new Promise(() => {})).on('push', () => new Promise(() => {}));
    server.notify('newPusher', user('bob', 'bob-video', 'bob-audio'));
    const producing = room.produce(fakeTrack('audio'));
    await Promise.all([server.sent('pull'), server.sent('push')]);
    await whenDisconnected(room, () => {
      server.drop();
    });
    server.on('pull', () => ({ sdp: 'v=0' })).on('push', () => ({ sdp: 'v=0' }));
    world.users.splice(0, 1, user('bob', 'bob-video', 'bob-audio'));
    await reconnect(world, 'pull');
    await producing;
    expect([...room.consumers.keys()].toSorted()).toEqual(['bob-audio', 'bob-video']);
    expect(media.counts).toMatchObject({ sessions: 1, producers: 2, consumers: 2, waiting: 0 });
    expect(said.filter((line) => line.startsWith('requestFailed'))).toEqual([]);
  });

  it('ends the session when the server closes with a final code', async () => {
    const { server, room, said, clock, media } = await inCall();
    await whenDisconnected(room, () => {
      server.drop({ by: 'server', code: 4000 });
    });
    expect(said.at(-1)).toBe('left closedByServer');
    expect(room.state).toBe('left');
    expect(clock.pending).toBe(0);
    expect(media.counts.sessions).toBe(0);
  });
});

describe('a media connection', () => {
  it('pushes its own track again when it fails, and no other', async () => {
    const { media, said, room, server, producer } = await inCall();
    const other = await room.produce(fakeTrack('audio'));
    said.length = 0;
    const [, first] = media.session.connections;
    first?.setConnectionState('failed');
    await said.reaches(2);
    expect(said).toEqual(['transportRecovering send rebuild failed', 'transportRecovered send rebuild']);
    expect(server.received.at(-2)).toMatchObject({ method: 'unpush', data: { pusherIds: ['own-1'] } });
    expect(producer).toMatchObject({ id: 'own-3', closed: false });
    expect(other.id).toBe('own-2');
    expect(media.counts).toMatchObject({ sessions: 1, pushes: 2, pulls: 1, waiting: 0 });
    expect(room.state).toBe('joined');
  });

  it('pulls its track again when it fails, in the desired state', async () => {
    const { media, said, room, consumer, server } = await inCall();
    await consumer.pause();
    const { track } = consumer;
    server.received.length = 0;
    said.length = 0;
    media.session.pullConnection.setConnectionState('failed');
    await said.reaches(2);
    expect(said).toEqual(['transportRecovering recv rebuild failed', 'transportRecovered recv rebuild']);
    expect(server.methods()).toContain('pausePull');
    expect(room.consumers.get('bob-video')).toBe(consumer);
    expect(consumer).toMatchObject({ closed: false, localPaused: true });
    expect(consumer.track).not.toBe(track);
    expect(media.counts).toMatchObject({ sessions: 1, pushes: 1, pulls: 1, waiting: 0 });
  });

  it('has seven seconds to reconnect when it disconnects, and the others are unaffected', async () => {
    const { media, said, clock, server } = await inCall();
    media.session.pullConnection.setConnectionState('disconnected');
    clock.advance(6999);
    expect(said).toEqual([]);
    clock.advance(1);
    await server.receives(1);
    expect(server.methods()).toEqual(['pull']);
    expect(said).toEqual(['transportRecovering recv rebuild disconnected', 'transportRecovered recv rebuild']);
  });

  it('causes new connections for all tracks when its recovery fails', async () => {
    const world = await inCall();
    const { media, said, room, clock, server } = world;
    server.on('push', () => new Promise(() => {}));
    media.session.pushConnection.setConnectionState('failed');
    await said.reaches(1);
    expect(said).toEqual(['transportRecovering send rebuild failed']);
    const recovered = room.waitFor('transportRecovered');
    clock.advance(7000);
    await recovered;
    // Nothing is being sent any more: the push waits for its answer.
    expect(said.at(-1)).toBe('transportRecovered send rebuild');
    expect(room.state).toBe('joined');
  });

  it('closes its consumer when the recovery finds the pusher closed', async () => {
    const { media, said, room, server } = await inCall({ isRtcPilot: true });
    server.on('pull', () => {
      throw refusal('pusher not found bob-video');
    });
    media.session.pullConnection.setConnectionState('failed');
    await said.reaches(3);
    expect(said).toEqual([
      'transportRecovering recv rebuild failed',
      'consumerClosed bob-video server',
      'requestFailed newConsumer error=requestRefused',
    ]);
    expect(room.state).toBe('joined');
  });

  it('never ends the session on RTCPilot, which does not report closed pushers', async () => {
    const { media, said, room, clock, server } = await inCall({ isRtcPilot: true, autoConnect: false });
    media.session.pullConnection.setConnectionState('connected');
    media.session.pullConnection.setConnectionState('failed');
    await server.sent('pull');
    media.session.pullConnection.setConnectionState('connecting');
    clock.advance(7000);
    await said.reaches(1);
    expect(said).toEqual(['transportRecovering recv rebuild failed']);
    expect(room.state).toBe('joined');
  });

  it('is not recovered when all its tracks are unsubscribed', async () => {
    const { media, said, clock, consumer } = await inCall();
    media.session.pullConnection.setConnectionState('disconnected');
    await consumer.close();
    said.length = 0;
    await pass(clock, 60_000);
    expect(said).toEqual([]);
  });

  it('is tried again at growing intervals when it never connected, and the session continues', async () => {
    const world = await joinedPushPullWorld({ autoConnect: false }, ['bob-video']);
    for (const pause of [0, 7000, 14_000]) {
      world.media.session.pullConnection.setConnectionState('connecting');
      world.media.session.pullConnection.setConnectionState('failed');
      world.server.received.length = 0;
      await pass(world.clock, pause);
      await world.server.receives(1);
      expect(world.server.methods().filter((method) => method === 'pull')).toEqual(['pull']);
      await pass(world.clock, 7000);
    }
    expect(world.room.state).toBe('joined');
  });

  it('is not recovered when the app closed its producer, even if the server reports it lost', async () => {
    const { producer, server, room, said } = await inCall();
    server.on('unpush', () => {
      server.notify('pusherClosed', { userId: 'alice', pusherIds: ['own-1'], by: 'server', reason: 'connectionLost' });
      throw refusal('pusher not found own-1');
    });
    await producer.close();
    await said.reaches(1);
    expect(said).toEqual(['producerClosed own-1 by=local local']);
    expect(room.state).toBe('joined');
  });

  it('pushes its track again when the server reports it lost, if it was connected before', async () => {
    const world = await inCall();
    const lost = { userId: 'alice', pusherIds: ['own-1'], by: 'server', reason: 'connectionLost' };
    world.server.notify('pusherClosed', lost);
    await world.said.reaches(2);
    expect(world.said).toEqual(['transportRecovering send rebuild failed', 'transportRecovered send rebuild']);
    expect(world.producer).toMatchObject({ id: 'own-2', closed: false });
    const never = await inCall({ autoConnect: false });
    never.server.notify('pusherClosed', lost);
    await never.said.reaches(1);
    expect(never.said).toEqual(['producerClosed own-1 by=server connectionLost']);
  });
});

describe('two responses to one request', () => {
  it('settle the request with the first only', async () => {
    const { server, room } = await joinedPushPullWorld({ isRtcPilot: true });
    const { connection } = server;
    const { onFrame } = connection;
    const repeated = deferred<void>();
    connection.onFrame = (packet) => {
      onFrame(packet);
      if (packet.kind !== 'request') return;
      const late = {
        kind: 'response',
        id: packet.id,
        ok: false,
        errorCode: -1,
        errorReason: 'user not found',
      } as const;
      setImmediate(() => {
        connection.send(late);
        repeated.resolve();
      });
    };
    const producer = await room.produce(fakeTrack('video'));
    await repeated.promise;
    await expectUnchanged(() => producer.closed, false);
    expect(room.state).toBe('joined');
  });
});

describe('fifty rooms', () => {
  it('leave nothing open', async () => {
    const { room, clock, media, server } = await joinedPushPullWorld({}, ['v1', 'b-audio']);
    for (let call = 0; call < 50; call++) {
      await room.produce(fakeTrack('video'));
      await room.leave();
      expect(media.counts).toEqual({ sessions: 0, pushes: 0, pulls: 0, producers: 0, consumers: 0, waiting: 0 });
      expect(clock.pending).toBe(0);
      await room.join();
    }
    expect(server.connections.filter(({ closed }) => !closed)).toHaveLength(1);
  });
});
