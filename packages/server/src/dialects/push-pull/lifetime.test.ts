import { describe, expect, it } from 'vitest';
import { reportConnections } from '../../testing/connectionState.ts';
import { offer } from '../../testing/offers.ts';
import { openPushPullRooms } from '../../testing/openPushPullRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();

type Rooms = ReturnType<typeof openPushPullRooms>;

const peerOf = (rooms: Rooms, id: string) => rooms.registry.get('room')?.peers.get(id);

describe('join', () => {
  it('answers with who is there, and what they push; then the others are told', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice', { userName: 'Alice' });
    await alice.push(offer('chromium-push-audio'));
    const bob = rooms.connect('bob');
    const answer = await bob.connection.sendRequest('join', { roomId: 'room', userId: 'bob', userName: 'Bob' });
    expect(answer).toEqual({
      code: 0,
      message: 'join success',
      users: [
        {
          userId: 'alice',
          userName: 'Alice',
          pushers: [
            { pusherId: expect.any(String) as string, rtpParam: expect.objectContaining({ codec: 'opus' }) as object },
          ],
        },
      ],
    });
    expect(await alice.connection.received('newUser')).toEqual([{ userId: 'bob', userName: 'Bob', pushers: [] }]);
    expect(bob.connection.allReceived('newUser')).toEqual([]);
  });

  it('takes numbers for ids, and trims them', async () => {
    using rooms = openPushPullRooms(backend());
    const { connection } = rooms.connect('7');
    await connection.sendRequest('join', { roomId: 5, userId: 7, userName: 'Seven' });
    await expect(connection.sendRequest('heartbeat', { roomId: ' 5 ', userId: '7' })).resolves.toMatchObject({
      roomId: '5',
      userId: '7',
    });
  });

  it('tells clients that announce extensions which there are, and of dialects and appData', async () => {
    using rooms = openPushPullRooms(backend());
    await rooms.join('alice', { appData: { n: 1 } });
    const bob = rooms.connect('bob');
    const { extensions, users, resumeToken } = await bob.join({ extensions: ['userAppData', 'resumeToken'] });
    expect(extensions).toContain('unpush');
    expect(users[0]).toMatchObject({ dialect: 'push-pull', appData: { n: 1 } });
    expect(resumeToken).toMatch(/^[\w-]{22}$/);
  });

  it('hides the audience from everyone, and tells it of everyone', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice');
    const { pushers = [] } = await (
      await rooms.join('carol', { extensions: ['pushers'] })
    ).push(offer('firefox-push-video'));
    const watcher = rooms.connect('watcher');
    const { users } = await watcher.join({ audience: true });
    expect(users.map(({ userId }) => userId)).toEqual(['alice', 'carol']);
    const { users: seenByBob } = await rooms.connect('bob').join();
    expect(seenByBob.map(({ userId }) => userId)).toEqual(['alice', 'carol']);
    expect(JSON.stringify(alice.connection.arrivals)).not.toContain('watcher');
    await watcher.pull('carol', offer('firefox-pull-video-aligned'), [
      { type: 'video', pusherId: pushers[0]!.pusherId },
    ]);
    watcher.connection.drop();
    expect(JSON.stringify(alice.connection.arrivals)).not.toContain('watcher');
  });

  it('under an id that is taken by one who is connected is refused, and may be tried again', async () => {
    using rooms = openPushPullRooms(backend());
    await rooms.join('alice');
    const second = rooms.connect('alice');
    await expect(second.join()).rejects.toMatchObject({ code: -1, message: 'duplicated Peer' });
    await expect(second.sendRequest('heartbeat', {})).rejects.toMatchObject({
      code: -1,
      message: 'handle heartbeat failed',
    });
    expect(second.connection.closed).toBe(false);
    rooms.registry.kick('room', 'alice');
    await second.join();
  });

  it('is refused where the room is full, and leaves no trace', async () => {
    using rooms = openPushPullRooms(backend(), { limits: { maxPeersPerRoom: 1 } });
    await rooms.join('alice');
    await expect(rooms.join('bob')).rejects.toMatchObject({
      code: -1,
      message: 'user join failed: the room is full',
      reason: 'roomFull',
    });
  });

  it('has to come in time', async () => {
    using rooms = openPushPullRooms(backend(), { joinTimeoutMs: 5000 });
    const alice = rooms.connect('alice');
    const bob = await rooms.join('bob');
    rooms.clock.advance(5000);
    expect(await alice.connection.whenClosed()).toEqual({ kind: 'closed', code: 4000, reason: 'joinTimeout' });
    expect(bob.connection.closed).toBe(false);
  });

  it('of one whose connection went away while it was let in leaves no trace', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = rooms.connect('alice');
    const joining = alice.join();
    alice.connection.drop();
    await expect(joining).rejects.toMatchObject({ code: -1 });
    expect(rooms.registry.list()).toEqual([]);
  });
});

