import { describe, expect, it } from 'vitest';
import { offer } from '../testing/offers.ts';
import { openV2Rooms } from '../testing/openV2Rooms.ts';
import { openPushPullRooms } from '../testing/openPushPullRooms.ts';
import { openRooms } from '../testing/openRooms.ts';
import { useBackend } from '../testing/useBackend.ts';
import { v2Names } from '../testing/V2Client.ts';
import { permissionsOf } from './grant.ts';

const backend = useBackend();

describe('permissionsOf()', () => {
  it('permits everything without an authorize hook', () => {
    expect(permissionsOf(undefined)).toEqual({ hide: true, publish: true, publishData: true, text: true });
  });

  it('permits all but hiding when the grant names nothing, and only what the grant names otherwise', () => {
    const usual = { hide: false, publish: true, publishData: true, text: true };
    expect(permissionsOf({})).toEqual(usual);
    expect(permissionsOf({ may: { hide: true, text: false } })).toEqual({ ...usual, hide: true, text: false });
    expect(permissionsOf({ may: { hide: undefined, publish: undefined } })).toEqual(usual);
  });
});

describe('a spy', () => {
  const dialect = 'mediasoup-v2';

  it('is refused without the permission to hide, and may join visibly over the same connection', async () => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join(dialect, 'alice');
    const spy = rooms.connect(dialect, 'spy', 'room', { roomId: 'room', peerId: 'spy' });
    await expect(spy.join({ spy: true })).rejects.toMatchObject({ code: 403, message: 'not permitted to join hidden' });
    expect(rooms.registry.list()[0]).toMatchObject({ peers: [{ id: 'alice' }], hiddenPeers: 0 });
    expect(spy.connection.closed).toBe(false);

    await spy.join();
    expect(await alice.received('newPeer')).toMatchObject({ name: 'spy' });
  });

  it('joins hidden with the permission, and the snapshot counts the spy', async () => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join(dialect, 'alice');
    const spy = rooms.connect(dialect, 'spy', 'room', { may: { hide: true } });
    await spy.join({ spy: true });
    expect(rooms.registry.list()[0]).toMatchObject({ peers: [{}, { id: 'spy', hidden: true }], hiddenPeers: 1 });
    expect(rooms.registry.get('room')?.hiddenPeers).toBe(1);
    expect(alice.all('newPeer')).toEqual([]);
  });

  it('sends nothing that reaches other peers', async () => {
    using rooms = openV2Rooms(backend());
    const { client: alice } = await rooms.joinResumable(dialect, 'alice');
    const before = alice.payloads.length;
    const spy = rooms.connect(dialect, 'spy');
    await spy.join({ spy: true, appData: { displayName: 'Eve' } });
    await expect(spy.sendMessage('textMessage', { text: 'boo' })).rejects.toMatchObject({
      code: 403,
      message: 'a hidden peer may not send text',
    });
    await expect(spy.connection.sendRequest('change-display-name', { displayName: 'Boo' })).rejects.toMatchObject({
      code: 403,
      message: 'a hidden peer may not change its name',
    });
    await expect(spy.produce('audio')).rejects.toMatchObject({
      code: 403,
      message: 'spy peers cannot create producers',
    });
    spy.connection.drop();
    expect(alice.payloads).toHaveLength(before);
    expect(rooms.registry.list()[0]?.peers).toHaveLength(1);
  });
});

describe.each(v2Names)('a grant in %s', (dialect) => {
  it('refuses producers and texts that it withholds, and the connection stays open', async () => {
    using rooms = openV2Rooms(backend());
    const { client: bob } = await rooms.joinResumable(dialect, 'bob');
    const alice = rooms.connect(dialect, 'alice', 'room', { may: { publish: false, text: false } });
    await alice.join();
    await bob.received('newPeer');
    const before = bob.payloads.length;
    await expect(alice.produce('audio')).rejects.toMatchObject({ code: 403, message: 'not permitted to publish' });
    await expect(alice.sendMessage('textMessage', { text: 'x' })).rejects.toMatchObject({
      code: 403,
      message: 'not permitted to send text',
    });
    expect(bob.payloads).toHaveLength(before);
    expect(alice.connection.closed).toBe(false);
  });

  it('replaces that of the earlier connection when a peer resumes', async () => {
    using rooms = openV2Rooms(backend());
    const bob = await rooms.join(dialect, 'bob');
    const { client: alice, token } = await rooms.joinResumable(dialect, 'alice');
    const id = await alice.produce('audio');
    const closed = bob.received('consumerClosed');
    alice.connection.drop();
    const next = rooms.connect(dialect, 'alice', 'room', { may: { publish: false } }).connection;
    expect((await alice.resume(next, token, { producers: [id] })).resumed).toMatchObject({ producers: [] });
    await closed;
    await expect(alice.produce('audio')).rejects.toMatchObject({ code: 403, message: 'not permitted to publish' });
  });
});

