import { describe, expect, it } from 'vitest';
import { offer } from '../../testing/offers.ts';
import { openPushPullRooms } from '../../testing/openPushPullRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();

type Rooms = ReturnType<typeof openPushPullRooms>;

const all = ['pushers', 'pulled', 'pushDetails', 'pusherClosed', 'pusherPaused'] as const;

/** Opens a room: Alice pushes audio and video, Bob pulls both, Carol is RTCPilot's own client. */
async function meet(rooms: Rooms) {
  const alice = await rooms.join('alice', { extensions: all });
  const bob = await rooms.join('bob', { extensions: all });
  const carol = await rooms.join('carol');
  const { pushers = [] } = await alice.push(offer('firefox-push-audio-video'));
  const [audio = '', video = ''] = pushers.map(({ pusherId }) => pusherId);
  const specs = [
    { type: 'audio', pusherId: audio },
    { type: 'video', pusherId: video },
  ] as const;
  await bob.pull('alice', offer('firefox-pull-aligned'), specs);
  return { alice, bob, carol, audio, video };
}

const peerOf = (rooms: Rooms, id: string) => rooms.registry.get('room')!.peers.get(id)!;
const about = (pusherIds: string[]) => ({ roomId: 'room', userId: 'alice', pusherIds, by: 'remote' });

describe.each(['request', 'notification'] as const)('a user that acts by a %s', (kind) => {
  it('ends the named pushes with unpush, and the connection with its last push', async () => {
    using rooms = openPushPullRooms(backend());
    const { alice, bob, carol, audio, video } = await meet(rooms);
    const peer = peerOf(rooms, 'alice');
    if (kind === 'request') await alice.sendRequest('unpush', { pusherIds: [audio] });
    else alice.sendNotification('unpush', { pusherIds: [audio] });
    expect(await bob.connection.received('pusherClosed')).toEqual(about([audio]));
    expect(peer.sending.producers.has(audio)).toBe(false);
    expect(peer.transports.size).toBe(1);
    await alice.sendRequest('unpush', { pusherIds: [video] });
    expect(peer.transports.size).toBe(0);
    expect(peerOf(rooms, 'bob').transports.size).toBe(0);
    expect(alice.connection.allReceived('pusherClosed')).toEqual([]);
    expect(carol.connection.allReceived('pusherClosed')).toEqual([]);
  });

  it('notifies all clients that know the notifications, once, with pausePush and resumePush', async () => {
    using rooms = openPushPullRooms(backend());
    const { alice, bob, carol, audio } = await meet(rooms);
    const say = async (method: 'pausePush' | 'resumePush') => {
      if (kind === 'request') await alice.sendRequest(method, { pusherIds: [audio] });
      else alice.sendNotification(method, { pusherIds: [audio] });
    };
    await say('pausePush');
    await say('pausePush');
    expect(await bob.connection.received('pusherPaused')).toEqual(about([audio]));
    expect(peerOf(rooms, 'alice').sending.producers.get(audio)?.paused).toBe(true);
    const late = rooms.connect('late');
    const { users } = await late.join({ extensions: all });
    expect(users.find(({ userId }) => userId === 'alice')?.pushers.map(({ paused }) => paused)).toEqual([true, false]);
    await say('resumePush');
    expect(await bob.connection.received('pusherResumed')).toEqual(about([audio]));
    expect(bob.connection.allReceived('pusherPaused')).toHaveLength(1);
    for (const { connection } of [alice, carol]) expect(connection.allReceived('pusherPaused')).toEqual([]);
  });

  it('notifies no other user with pausePull, resumePull and closeConsumer', async () => {
    using rooms = openPushPullRooms(backend());
    const { alice, bob, audio, video } = await meet(rooms);
    const peer = peerOf(rooms, 'bob');
    const say = async (method: 'pausePull' | 'resumePull' | 'closeConsumer', pusherIds: string[]) => {
      if (kind === 'request') await bob.sendRequest(method, { pusherIds });
      else bob.sendNotification(method, { pusherIds });
      await bob.sendRequest('heartbeat', {});
    };
    const pauses = () => [...peer.receiving.consumers.values()].map(({ kind: its, paused }) => [its, paused]);
    await say('pausePull', [video]);
    expect(pauses()).toEqual([
      ['audio', false],
      ['video', true],
    ]);
    await say('resumePull', [video]);
    await say('closeConsumer', [audio]);
    expect(pauses()).toEqual([['video', false]]);
    expect(peer.transports.size).toBe(1);
    await say('closeConsumer', [video]);
    expect(peer.transports.size).toBe(0);
    const heard = alice.connection.arrivals.filter((arrival) => arrival.kind === 'notification');
    expect(heard.map(({ method }) => method)).toEqual(['newUser', 'newUser']);
  });
});