describe('a user that leaves', () => {
  it.each(['request', 'notification'] as const)('by a %s is gone for the others at once', async (kind) => {
    using rooms = openPushPullRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    if (kind === 'request') await alice.sendRequest('leave', {});
    else alice.sendNotification('leave', {});
    expect(await alice.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'left' });
    expect(await bob.connection.received('userLeave')).toEqual({ roomId: 'room', userId: 'alice' });
    expect(bob.connection.allReceived('userDisconnect')).toEqual([]);
  });

  it('without a word, and without media, is gone at once too', async () => {
    using rooms = openPushPullRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    alice.connection.drop();
    expect(await bob.connection.received('userLeave')).toEqual({ roomId: 'room', userId: 'alice' });
  });

  it('without a word while its media goes on is waited for, 20 s', async () => {
    using rooms = openPushPullRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    await alice.push(offer('chromium-push-audio'));
    reportConnections(peerOf(rooms, 'alice'), 'connected');
    alice.connection.drop();
    expect(await bob.connection.received('userDisconnect')).toEqual({ roomId: 'room', userId: 'alice' });
    expect(bob.connection.allReceived('userLeave')).toEqual([]);
    rooms.clock.advance(19_999);
    expect(bob.connection.allReceived('userLeave')).toEqual([]);
    rooms.clock.advance(1);
    expect(await bob.connection.received('userLeave')).toEqual({ roomId: 'room', userId: 'alice' });
    expect(rooms.clock.pending).toBe(1);
  });

  it('without a word, and then its media ends too, is gone with it', async () => {
    using rooms = openPushPullRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    await alice.push(offer('chromium-push-audio'));
    await alice.push(offer('chromium-push-video'));
    reportConnections(peerOf(rooms, 'alice'), 'connected');
    alice.connection.drop();
    await bob.connection.received('userDisconnect');
    reportConnections(peerOf(rooms, 'alice'), 'over');
    expect(await bob.connection.received('userLeave')).toEqual({ roomId: 'room', userId: 'alice' });
    expect(rooms.clock.pending).toBe(1);
  });

  it('tells those who asked for it why', async () => {
    using rooms = openPushPullRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob', { extensions: ['leave'] })];
    await alice.sendRequest('leave', {});
    expect(await bob.connection.received('userLeave')).toEqual({ roomId: 'room', userId: 'alice', reason: 'left' });
  });
});

