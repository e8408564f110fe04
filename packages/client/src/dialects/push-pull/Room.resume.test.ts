import { describe, expect, it } from 'vitest';
import {
  joinedPushPullWorld,
  pusher,
  refusal,
  user,
  type PushPullWorldOptions,
} from '@tureen/testkit/scripted/pushPullWorld';
import { fakeTrack, pass } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected, whenRead } from '@tureen/testkit/scripted/waits';

/** Joins Alice's room with a camera, and Bob's audio and video. Alice reconnects after a drop. */
async function inCall(options: PushPullWorldOptions = {}) {
  const world = await joinedPushPullWorld(options, ['bob-audio', 'bob-video']);
  const { server, room, clock, said } = world;
  const producer = await room.produce(fakeTrack('video'), { source: 'camera' });
  const [sound, picture] = [room.consumers.get('bob-audio')!, room.consumers.get('bob-video')!];
  said.length = 0;
  server.received.length = 0;
  const drop = async () => {
    await whenDisconnected(room, () => {
      server.drop();
    });
    said.length = 0;
    server.received.length = 0;
  };
  const reconnect = async (delayMs = 100) => {
    const back = room.waitFor('reconnected');
    await pass(clock, delayMs);
    const { resumed } = await back;
    return resumed;
  };
  return { ...world, producer, sound, picture, drop, reconnect };
}

const joined = 'stateChanged joined the join was accepted';

