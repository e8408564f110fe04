import { describe, expect, it } from 'vitest';
import type { MemoryConnection } from '../testing/MemoryConnection.ts';
import { openV2Rooms } from '../testing/openV2Rooms.ts';
import { openPushPullRooms } from '../testing/openPushPullRooms.ts';
import { useBackend } from '../testing/useBackend.ts';
import { emitOnPeer } from '../rooms/emitOnPeer.ts';

const backend = useBackend();

/** Returns the names of a client's notifications from now on; of enveloped ones their own names. */
function namesSince(connection: MemoryConnection, from: number): string[] {
  return connection.arrivals.slice(from).flatMap((arrival) => {
    if (arrival.kind !== 'request' && arrival.kind !== 'notification') return [];
    const { method: inner } = Object(arrival.data) as { readonly method?: unknown };
    return arrival.method.startsWith('mediasoup-') && typeof inner === 'string' ? [inner] : [arrival.method];
  });
}

describe('a client that reads too slowly', () => {
  it('receives peers and consumers that come and go, but no scores, speakers and texts, in mediasoup-v3', async () => {
    using rooms = openV2Rooms(backend());
    const slow = await rooms.joinV3('slow');
    const from = slow.connection.arrivals.length;
    slow.connection.isBehind = true;
    const other = await rooms.joinV3('other');
    await other.produce('audio');
    await slow.connection.received('newConsumer');
    await other.sendMessage('textMessage', { text: 'hello' });
    const peer = rooms.registry.get('room')!.peers.get('slow')!;
    emitOnPeer(peer, 'speakingPeers', { volumes: [] });
    emitOnPeer(peer, 'downlinkBwe', {
      transport: [...peer.transports.values()][0]!,
      bwe: { desiredBitrate: 1, effectiveDesiredBitrate: 1, availableBitrate: 1 },
    });
    await other.sendMessage('changeDisplayName', { displayName: 'Other' });
    await other.sendMessage('leaveRoom', undefined);
    await slow.connection.received('peerClosed');
    expect(namesSince(slow.connection, from)).toEqual([
      'newPeer',
      'newConsumer',
      'peerDisplayNameChanged',
      'consumerClosed',
      'peerClosed',
    ]);

    slow.connection.isBehind = false;
    emitOnPeer(peer, 'speakingPeers', { volumes: [] });
    expect(slow.connection.allReceived('activeSpeaker')).toHaveLength(1);
  });

  it.each(['notification', 'request'] as const)(
    'receives peers that come and go, but no texts and speakers, in mediasoup-v2 with %ss',
    async (envelope) => {
      using rooms = openV2Rooms(backend());
      const slow = await rooms.join('mediasoup-v2', 'slow', { extensions: ['textMessage'] });
      if (envelope === 'request') {
        const data = { method: 'pauseProducer', notification: true, target: 'peer', id: 1 };
        await slow.connection.sendRequest('mediasoup-notification', data);
      }
      const from = slow.connection.arrivals.length;
      slow.connection.isBehind = true;
      const other = await rooms.joinV3('other');
      await other.sendMessage('textMessage', { text: 'hello' });
      emitOnPeer(rooms.registry.get('room')!.peers.get('slow')!, 'activeSpeaker', { peer: null });
      await other.sendMessage('leaveRoom', undefined);
      expect(namesSince(slow.connection, from)).toEqual(['newPeer', 'peerClosed']);
    },
  );

  it('receives users that come, push and go, but no texts, in push-pull', async () => {
    using rooms = openPushPullRooms(backend());
    const slow = await rooms.join('slow', { extensions: ['pusherClosed'] });
    const from = slow.connection.arrivals.length;
    slow.connection.isBehind = true;
    const other = await rooms.joinV3('other');
    const producer = await other.produce('audio');
    await slow.connection.received('newPusher');
    await other.sendMessage('textMessage', { text: 'hello' });
    await other.sendMessage('closeProducer', { producerId: producer.id });
    await other.sendMessage('leaveRoom', undefined);
    expect(namesSince(slow.connection, from)).toEqual(['newUser', 'newPusher', 'pusherClosed', 'userLeave']);
  });
});

describe('a notification to a whole room', () => {
  it('is one object for all clients of a kind, created and serialized once', async () => {
    using rooms = openV2Rooms(backend());
    const v3 = [await rooms.joinV3('a'), await rooms.joinV3('b'), await rooms.joinV3('c')];
    const v2 = [await rooms.join('mediasoup-v2', 'd'), await rooms.join('mediasoup-v2', 'e')];
    const before = [...v3, ...v2].map(({ connection }) => connection.shared.length);
    await rooms.joinV3('newcomer');
    const news = [...v3, ...v2].map(({ connection }, index) => connection.shared.slice(before[index]));
    expect(news.map((notifications) => notifications.map(({ method }) => method))).toEqual([
      ...v3.map(() => ['newPeer']),
      ...v2.map(() => ['mediasoup-notification']),
    ]);
    expect(new Set(news.flat()).size).toBe(2);
  });

  it('differs for users of push-pull that know different extensions', async () => {
    using rooms = openPushPullRooms(backend());
    const plain = [await rooms.join('a'), await rooms.join('b')];
    const ours = [
      await rooms.join('c', { extensions: ['userAppData', 'pushDetails'] }),
      await rooms.join('d', { extensions: ['pushDetails', 'userAppData'] }),
    ];
    await rooms.joinV3('newcomer');
    const last = [...plain, ...ours].map(({ connection }) => connection.shared.at(-1));
    expect(last.map((notification) => notification?.method)).toEqual(['newUser', 'newUser', 'newUser', 'newUser']);
    expect([last[0] === last[1], last[2] === last[3], last[0] === last[2]]).toEqual([true, true, false]);
  });
});
