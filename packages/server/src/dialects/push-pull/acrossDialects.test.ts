import { describe, expect, it } from 'vitest';
import { offer } from '../../testing/offers.ts';
import { openPushPullRooms } from '../../testing/openPushPullRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';
import type { V3Client } from '../../testing/V3Client.ts';

const backend = useBackend();
const all = ['userAppData', 'pushers', 'pulled', 'pushDetails', 'pusherClosed', 'pusherPaused', 'leave'] as const;

const consumersOf = (client: V3Client) =>
  client.connection.allReceived('newConsumer') as { id: string; kind: string; producerId: string; appData: object }[];

describe('a push-pull user and a mediasoup-v3 peer', () => {
  it('receive each other as newcomers, each in their own dialect', async () => {
    using rooms = openPushPullRooms(backend());
    const bob = await rooms.joinV3('bob');
    const alice = rooms.connect('alice');
    const { users } = await alice.join({ userName: 'Alice', appData: { n: 1 }, extensions: all });
    expect(users).toMatchObject([{ userId: 'bob', userName: 'BOB', pushers: [], dialect: 'mediasoup-v3' }]);
    expect(await bob.connection.received('newPeer')).toMatchObject({
      id: 'alice',
      displayName: 'Alice',
      device: { flag: 'unknown', name: 'push-pull', version: '' },
      appData: { n: 1 },
    });
    await rooms.joinV3('carol');
    expect(await alice.connection.received('newUser')).toMatchObject([{ userId: 'carol', userName: 'CAROL' }]);
  });

  it('share a push: the peer consumes what the user pushes, with its source', async () => {
    using rooms = openPushPullRooms(backend());
    const bob = await rooms.joinV3('bob');
    const alice = await rooms.join('alice', { extensions: all });
    const { pushers = [] } = await alice.push(offer('chromium-push-video'), { source: 'screen' });
    const pusherIds = [pushers[0]!.pusherId];
    await bob.connection.received('newConsumer');
    expect(consumersOf(bob)).toMatchObject([
      { kind: 'video', peerId: 'alice', producerId: pusherIds[0], appData: { source: 'screen', peerId: 'alice' } },
    ]);
    const consumerId = consumersOf(bob)[0]!.id;
    await alice.sendRequest('pausePush', { pusherIds });
    expect(await bob.connection.received('consumerPaused')).toEqual({ consumerId });
    await alice.sendRequest('resumePush', { pusherIds });
    expect(await bob.connection.received('consumerResumed')).toEqual({ consumerId });
    await alice.sendRequest('unpush', { pusherIds });
    expect(await bob.connection.received('consumerClosed')).toMatchObject({ consumerId });
    await alice.sendRequest('leave', {});
    expect(await bob.connection.received('peerClosed')).toMatchObject({ peerId: 'alice', reason: 'left' });
  });

  it('share a producer: the user pulls it with source, pause, resume, close and leave', async () => {
    using rooms = openPushPullRooms(backend());
    const bob = await rooms.joinV3('bob');
    const alice = await rooms.join('alice', { extensions: all });
    const audio = await bob.produce('audio', { appData: { source: 'microphone' } });
    const video = await bob.produce('video', { appData: { source: 'camera' } });
    const isBoth = ({ pushers }: { pushers: unknown[] }) => pushers.length === 2;
    const { pushers } = await alice.connection.received<{ pushers: object[] }>('newPusher', isBoth);
    expect(pushers).toMatchObject([
      { pusherId: audio.id, source: 'microphone', paused: false, rtpParam: { codec: 'opus', payload_type: 109 } },
      { pusherId: video.id, source: 'camera', paused: false, rtpParam: { codec: 'VP8', payload_type: 120 } },
    ]);
    const { pulled } = await alice.pull('bob', offer('firefox-pull-aligned'), [
      { type: 'audio', pusherId: audio.id },
      { type: 'video', pusherId: video.id },
    ]);
    expect(pulled).toHaveLength(2);
    const about = { roomId: 'room', userId: 'bob', pusherIds: [video.id], by: 'remote' };
    await bob.sendMessage('pauseProducer', { producerId: video.id });
    expect(await alice.connection.received('pusherPaused')).toEqual(about);
    await bob.sendMessage('resumeProducer', { producerId: video.id });
    expect(await alice.connection.received('pusherResumed')).toEqual(about);
    await bob.sendMessage('closeProducer', { producerId: video.id });
    expect(await alice.connection.received('pusherClosed')).toEqual(about);
    bob.connection.drop();
    expect(await alice.connection.received('userLeave')).toMatchObject({ userId: 'bob' });
    expect(alice.connection.allReceived('pusherClosed')).toHaveLength(1);
    expect(rooms.registry.get('room')?.peers.get('alice')?.transports.size).toBe(0);
  });

  it('share simulcast: the user receives one codec and one stream', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice', { extensions: all });
    const bob = await rooms.joinV3('bob');
    const video = await bob.produce('video', { encodings: [{ rid: 'a' }, { rid: 'b' }, { rid: 'c' }] });
    const { pushers } = await alice.connection.received<{ pushers: object[] }>('newPusher');
    expect(pushers).toMatchObject([{ rtpParam: { codec: 'VP8', payload_type: 120 } }]);
    const { sdp } = await alice.pull('bob', offer('firefox-pull-video-aligned'), [
      { type: 'video', pusherId: video.id },
    ]);
    expect(sdp).not.toContain('rid');
    const [consumer] = [...rooms.registry.get('room')!.peers.get('alice')!.receiving.consumers.values()];
    expect(consumer?.preferredLayers).toMatchObject({ spatialLayer: 2 });
  });

  it('do not share data channels: the user gets no notification about them', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice', { extensions: all });
    const bob = await rooms.joinV3('bob');
    await bob.produceData();
    await alice.sendRequest('heartbeat', {});
    expect(alice.connection.arrivals.filter(({ kind }) => kind === 'notification')).toHaveLength(1);
  });

  it('send texts to each other', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice');
    const bob = await rooms.joinV3('bob');
    await bob.sendMessage('textMessage', { text: 'hello' });
    expect(await alice.connection.received('textMessage')).toEqual({
      roomId: 'room',
      userId: 'bob',
      userName: 'BOB',
      message: 'hello',
    });
    alice.sendNotification('textMessage', { userName: 'ALICE', message: 'hi' });
    expect(await bob.connection.received('textMessage')).toEqual({ peerId: 'alice', text: 'hi' });
  });

  it('cannot have one ID, whichever joins first', async () => {
    using rooms = openPushPullRooms(backend());
    await rooms.joinV3('bob');
    await expect(rooms.join('bob')).rejects.toMatchObject({ code: -1, message: 'duplicated Peer' });
    await rooms.join('alice');
    await expect(rooms.joinV3('alice')).rejects.toMatchObject({ code: 409 });
  });

  it('do not see each other when the user is in the audience', async () => {
    using rooms = openPushPullRooms(backend());
    const bob = await rooms.joinV3('bob');
    await rooms.join('watcher', { audience: true });
    expect(bob.connection.allReceived('newPeer')).toEqual([]);
  });
});
