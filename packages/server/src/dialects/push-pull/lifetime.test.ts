import { describe, expect, it } from 'vitest';
import { reportConnections } from '../../testing/connectionState.ts';
import { offer } from '../../testing/offers.ts';
import { openPushPullRooms } from '../../testing/openPushPullRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();

type Rooms = ReturnType<typeof openPushPullRooms>;

const peerOf = (rooms: Rooms, id: string) => rooms.registry.get('room')?.peers.get(id);

describe('join', () => {
  it('returns the users and their pushes, then notifies the other users', async () => {
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

  it('accepts numbers as IDs, and trims IDs', async () => {
    using rooms = openPushPullRooms(backend());
    const { connection } = rooms.connect('7');
    await connection.sendRequest('join', { roomId: 5, userId: 7, userName: 'Seven' });
    await expect(connection.sendRequest('heartbeat', { roomId: ' 5 ', userId: '7' })).resolves.toMatchObject({
      roomId: '5',
      userId: '7',
    });
  });

  it('returns extensions, dialects and appData to clients that announce extensions', async () => {
    using rooms = openPushPullRooms(backend());
    await rooms.join('alice', { appData: { n: 1 } });
    const bob = rooms.connect('bob');
    const { extensions, users, resumeToken } = await bob.join({ extensions: ['userAppData', 'resumeToken'] });
    expect(extensions).toContain('unpush');
    expect(users[0]).toMatchObject({ dialect: 'push-pull', appData: { n: 1 } });
    expect(resumeToken).toMatch(/^[\w-]{22}$/);
  });

  it('hides the audience from every user, and shows every user to the audience', async () => {
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

  it('is refused for the ID of a connected user, and may be repeated', async () => {
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

  it('is refused when the room is full, and leaves nothing behind', async () => {
    using rooms = openPushPullRooms(backend(), { limits: { maxPeersPerRoom: 1 } });
    await rooms.join('alice');
    await expect(rooms.join('bob')).rejects.toMatchObject({
      code: -1,
      message: 'user join failed: the room is full',
      reason: 'roomFull',
    });
  });

  it('has a deadline', async () => {
    using rooms = openPushPullRooms(backend(), { joinTimeoutMs: 5000 });
    const alice = rooms.connect('alice');
    const bob = await rooms.join('bob');
    rooms.clock.advance(5000);
    expect(await alice.connection.whenClosed()).toEqual({ kind: 'closed', code: 4000, reason: 'joinTimeout' });
    expect(bob.connection.closed).toBe(false);
  });

  it('leaves nothing behind when the connection closes during the join', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = rooms.connect('alice');
    const joining = alice.join();
    alice.connection.drop();
    await expect(joining).rejects.toMatchObject({ code: -1 });
    expect(rooms.registry.list()).toEqual([]);
  });
});

describe('a user that leaves', () => {
  it.each(['request', 'notification'] as const)('disappears for the other users at once after a %s', async (kind) => {
    using rooms = openPushPullRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    if (kind === 'request') await alice.sendRequest('leave', {});
    else alice.sendNotification('leave', {});
    expect(await alice.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'left' });
    expect(await bob.connection.received('userLeave')).toEqual({ roomId: 'room', userId: 'alice' });
    expect(bob.connection.allReceived('userDisconnect')).toEqual([]);
  });

  it('disappears at once when its connection drops and it has no media', async () => {
    using rooms = openPushPullRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    alice.connection.drop();
    expect(await bob.connection.received('userLeave')).toEqual({ roomId: 'room', userId: 'alice' });
  });

  it('stays for a grace period of 20 s when its connection drops and its media flows', async () => {
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

  it('disappears when its connection drops and then its media ends', async () => {
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

  it('is reported with the reason to clients that announce support for reasons', async () => {
    using rooms = openPushPullRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob', { extensions: ['leave'] })];
    await alice.sendRequest('leave', {});
    expect(await bob.connection.received('userLeave')).toEqual({ roomId: 'room', userId: 'alice', reason: 'left' });
  });
});

describe('a silent user', () => {
  it('is removed after 45 s; its next heartbeat is refused, and it may join again over the same connection', async () => {
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

  it('is not removed while its media flows', async () => {
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

  it('is disconnected when it does not join again', async () => {
    using rooms = openPushPullRooms(backend());
    const bob = await rooms.join('bob');
    rooms.clock.advance(45_000);
    expect(bob.connection.closed).toBe(false);
    rooms.clock.advance(45_000);
    expect(await bob.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'joinTimeout' });
  });

  it.each(['textMessage', 'pausePush'] as const)('stays when it sends %s in place of a heartbeat', async (method) => {
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

describe('a user that reconnects', () => {
  it('resumes with its token and all its media, and the others are notified', async () => {
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

  it('resumes with its token while the old connection still seems open', async () => {
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

  it('has a push ended whose response was lost', async () => {
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

  it('is refused with a used or foreign token while the user is connected', async () => {
    using rooms = openPushPullRooms(backend());
    const { resumeToken: first } = await rooms.connect('alice').join({ extensions: ['resumeToken'] });
    const { resumeToken: others } = await rooms.connect('bob').join({ extensions: ['resumeToken'] });
    await rooms.connect('alice').join({ resumeToken: first!, extensions: ['resumeToken'] });
    for (const resumeToken of [first!, others!, '']) {
      await expect(rooms.connect('alice').join({ resumeToken })).rejects.toMatchObject({ message: 'duplicated Peer' });
    }
  });

  it('joins as a new user without a token, and replaces a disconnected one', async () => {
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

describe('the end of a session', () => {
  it('is a leave to a hidden user for every visible one', async () => {
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

  it('has 4000 and the reason for a kicked user, and the others receive a leave', async () => {
    using rooms = openPushPullRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    rooms.registry.kick('room', 'alice', { reason: 'rude' });
    expect(await alice.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'kicked: rude' });
    expect(await bob.connection.received('userLeave')).toMatchObject({ userId: 'alice' });
  });

  it('has 4000 for all users of a closed room, without notifications about each other', async () => {
    using rooms = openPushPullRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    rooms.registry.closeRoom('room');
    for (const { connection } of [alice, bob]) {
      expect(await connection.whenClosed()).toMatchObject({ code: 4000, reason: 'roomClosed' });
      expect(connection.allReceived('userLeave')).toEqual([]);
    }
  });

  it('has 1012 when the server stops, so that clients reconnect', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice');
    rooms.registry.close();
    expect(await alice.connection.whenClosed()).toMatchObject({ code: 1012, reason: 'shuttingDown' });
  });

  it('leaves no timer', async () => {
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