describe('resume after a connection loss', () => {
  it('continues with every media connection, without events', async () => {
    const { server, said, media, drop, reconnect, producer, sound, room } = await inCall();
    const before = [...media.session.connections];
    const { track } = sound;
    await drop();
    expect(await reconnect()).toBe(true);
    expect(server.methods()).toEqual(['join']);
    expect(server.received[0]?.data).toMatchObject({
      userId: 'alice',
      userName: 'Alice',
      resumeToken: 'token1',
      holds: { producers: ['own-1'], consumers: ['bob-audio', 'bob-video'] },
    });
    expect(said).toEqual([joined, 'reconnected true']);
    expect([...media.session.connections]).toEqual(before);
    expect(producer).toMatchObject({ id: 'own-1', closed: false });
    expect(sound.track).toBe(track);
    expect(room.peerId).toBe('alice');
  });

  it('resumes repeatedly, with the token of the last response, and one heartbeat timer', async () => {
    const { server, drop, reconnect, clock, room } = await inCall();
    for (const token of ['token1', 'token2', 'token3']) {
      await drop();
      await reconnect();
      expect(server.received[0]?.data.resumeToken).toBe(token);
    }
    server.received.length = 0;
    clock.advance(10_000);
    await server.receives(1);
    expect(server.methods()).toEqual(['heartbeat']);
    await room.leave();
    expect(clock.pending).toBe(0);
  });

  it('emits missed changes: users, pushers, pauses and closes', async () => {
    const { server, said, users, drop, reconnect, room } = await inCall();
    await drop();
    const bob = user('bob', 'bob-audio', 'bob-screen');
    bob.pushers[0] = pusher('bob-audio', { paused: true });
    users.splice(0, 1, bob, user('carol', 'carol-audio'));
    server.on('join', ({ holds }) => ({
      users,
      resumed: {
        producers: [{ id: 'own-1', paused: false }],
        consumers: [{ id: 'bob-audio', paused: false, producerPaused: true }],
      },
      extensions: holds ? ['pusherClosed'] : [],
    }));
    await reconnect();
    expect(said).toEqual([
      joined,
      'newPeer carol existing=true',
      'consumerPaused bob-audio by=remote',
      'consumerClosed bob-video remote',
      'reconnected true',
      'newConsumer bob-screen bob',
      'newConsumer carol-audio carol',
    ]);
    expect([...room.consumers.keys()].toSorted()).toEqual(['bob-audio', 'bob-screen', 'carol-audio']);
  });

  it('reconciles settings changed meanwhile with the state of the server', async () => {
    const { server, users, drop, reconnect, producer, sound, picture } = await inCall();
    await picture.pause();
    await drop();
    const changes = Promise.all([producer.pause(), sound.pause(), picture.resume()]);
    server.on('join', () => ({
      users,
      extensions: ['pausePush', 'pausePull'],
      resumed: {
        producers: [{ id: 'own-1', paused: false }],
        consumers: [
          { id: 'bob-audio', paused: false, producerPaused: false },
          { id: 'bob-video', paused: true, producerPaused: false },
        ],
      },
    }));
    await reconnect();
    await changes;
    expect(server.received.slice(1).map(({ method, data }) => [method, data.pusherIds])).toEqual(
      expect.arrayContaining([
        ['pausePush', ['own-1']],
        ['pausePull', ['bob-audio']],
        ['resumePull', ['bob-video']],
      ]),
    );
    expect(server.received).toHaveLength(4);
  });

  it.each(['push', 'pull'] as const)('recovers a %s that failed meanwhile', async (what) => {
    const { server, said, media, drop, reconnect, producer, sound, picture } = await inCall();
    const { pushConnection, pullConnection } = media.session;
    const failing = what === 'push' ? pushConnection : pullConnection;
    await drop();
    failing.setConnectionState('failed');
    await reconnect();
    expect(server.received[0]?.data.holds).toEqual({ producers: ['own-1'], consumers: ['bob-audio', 'bob-video'] });
    expect(server.methods()).toContain(what);
    expect(failing.closed).toBe(true);
    expect([producer.closed, sound.closed, picture.closed]).toEqual([false, false, false]);
    expect(said.filter((line) => line.startsWith('consumer'))).toEqual([]);
    expect(media.counts).toMatchObject({ sessions: 1, pushes: 1, pulls: 1, producers: 1, consumers: 2 });
  });

  it('replaces pushes and pulls that the server has closed, although they look connected', async () => {
    const { server, users, said, media, drop, reconnect, producer, picture } = await inCall();
    await drop();
    server.on('join', () => ({
      users,
      extensions: ['pausePull', 'pushers'],
      resumed: { producers: [], consumers: [{ id: 'bob-audio', paused: false, producerPaused: false }] },
    }));
    const { track } = picture;
    await reconnect();
    expect(server.methods().toSorted()).toEqual(['join', 'pull', 'push']);
    expect(producer.id).toBe('own-2');
    expect(picture.closed).toBe(false);
    expect(picture.track).not.toBe(track);
    expect(said).toEqual([joined, 'reconnected true']);
    expect(media.counts).toMatchObject({ producers: 1, consumers: 2 });
  });

  it('leaves unsubscribed and closed consumers alone', async () => {
    const { server, said, users, drop, reconnect, room, sound, picture } = await inCall();
    users.splice(0, 1, user('bob', 'bob-audio', 'bob-video', 'bob-other'));
    await whenRead(room, () => {
      server.notify('newPusher', user('bob', 'bob-audio', 'bob-video', 'bob-other'));
    });
    await sound.setSubscribed(false);
    await room.consumers.get('bob-other')!.close();
    const manual = await joinedPushPullWorld({ room: { consume: 'manual' } }, ['bob-audio']);
    await drop();
    await reconnect();
    expect(said).toEqual([joined, 'reconnected true']);
    // The server may have missed the pause of what it sends, so the room repeats it.
    expect(server.methods()).toEqual(['join', 'pausePull']);
    expect([...room.consumers.keys()]).toEqual(['bob-audio', 'bob-video']);
    expect(picture.closed).toBe(false);

    const consumer = manual.room.consumers.get('bob-audio')!;
    await whenDisconnected(manual.room, () => {
      manual.server.drop();
    });
    const back = manual.room.waitFor('reconnected');
    manual.clock.advance(100);
    await back;
    expect(manual.server.received.at(-1)?.data.holds).toEqual({ producers: [], consumers: [] });
    expect(manual.room.consumers.get('bob-audio')).toBe(consumer);
    await consumer.setSubscribed(true);
    expect(consumer.track?.readyState).toBe('live');
  });
});