describe('a user that says nothing', () => {
  it('is forgotten after 45 s; the next heartbeat is refused, and it may join again by the same connection', async () => {
    using rooms = openPushPullRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    rooms.clock.advance(44_999);
    expect(await alice.sendRequest('heartbeat', {})).toEqual({ roomId: 'room', userId: 'alice' });
    rooms.clock.advance(1);
    expect(await alice.connection.received('userLeave')).toMatchObject({ userId: 'bob' });
    expect(bob.connection.closed).toBe(false);
    rooms.clock.advance(44_998);
    await alice.sendRequest('heartbeat', {});
    await expect(bob.sendRequest('heartbeat', {})).rejects.toMatchObject({
      code: -1,
      message: 'handle heartbeat failed',
    });
    await bob.join();
    expect(alice.connection.allReceived('newUser')).toHaveLength(2);
  });

  it('but whose media is there is not forgotten', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice');
    await alice.push(offer('chromium-push-audio'));
    reportConnections(peerOf(rooms, 'alice'), 'connected');
    rooms.clock.advance(200_000);
    await alice.sendRequest('heartbeat', {});
    reportConnections(peerOf(rooms, 'alice'), 'over');
    rooms.clock.advance(45_000);
    await expect(alice.sendRequest('heartbeat', {})).rejects.toMatchObject({ message: 'handle heartbeat failed' });
  });

  it('and does not join again either is let go', async () => {
    using rooms = openPushPullRooms(backend());
    const bob = await rooms.join('bob');
    rooms.clock.advance(45_000);
    expect(bob.connection.closed).toBe(false);
    rooms.clock.advance(45_000);
    expect(await bob.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'joinTimeout' });
  });

  it.each(['textMessage', 'pausePush'] as const)('but %s is as good as a heartbeat', async (method) => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice');
    rooms.clock.advance(40_000);
    if (method === 'textMessage') alice.sendNotification('textMessage', { userName: '', message: 'hi' });
    else await alice.sendRequest('pausePush', { pusherIds: [] });
    await alice.connection.sendRequest('push', {}).catch(() => undefined);
    rooms.clock.advance(40_000);
    await alice.sendRequest('heartbeat', {});
    expect(alice.connection.closed).toBe(false);
  });
});