describe('a request that names an unknown pusher', () => {
  it.each(['unpush', 'pausePush', 'resumePush', 'pausePull', 'resumePull', 'closeConsumer'] as const)(
    'is refused, and changes none of the other pushers that it names: %s',
    async (method) => {
      using rooms = openPushPullRooms(backend());
      const { alice, bob, audio, video } = await meet(rooms);
      const asker = method.endsWith('Push') || method === 'unpush' ? alice : bob;
      await expect(asker.sendRequest(method, { pusherIds: [audio, 'none', video] })).rejects.toMatchObject({
        code: -1,
        message: 'pusher not found none',
      });
      expect(peerOf(rooms, 'alice').sending.producers.size).toBe(2);
      expect([...peerOf(rooms, 'alice').sending.producers.values()].some(({ paused }) => paused)).toBe(false);
      expect([...peerOf(rooms, 'bob').receiving.consumers.values()].map(({ paused }) => paused)).toEqual([
        false,
        false,
      ]);
    },
  );

  it.each(['unpush', 'pausePush', 'resumePush'] as const)(
    'is refused for a pusher of another user too: %s',
    async (method) => {
      using rooms = openPushPullRooms(backend());
      const { bob, audio } = await meet(rooms);
      await expect(bob.sendRequest(method, { pusherIds: [audio] })).rejects.toMatchObject({
        message: `pusher not found ${audio}`,
      });
    },
  );

  it('ends a pusher once when unpush names it twice', async () => {
    using rooms = openPushPullRooms(backend());
    const { alice, bob, audio } = await meet(rooms);
    await alice.sendRequest('unpush', { pusherIds: [audio, audio] });
    await bob.connection.received('pusherClosed');
    expect(bob.connection.allReceived('pusherClosed')).toHaveLength(1);
    await expect(alice.sendRequest('unpush', { pusherIds: [audio] })).rejects.toMatchObject({ code: -1 });
  });
});

describe('an act of the server', () => {
  it('notifies the owner of a pusher and the other users', async () => {
    using rooms = openPushPullRooms(backend());
    const { alice, bob, audio, video } = await meet(rooms);
    const { producers } = peerOf(rooms, 'alice').sending;
    await producers.get(audio)?.pause();
    await producers.get(audio)?.resume();
    producers.get(video)?.close('server', 'tooLoud');
    const told = { roomId: 'room', userId: 'alice', by: 'server' };
    expect(await alice.connection.received('pusherPaused')).toEqual({ ...told, pusherIds: [audio] });
    expect(await bob.connection.received('pusherResumed')).toEqual({ ...told, pusherIds: [audio] });
    expect(await alice.connection.received('pusherClosed')).toEqual({ ...told, pusherIds: [video], reason: 'tooLoud' });
    expect(await bob.connection.received('pusherClosed')).toMatchObject({ pusherIds: [video] });
  });
});

describe('textMessage', () => {
  it('is sent to all other users, with the user of the connection as the sender', async () => {
    using rooms = openPushPullRooms(backend());
    const { alice, bob, carol } = await meet(rooms);
    alice.connection.sendNotification('textMessage', {
      roomId: 'room',
      userId: 'alice',
      userName: 'The President',
      message: 'hello',
      time: 5,
    });
    for (const { connection } of [bob, carol]) {
      expect(await connection.received('textMessage')).toEqual({
        roomId: 'room',
        userId: 'alice',
        userName: 'ALICE',
        message: 'hello',
      });
    }
    expect(alice.connection.allReceived('textMessage')).toEqual([]);
  });

  it('is sent to no user when it names another sender', async () => {
    using rooms = openPushPullRooms(backend());
    const { alice, bob } = await meet(rooms);
    alice.connection.sendNotification('textMessage', {
      roomId: 'room',
      userId: 'bob',
      userName: 'BOB',
      message: 'I owe you',
    });
    await alice.sendRequest('heartbeat', {});
    expect(bob.connection.allReceived('textMessage')).toEqual([]);
    expect(rooms.logs.messages()).toContain('notification had no effect');
  });
});

describe('requests of one user', () => {
  it('are handled one after the other, in the order of arrival', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = rooms.connect('alice');
    const asked = [
      alice.join({ extensions: all }),
      alice.push(offer('chromium-push-audio')),
      alice.sendRequest('heartbeat', {}),
      alice.push('garbage').catch(() => undefined),
      alice.push(offer('firefox-push-video')),
      alice.sendRequest('leave', {}),
      alice.sendRequest('heartbeat', {}).catch(() => undefined),
    ];
    await Promise.all(asked);
    const done = alice.connection.arrivals.flatMap((arrival) =>
      arrival.kind === 'answer' || arrival.kind === 'refusal' ? [[arrival.kind, arrival.method]] : [],
    );
    expect(done).toEqual([
      ['answer', 'join'],
      ['answer', 'push'],
      ['answer', 'heartbeat'],
      ['refusal', 'push'],
      ['answer', 'push'],
      ['answer', 'leave'],
      ['refusal', 'heartbeat'],
    ]);
  });
});
