import { describe, expect, it } from 'vitest';
import { reportConnections } from '../../testing/connectionState.ts';
import { offer } from '../../testing/offers.ts';
import { openPushPullRooms } from '../../testing/openPushPullRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();
const profile = 'rtcpilot';
const me = { roomId: 'room', userId: 'alice' };
const everything = [
  'resumeToken',
  'pushers',
  'pulled',
  'pushDetails',
  'leave',
  'pusherClosed',
  'pusherPaused',
] as const;

describe('as RTCPilot', () => {
  it('leaves what is unknown without an answer, ours included, and goes on', async () => {
    using rooms = openPushPullRooms(backend(), { profile });
    const alice = await rooms.join('alice');
    const bob = await rooms.join('bob');
    for (const method of ['nonsense', 'unpush', 'leave', 'textMessage'])
      void alice.connection.ask(method, { ...me, pusherIds: [], message: 'hi' });
    alice.connection.tell('leave', me);
    alice.connection.tell('nonsense', {});
    await alice.ask('heartbeat', {});
    const answered = alice.connection.arrivals.filter(({ kind }) => kind === 'answer' || kind === 'refusal');
    expect(answered).toMatchObject([{ method: 'join' }, { method: 'heartbeat' }]);
    expect(alice.connection.badNotifications).toEqual([]);
    expect(bob.connection.allTold('userLeave')).toEqual([]);
  });

  it('adds nothing to any message, whatever the client announces', async () => {
    using rooms = openPushPullRooms(backend(), { profile });
    const alice = await rooms.join('alice', { extensions: everything, appData: { n: 1 } });
    const joined = await rooms.connect('bob').connection.ask('join', {
      roomId: 'room',
      userId: 'bob',
      userName: 'Bob',
      extensions: everything,
    });
    expect(joined).toEqual({
      code: 0,
      message: 'join success',
      users: [{ userId: 'alice', userName: 'ALICE', pushers: [] }],
    });
    const sdp = { type: 'offer', sdp: offer('chromium-push-audio') };
    const pushed = await alice.connection.ask('push', { ...me, sdp, source: 'microphone' });
    expect(Object.keys(pushed as object).sort()).toEqual(['code', 'message', 'sdp']);
  });

  it('says no more than which of two things went wrong', async () => {
    using rooms = openPushPullRooms(backend(), { profile });
    const alice = await rooms.join('alice');
    const sdp = { type: 'offer', sdp: 'garbage' };
    const pull = { ...me, targetUserId: 'bob', sdp, specs: [{ type: 'audio', pusher_id: 'none' }] };
    const refusals = [
      ['join', { roomId: 'room', userId: 'bob', userName: 'Bob' }, 'user join failed'],
      ['join', { roomId: 'room' }, 'invalid join request'],
      ['push', { ...me, sdp }, 'handle push sdp failed'],
      ['push', me, 'invalid push request'],
      ['pull', pull, 'handle pull sdp failed'],
      ['pull', { ...pull, specs: [{ type: 'audio' }] }, 'invalid pull request'],
      ['heartbeat', { ...me, userId: 'bob' }, 'handle heartbeat failed'],
      ['heartbeat', {}, 'invalid heartbeat request'],
    ] as const;
    for (const [method, data, message] of refusals)
      await expect(alice.connection.ask(method, data)).rejects.toMatchObject({ code: -1, message });
  });

  it('takes no simulcast', async () => {
    using rooms = openPushPullRooms(backend(), { profile });
    const alice = await rooms.join('alice');
    await expect(alice.push(offer('chromium-push-simulcast'))).rejects.toMatchObject({
      code: -1,
      message: 'handle push sdp failed',
    });
  });

  it('knows who comes back by the id alone, and tells the new connection what it told the old', async () => {
    using rooms = openPushPullRooms(backend(), { profile });
    const first = await rooms.join('alice');
    const bob = await rooms.join('bob');
    await first.push(offer('chromium-push-audio'));
    reportConnections(rooms.registry.get('room')?.peers.get('alice'), 'connected');
    first.connection.drop();
    const second = await rooms.join('alice');
    expect(await bob.connection.told('userReConnect')).toEqual({ roomId: 'room', userId: 'alice', userName: 'ALICE' });
    expect(rooms.registry.get('room')?.peers.get('alice')?.producers.size).toBe(1);
    bob.tell('textMessage', { userName: '', message: 'still there?' });
    expect(await second.connection.told('textMessage')).toMatchObject({ message: 'still there?' });

    const third = await rooms.join('alice');
    expect(await second.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'replaced' });
    await third.join();
    await third.ask('heartbeat', {});
  });
});