describe('a spy that resumes', () => {
  it('is not resumed, and receives nothing more, over a connection without the permission to hide', async () => {
    using rooms = openV2Rooms(backend());
    await rooms.join('mediasoup-v2', 'alice');
    const { client: spy, token } = await rooms.joinResumable('mediasoup-v2', 'spy', { spy: true });
    spy.connection.drop();
    expect(rooms.registry.get('room')?.hiddenPeers).toBe(1);
    const next = rooms.connect('mediasoup-v2', 'spy', 'room', {}).connection;
    await expect(spy.resume(next, token)).rejects.toMatchObject({ code: 410, message: 'nothing to resume' });
    expect(rooms.registry.get('room')?.hiddenPeers).toBe(0);
    expect(next.closed).toBe(false);
  });

  it('stays hidden over a connection with the permission to hide', async () => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join('mediasoup-v2', 'alice');
    const { client: spy, token } = await rooms.joinResumable('mediasoup-v2', 'spy', { spy: true });
    spy.connection.drop();
    const next = rooms.connect('mediasoup-v2', 'spy', 'room', { may: { hide: true } }).connection;
    await spy.resume(next, token);
    expect(rooms.registry.get('room')?.hiddenPeers).toBe(1);
    expect(alice.all('newPeer')).toEqual([]);
  });
});

describe('a grant in mediasoup-v3', () => {
  it('allows its peer to receive when it withholds everything', async () => {
    using rooms = openRooms(backend());
    const bob = await rooms.join('bob');
    const alice = rooms.connect('alice', 'room', { may: { publish: false, publishData: false, text: false } });
    await alice.enter();
    const refusal = (message: string) => ({ code: 403, message });
    await expect(alice.produce('audio')).rejects.toMatchObject(refusal('not permitted to publish'));
    await expect(alice.produceData()).rejects.toMatchObject(refusal('not permitted to publish data'));
    await expect(alice.sendMessage('textMessage', { text: 'x' })).rejects.toMatchObject(
      refusal('not permitted to send text'),
    );
    await bob.produce('audio');
    await alice.connection.received('newConsumer');
    expect(bob.connection.allReceived('newConsumer')).toEqual([]);
    expect(alice.connection.closed).toBe(false);
  });

  it('distinguishes data from media', async () => {
    using rooms = openRooms(backend());
    const alice = rooms.connect('alice', 'room', { may: { publish: false } });
    await alice.enter();
    await alice.produceData();
    await expect(alice.produce('audio')).rejects.toMatchObject({ code: 403 });
  });

  it('replaces that of the earlier connection when a peer resumes: withheld producers close, others stay', async () => {
    using rooms = openRooms(backend());
    const bob = await rooms.join('bob');
    const { client: alice, token } = await rooms.joinResumable('alice');
    const audio = await alice.produce('audio');
    const chat = await alice.produceData();
    await bob.connection.received('newDataConsumer');
    alice.connection.drop();
    const next = rooms.connect('alice', 'room', { may: { publishData: false } }).connection;
    const { resumed } = await alice.resume(next, token, { producers: [audio.id], dataProducers: [chat.id] });
    expect(resumed).toMatchObject({ producers: [{ id: audio.id }], dataProducers: [] });
    await bob.connection.received('dataConsumerClosed');
    await expect(alice.produceData()).rejects.toMatchObject({ code: 403, message: 'not permitted to publish data' });
    await alice.sendMessage('textMessage', { text: 'back' });
    expect(await bob.connection.received('textMessage')).toMatchObject({ text: 'back' });
  });
});