describe('resume', () => {
  it.each(['push', 'pull'] as const)('repeats a pending %s over the next connection', async (method) => {
    const { server, room, users, media, drop, reconnect, said } = await inCall();
    const answerOf = {
      push: () => ({ sdp: 'v=0', pushers: [{ ...pusher('own-2'), mid: '0' }] }),
      pull: () => ({ sdp: 'v=0' }),
    };
    server.on(method, () => new Promise(() => {}));
    const producing = method === 'push' ? room.produce(fakeTrack('audio')) : null;
    users.splice(0, 1, user('bob', 'bob-audio', 'bob-video', ...(method === 'pull' ? ['bob-screen'] : [])));
    if (method === 'pull') server.notify('newPusher', user('bob', 'bob-audio', 'bob-video', 'bob-screen'));
    await server.sent(method);
    await drop();
    server.on(method, answerOf[method]);
    await reconnect();
    await producing;
    expect(server.received[0]?.data.holds).toEqual({ producers: ['own-1'], consumers: ['bob-audio', 'bob-video'] });
    expect(server.methods()).toEqual(['join', method]);
    expect(media.counts).toMatchObject({
      sessions: 1,
      producers: method === 'push' ? 2 : 1,
      consumers: method === 'pull' ? 3 : 2,
      waiting: 0,
    });
    expect(said.filter((line) => line.startsWith('requestFailed'))).toEqual([]);
  });

  it('drops a push whose answer is being applied', async () => {
    const { server, room, media, drop, reconnect } = await inCall();
    media.session.connections.forEach(({ closed }) => {
      expect(closed).toBe(false);
    });
    let answered = () => {};
    server.on('push', () => {
      queueMicrotask(answered);
      return { sdp: 'v=0', pushers: [{ ...pusher('own-2'), mid: '0' }] };
    });
    const dropped = new Promise<void>((resolve) => {
      answered = () => {
        server.on('push', () => ({ sdp: 'v=0', pushers: [{ ...pusher('own-3'), mid: '0' }] }));
        void drop().then(resolve);
      };
    });
    const producing = room.produce(fakeTrack('audio'));
    await dropped;
    await reconnect();
    const producer = await producing;
    expect(['own-2', 'own-3']).toContain(producer.id);
    const holds = server.received[0]?.data.holds as { producers: string[] };
    expect(holds.producers.includes(producer.id!)).toBe(producer.id === 'own-2');
    expect(media.counts).toMatchObject({ producers: 2, waiting: 0 });
  });

  it('repeats the token when the connection drops before the response', async () => {
    const { room, server, said, drop, reconnect, clock, media } = await inCall();
    await drop();
    server.on('join', () => new Promise(() => {}));
    clock.advance(100);
    await server.sent('join');
    await whenDisconnected(room, () => {
      server.drop();
    });
    let tried = 0;
    server.on('join', ({ resumeToken, holds }) => {
      tried += 1;
      if (resumeToken === 'token1') throw refusal('nothing to resume', 410);
      expect(holds).toBeUndefined();
      return { users: [user('bob', 'bob-audio', 'bob-video')] };
    });
    // The server had read the token, which is used up. The room joins over the same connection.
    const connections = server.connections.length;
    expect(await reconnect(200)).toBe(false);
    expect(tried).toBe(2);
    expect(server.connections).toHaveLength(connections + 1);
    expect(said.filter((line) => line.startsWith('consumer') || line.startsWith('peer'))).toEqual([]);
    expect(media.counts).toMatchObject({ sessions: 1, pushes: 1, pulls: 1, waiting: 0 });
  });

  it('joins when the server refuses the token, and keeps the state of the room', async () => {
    const { server, said, users, drop, reconnect, producer, picture, media, clock, room } = await inCall();
    await drop();
    server.on('join', ({ holds }) => {
      if (holds !== undefined) throw refusal('nothing to resume', 410);
      return { users, resumeToken: 'fresh', extensions: ['resumeToken', 'unpush', 'pushers'] };
    });
    expect(await reconnect()).toBe(false);
    expect(server.methods()).toEqual(['join', 'join', 'push', 'pull']);
    expect(server.received[1]?.data).not.toHaveProperty('resumeToken');
    expect(said).toEqual([joined, 'reconnected false']);
    expect(producer).toMatchObject({ id: 'own-2', closed: false });
    expect(picture.track?.readyState).toBe('live');
    expect(media.counts).toMatchObject({ sessions: 1, pushes: 1, pulls: 1 });
    await room.leave();
    expect(clock.pending).toBe(0);
    expect(media.counts.sessions).toBe(0);
  });

  it('ends the session when a policy of the server refuses the join', async () => {
    const { room, server, said, drop, clock } = await inCall();
    await drop();
    server.on('join', () => {
      throw refusal('user join failed: the room is full', 403);
    });
    const left = room.waitFor('left');
    clock.advance(100);
    await left;
    expect(said.at(-1)).toBe('left refused');
  });

  it('is not attempted while the room is being left', async () => {
    const { server, room, drop, clock, media } = await inCall();
    await drop();
    server.on('join', () => new Promise(() => {}));
    clock.advance(100);
    await server.sent('join');
    await room.leave();
    expect(room.state).toBe('left');
    expect(media.counts.sessions).toBe(0);
    expect(clock.pending).toBe(0);
  });
});