describe('a user that comes back', () => {
  it('with its token goes on with what it had; the others hear of it', async () => {
    using rooms = openPushPullRooms(backend());
    const first = rooms.connect('alice');
    const { resumeToken } = await first.join({ extensions: ['resumeToken', 'pushers'] });
    const bob = await rooms.join('bob', { extensions: ['pushers'] });
    const { pushers = [] } = await first.push(offer('chromium-push-audio'));
    reportConnections(peerOf(rooms, 'alice'), 'connected');
    first.connection.drop();
    const { pushers: meanwhile = [] } = await bob.push(offer('firefox-push-video'));

    const second = rooms.connect('alice');
    const answer = await second.join({ resumeToken: resumeToken!, extensions: ['resumeToken'] });
    expect(answer.users[0]?.pushers.map(({ pusherId }) => pusherId)).toEqual([meanwhile[0]?.pusherId]);
    expect(answer.resumeToken).not.toBe(resumeToken);
    expect(await bob.connection.received('userReConnect')).toEqual({
      roomId: 'room',
      userId: 'alice',
      userName: 'ALICE',
    });
    expect(bob.connection.allReceived('userDisconnect')).toHaveLength(1);
    expect(bob.connection.allReceived('newUser')).toEqual([]);
    await second.sendRequest('unpush', { pusherIds: [pushers[0]!.pusherId] });
    bob.sendNotification('textMessage', { userName: '', message: 'there?' });
    expect(await second.connection.received('textMessage')).toMatchObject({ message: 'there?' });
    rooms.clock.advance(44_000);
    await second.sendRequest('heartbeat', {});
  });

  it('with its token while the old connection still seems to be there takes over', async () => {
    using rooms = openPushPullRooms(backend());
    const first = rooms.connect('alice');
    const { resumeToken } = await first.join({ extensions: ['resumeToken'] });
    const bob = await rooms.join('bob');
    const second = rooms.connect('alice');
    await second.join({ resumeToken: resumeToken!, extensions: ['resumeToken'] });
    expect(await first.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'replaced' });
    await bob.connection.received('userReConnect');
    expect(bob.connection.arrivals.map((arrival) => 'method' in arrival && arrival.method)).toEqual([
      'join',
      'userDisconnect',
      'userReConnect',
    ]);
    await second.sendRequest('heartbeat', {});
  });

  it('brings back no push whose answer it never had', async () => {
    using rooms = openPushPullRooms(backend());
    const first = rooms.connect('alice');
    const { resumeToken } = await first.join({ extensions: ['resumeToken', 'pushers'] });
    const { pushers: known = [] } = await first.push(offer('chromium-push-audio'));
    reportConnections(peerOf(rooms, 'alice'), 'connected');
    const { pushers: lost = [] } = await first.push(offer('chromium-push-video'));
    const bob = await rooms.join('bob', { extensions: ['pusherClosed'] });

    await rooms.connect('alice').join({ resumeToken: resumeToken!, extensions: ['resumeToken'] });
    expect(await bob.connection.received('pusherClosed')).toMatchObject({ pusherIds: [lost[0]?.pusherId] });
    expect([...peerOf(rooms, 'alice')!.sending.producers.keys()]).toEqual([known[0]?.pusherId]);
  });

  it('with a token that is used up, or someone else’s, is refused while the user is connected', async () => {
    using rooms = openPushPullRooms(backend());
    const { resumeToken: first } = await rooms.connect('alice').join({ extensions: ['resumeToken'] });
    const { resumeToken: others } = await rooms.connect('bob').join({ extensions: ['resumeToken'] });
    await rooms.connect('alice').join({ resumeToken: first!, extensions: ['resumeToken'] });
    for (const resumeToken of [first!, others!, '']) {
      await expect(rooms.connect('alice').join({ resumeToken })).rejects.toMatchObject({ message: 'duplicated Peer' });
    }
  });

  it('without a token takes the place of one that has no connection any more, as a new user', async () => {
    using rooms = openPushPullRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    await alice.push(offer('chromium-push-audio'));
    reportConnections(peerOf(rooms, 'alice'), 'connected');
    alice.connection.drop();
    await rooms.join('alice');
    expect(bob.connection.arrivals.flatMap((arrival) => ('method' in arrival ? arrival.method : []))).toEqual([
      'join',
      'newPusher',
      'userDisconnect',
      'userLeave',
      'newUser',
    ]);
  });
});

describe('the end', () => {
  it('comes to a hidden user that every visible one leaves', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice');
    const spy = rooms.connect('spy');
    await spy.join({ audience: true });
    alice.connection.drop();
    expect(await spy.connection.whenClosed()).toMatchObject({
      code: 4000,
      reason: 'roomClosed: every visible peer left',
    });
  });

  it('comes with 4000 and the reason to one that is kicked, and the others hear that it left', async () => {
    using rooms = openPushPullRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    rooms.registry.kick('room', 'alice', { reason: 'rude' });
    expect(await alice.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'kicked: rude' });
    expect(await bob.connection.received('userLeave')).toMatchObject({ userId: 'alice' });
  });

  it('comes with 4000 to all when the room is closed, and nobody hears of the others', async () => {
    using rooms = openPushPullRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    rooms.registry.closeRoom('room');
    for (const { connection } of [alice, bob]) {
      expect(await connection.whenClosed()).toMatchObject({ code: 4000, reason: 'roomClosed' });
      expect(connection.allReceived('userLeave')).toEqual([]);
    }
  });

  it('comes with 1012 when the server stops: clients come back', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice');
    rooms.registry.close();
    expect(await alice.connection.whenClosed()).toMatchObject({ code: 1012, reason: 'shuttingDown' });
  });

  it('leaves no timer behind', async () => {
    using rooms = openPushPullRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    await alice.push(offer('chromium-push-audio'));
    await alice.sendRequest('leave', {});
    bob.connection.drop();
    await alice.connection.whenClosed();
    expect(rooms.clock.pending).toBe(0);
    expect(rooms.registry.list()).toEqual([]);
  });
});