describe('the audience of push-pull', () => {
  it('is refused without the permission to hide, leaves no room, and may join visibly over the same connection', async () => {
    using rooms = openPushPullRooms(backend());
    const watcher = rooms.connect('watcher');
    watcher.connection.grant = { roomId: 'room', peerId: 'watcher' };
    await expect(watcher.join({ audience: true })).rejects.toMatchObject({
      code: -1,
      message: 'user join failed: not permitted to join hidden',
    });
    expect(rooms.registry.roomCount).toBe(0);
    await watcher.join();
    expect(rooms.registry.list()[0]).toMatchObject({ peers: [{ id: 'watcher', hidden: false }], hiddenPeers: 0 });
  });

  it('joins hidden with the permission, and sends nothing that reaches other users', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice');
    const carol = await rooms.joinV3('carol');
    const watcher = rooms.connect('watcher');
    watcher.connection.grant = { may: { hide: true } };
    await watcher.join({ audience: true });
    expect(rooms.registry.list()[0]).toMatchObject({ hiddenPeers: 1 });
    watcher.sendNotification('textMessage', { userName: 'W', message: 'boo' });
    await expect(watcher.push(offer('firefox-push-audio'))).rejects.toMatchObject({ code: -1 });
    await watcher.sendRequest('heartbeat', {});
    expect(alice.connection.allReceived('textMessage')).toEqual([]);
    expect(carol.connection.allReceived('textMessage')).toEqual([]);
    expect(rooms.logs.messages()).toContain('notification had no effect');
  });

  it('is refused with the error texts of RTCPilot in its profile', async () => {
    using rooms = openPushPullRooms(backend(), { profile: 'rtcpilot' });
    const watcher = rooms.connect('watcher');
    watcher.connection.grant = {};
    await expect(watcher.join({ audience: true })).rejects.toMatchObject({ code: -1, message: 'user join failed' });
  });
});

describe('a grant in push-pull', () => {
  it('refuses pushes and texts that it withholds, and the connection stays open', async () => {
    using rooms = openPushPullRooms(backend());
    const bob = await rooms.join('bob');
    const alice = rooms.connect('alice');
    alice.connection.grant = { may: { publish: false, text: false } };
    await alice.join();
    await expect(alice.push(offer('firefox-push-audio'))).rejects.toMatchObject({
      message: 'handle push sdp failed: not permitted to publish',
    });
    expect(await backend().dump()).toMatchObject([{ routers: [{ transports: 0 }] }]);
    alice.sendNotification('textMessage', { userName: 'A', message: 'x' });
    await alice.sendRequest('heartbeat', {});
    expect(bob.connection.allReceived('textMessage')).toEqual([]);
  });

  it.each([
    [{}, 0],
    [{ may: { hide: true } }, 1],
  ])('replaces that of the earlier connection when an audience resumes: %j', async (grant, hidden) => {
    using rooms = openPushPullRooms(backend());
    await rooms.join('alice');
    const watcher = rooms.connect('watcher');
    const extensions = ['resumeToken'] as const;
    const { resumeToken = '' } = await watcher.join({ audience: true, extensions });
    watcher.connection.drop();
    expect(rooms.registry.get('room')?.hiddenPeers).toBe(1);
    const next = rooms.connect('watcher');
    next.connection.grant = grant;
    const back = next.join({ audience: true, extensions, resumeToken, holds: { producers: [], consumers: [] } });
    if (hidden === 1) await back;
    else await expect(back).rejects.toMatchObject({ code: 410, message: 'nothing to resume' });
    expect(rooms.registry.get('room')?.hiddenPeers).toBe(hidden);
  });

  it('ends pushes of a resumed user when the new connection withholds them', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = rooms.connect('alice');
    const extensions = ['resumeToken', 'pushers'] as const;
    const { resumeToken = '' } = await alice.join({ extensions });
    const { pushers = [] } = await alice.push(offer('firefox-push-audio'));
    const producers = pushers.map(({ pusherId }) => pusherId);
    alice.connection.drop();
    const next = rooms.connect('alice');
    next.connection.grant = { may: { publish: false } };
    const back = await next.join({ extensions, resumeToken, holds: { producers, consumers: [] } });
    expect(back.resumed).toMatchObject({ producers: [] });
    expect(await rooms.pushersOf('alice')).toEqual([]);
  });
});
