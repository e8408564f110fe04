import type { Pusher } from '@tureen/protocol/push-pull';
import { parse } from 'sdp-transform';
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

const codecsOf = (sdp: string) => parse(sdp).media.map(({ rtp }) => rtp.map(({ codec }) => codec));

describe('the profile rtcpilot', () => {
  it('does not respond to unknown requests, the extensions of Tureen included, and continues', async () => {
    using rooms = openPushPullRooms(backend(), { profile });
    const alice = await rooms.join('alice');
    const bob = await rooms.join('bob');
    for (const method of ['nonsense', 'unpush', 'leave', 'textMessage'])
      void alice.connection.sendRequest(method, { ...me, pusherIds: [], message: 'hi' });
    alice.connection.sendNotification('leave', me);
    alice.connection.sendNotification('nonsense', {});
    await alice.sendRequest('heartbeat', {});
    const answered = alice.connection.arrivals.filter(({ kind }) => kind === 'answer' || kind === 'refusal');
    expect(answered).toMatchObject([{ method: 'join' }, { method: 'heartbeat' }]);
    expect(alice.connection.badNotifications).toEqual([]);
    expect(bob.connection.allReceived('userLeave')).toEqual([]);
  });

  it('adds nothing to a message, whatever the client announces', async () => {
    using rooms = openPushPullRooms(backend(), { profile });
    const alice = await rooms.join('alice', { extensions: everything, appData: { n: 1 } });
    const joined = await rooms.connect('bob').connection.sendRequest('join', {
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
    const pushed = await alice.connection.sendRequest('push', { ...me, sdp, source: 'microphone' });
    expect(Object.keys(pushed as object).sort()).toEqual(['code', 'message', 'sdp']);
  });

  it('distinguishes only two errors', async () => {
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
      await expect(alice.connection.sendRequest(method, data)).rejects.toMatchObject({ code: -1, message });
  });

  it('refuses simulcast', async () => {
    using rooms = openPushPullRooms(backend(), { profile });
    const alice = await rooms.join('alice');
    await expect(alice.push(offer('chromium-push-simulcast'))).rejects.toMatchObject({
      code: -1,
      message: 'handle push sdp failed',
    });
  });

  it('answers a push with only opus and H264, and without other sections', async () => {
    using rooms = openPushPullRooms(backend(), { profile });
    const alice = await rooms.join('alice');
    const bob = await rooms.join('bob');
    const { sdp } = await alice.push(offer('chromium-push-audio-video'));
    expect(codecsOf(sdp)).toEqual([['opus'], ['H264', 'rtx']]);
    const told = await bob.connection.received<{ pushers: Pusher[] }>('newPusher');
    expect(told.pushers.map(({ rtpParam: { codec } }) => codec)).toEqual(['opus', 'H264']);

    const withoutH264 = await bob.push(offer('firefox-push-audio-video').replaceAll('H264/90000', 'H263/90000'));
    expect(parse(withoutH264.sdp).media.map(({ port }) => port === 0)).toEqual([false, true]);
    expect(withoutH264.sdp).toContain('a=group:BUNDLE 0\r\n');
    expect(
      [...rooms.registry.get('room')!.peers.get('bob')!.sending.producers.values()].map(({ kind }) => kind),
    ).toEqual(['audio']);
  });

  it('refuses a push that has neither opus nor H264', async () => {
    using rooms = openPushPullRooms(backend(), { profile });
    const alice = await rooms.join('alice');
    const vp8Only = offer('chromium-push-video').replaceAll('H264/90000', 'H263/90000');
    await expect(alice.push(vp8Only)).rejects.toMatchObject({ code: -1, message: 'handle push sdp failed' });
    await alice.push(offer('chromium-push-video'));
  });

  it('announces of other dialects only what its clients know, not VP8, for present and later users', async () => {
    using rooms = openPushPullRooms(backend(), { profile });
    const alice = await rooms.join('alice');
    const vera = await rooms.joinV3('vera');
    await vera.produce('video');
    await vera.produce('audio');
    const { pushers } = await alice.connection.received<{ pushers: Pusher[] }>('newPusher');
    expect(pushers.map(({ rtpParam: { codec } }) => codec)).toEqual(['opus']);
    const { users } = await rooms.connect('bob').join();
    const known = users.find(({ userId }) => userId === 'vera')?.pushers ?? [];
    expect(known.map(({ rtpParam: { codec } }) => codec)).toEqual(['opus']);
    expect(alice.connection.allReceived('newPusher')).toHaveLength(1);
  });

  it('skips unknown pushers, and codecs that the offer lacks, when something remains', async () => {
    using rooms = openPushPullRooms(backend(), { profile });
    const alice = await rooms.join('alice');
    const bob = await rooms.join('bob');
    await alice.push(offer('chromium-push-audio-video'));
    const { pushers } = await bob.connection.received<{ pushers: Pusher[] }>('newPusher');
    const specs = pushers.map(({ pusherId, rtpParam }) => ({ type: rtpParam.av_type, pusherId }));
    const withoutH264 = offer('chromium-pull-plain').replaceAll('H264/90000', 'H263/90000');
    const { sdp } = await bob.pull('alice', withoutH264, [{ type: 'audio', pusherId: 'ended' }, ...specs]);
    expect(parse(sdp).media.map(({ port }) => port === 0)).toEqual([false, true]);
    await expect(bob.pull('alice', withoutH264, [{ type: 'audio', pusherId: 'ended' }])).rejects.toMatchObject({
      message: 'handle pull sdp failed',
    });
    await expect(bob.pull('alice', withoutH264, specs.slice(1))).rejects.toMatchObject({
      message: 'handle pull sdp failed',
    });
  });

  it('recognizes a returning user by the ID alone, and sends notifications to its new connection', async () => {
    using rooms = openPushPullRooms(backend(), { profile });
    const first = await rooms.join('alice');
    const bob = await rooms.join('bob');
    await first.push(offer('chromium-push-audio'));
    reportConnections(rooms.registry.get('room')?.peers.get('alice'), 'connected');
    first.connection.drop();
    const second = await rooms.join('alice');
    expect(await bob.connection.received('userReConnect')).toEqual({
      roomId: 'room',
      userId: 'alice',
      userName: 'ALICE',
    });
    expect(rooms.registry.get('room')?.peers.get('alice')?.sending.producers.size).toBe(1);
    bob.sendNotification('textMessage', { userName: '', message: 'still there?' });
    expect(await second.connection.received('textMessage')).toMatchObject({ message: 'still there?' });

    const third = await rooms.join('alice');
    expect(await second.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'replaced' });
    await third.join();
    await third.sendRequest('heartbeat', {});
  });
});
