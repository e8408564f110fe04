import { describe, expect, it } from 'vitest';
import { ConnectionClosedError } from '../Connection.ts';
import { openRooms } from '../../testing/openRooms.ts';
import { only } from '../../testing/rtp.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();

interface Offer {
  readonly id: string;
  readonly producerId: string;
  readonly peerId: string;
}

/** Creates a client's response that arrives when the test decides. */
function pending() {
  let settle: { resolve: () => void; reject: (error: Error) => void } | undefined;
  const answer = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { answer, ...settle! };
}

describe.each(['classic', 'notify'] as const)('newConsumer, %s', (variant) => {
  it('describes the producer, and is followed by its score once accepted', async () => {
    using rooms = openRooms(backend(), { variant });
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    const { answer, resolve } = pending();
    bob.connection.answer = () => answer;
    const video = await alice.produce('video', { appData: { source: 'camera' } });
    const offer = await bob.connection.received<Offer>('newConsumer');
    const consumer = [...rooms.registry.get('room')!.peers.get('bob')!.receiving.consumers.values()][0]!;
    expect(offer).toEqual({
      ...(variant === 'notify'
        ? { consumerId: consumer.id, transportId: bob.recvTransport!.id, consumerScore: expect.any(Object) }
        : { id: consumer.id }),
      peerId: 'alice',
      producerId: video.id,
      kind: 'video',
      type: 'simple',
      rtpParameters: JSON.parse(JSON.stringify(consumer.rtpParameters)),
      producerPaused: false,
      appData: { source: 'camera', peerId: 'alice' },
    });
    expect(bob.connection.allReceived('consumerScore')).toEqual([]);
    resolve();
    expect(await bob.connection.received('consumerScore')).toEqual({
      consumerId: consumer.id,
      score: { score: 10, producerScore: 0, producerScores: [0] },
    });
  });
});

describe('consumers', () => {
  it('are offered to a late joiner for every producer, each from its own peer', async () => {
    using rooms = openRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    const sent = [await alice.produce('audio'), await alice.produce('video'), await bob.produce('audio')];
    const carol = await rooms.join('carol');
    const offers = await Promise.all(
      sent.map(({ id }) => carol.connection.received<Offer>('newConsumer', ({ producerId }) => producerId === id)),
    );
    expect(offers.map(({ peerId }) => peerId)).toEqual(['alice', 'alice', 'bob']);
    expect(carol.connection.allReceived('newConsumer')).toHaveLength(3);
  });

  it('are offered too when the recv transport is created after the join', async () => {
    using rooms = openRooms(backend());
    const alice = await rooms.join('alice');
    const producer = await alice.produce('audio');
    const bob = rooms.connect('bob');
    await bob.loadDevice();
    await bob.join();
    expect(bob.connection.allReceived('newConsumer')).toEqual([]);
    await bob.createTransport('recv');
    expect((await bob.connection.received<Offer>('newConsumer')).producerId).toBe(producer.id);
  });

  it('are not offered to a client without capabilities', async () => {
    using rooms = openRooms(backend());
    const alice = await rooms.join('alice');
    const bob = rooms.connect('bob');
    await bob.enter({ consume: false });
    await alice.produce('audio');
    await alice.produceData();
    const carol = await rooms.join('carol');
    await carol.connection.received('newConsumer');
    expect(bob.connection.allReceived('newConsumer')).toEqual([]);
    expect(bob.connection.allReceived('newDataConsumer')).toEqual([]);
  });

  it('are not created for a codec that the client lacks, and the client receives codecsUnsupported', async () => {
    using rooms = openRooms(backend());
    const alice = await rooms.join('alice');
    const bob = rooms.connect('bob');
    await bob.loadDevice();
    await bob.createTransport('recv');
    const rtpCapabilities = only('audio', bob.device.recvRtpCapabilities);
    await bob.sendMessage('join', { device: { flag: 'f', name: 'n', version: 'v' }, rtpCapabilities });
    const video = await alice.produce('video');
    expect(await bob.connection.received('consumerUnsupported')).toEqual({
      peerId: 'alice',
      producerId: video.id,
      kind: 'video',
      reason: 'codec',
    });
    expect(bob.connection.allReceived('newConsumer')).toEqual([]);
  });

  it('are closed, logged, and not offered again when the client refuses them; others stay', async () => {
    using rooms = openRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    bob.connection.answer = (_, data) => {
      if ((data as { kind: string }).kind === 'audio') throw new Error('no');
    };
    await alice.produce('audio');
    const { id: consumerId } = await bob.connection.received<Offer>('newConsumer');
    expect(await bob.connection.received('consumerClosed')).toEqual({ consumerId, reason: 'refused' });
    const line = rooms.logs.lines.find(({ msg }) => msg === 'client refused a consumer');
    expect(line).toMatchObject({ level: 40, reason: 'no' });
    expect(line).not.toHaveProperty('err');
    const video = await alice.produce('video');
    await bob.connection.received<Offer>('newConsumer', ({ producerId }) => producerId === video.id);
    await bob.connection.received('consumerScore');
    expect(rooms.registry.get('room')!.peers.get('bob')!.receiving.consumers.size).toBe(1);
  });

  it('are offered without waiting for one another or for requests', async () => {
    using rooms = openRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    const { answer, resolve } = pending();
    bob.connection.answer = () => answer;
    await alice.produce('audio');
    const { id: consumerId } = await bob.connection.received<Offer>('newConsumer');
    // The client has not responded, but gets a response.
    await bob.sendMessage('pauseConsumer', { consumerId });
    const video = await alice.produce('video');
    await bob.connection.received<Offer>('newConsumer', ({ producerId }) => producerId === video.id);
    resolve();
    await bob.connection.received<{ consumerId: string }>('consumerScore', (score) => score.consumerId === consumerId);
    expect(rooms.registry.get('room')!.peers.get('bob')!.receiving.consumers.get(consumerId)?.paused).toBe(true);
  });

  it('are closed once when they close before the client has responded', async () => {
    using rooms = openRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    const { answer, reject } = pending();
    bob.connection.answer = () => answer;
    const audio = await alice.produce('audio');
    await bob.connection.received<Offer>('newConsumer');
    await alice.sendMessage('closeProducer', { producerId: audio.id });
    await bob.connection.received('consumerClosed');
    reject(new Error('there is none of that id'));
    await bob.connection.sendRequest('getRtcStatsUrl');
    expect(bob.connection.allReceived('consumerClosed')).toHaveLength(1);
    expect(rooms.logs.messages()).not.toContain('client refused a consumer');
  });

  it('close without a log entry when the client disconnects', async () => {
    using rooms = openRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    bob.connection.answer = () => Promise.reject(new ConnectionClosedError('gone'));
    await alice.produce('audio');
    await bob.connection.received<Offer>('newConsumer');
    bob.connection.drop();
    await alice.connection.received('peerClosed');
    expect(rooms.logs.messages()).not.toContain('client refused a consumer');
  });
});

describe('data consumers', () => {
  it('are offered to present peers and to late joiners', async () => {
    using rooms = openRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    const { id: dataProducerId } = await alice.produceData('chat');
    const carol = await rooms.join('carol');
    for (const { connection } of [bob, carol])
      expect(await connection.received('newDataConsumer')).toMatchObject({
        peerId: 'alice',
        dataProducerId,
        label: 'chat',
      });
    expect(alice.connection.allReceived('newDataConsumer')).toEqual([]);
  });

  it('name their sender in appData too, even when the sender names another peer', async () => {
    using rooms = openRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    const produceData = (streamId: number, appData: object) =>
      alice.connection.sendRequest('produceData', {
        transportId: alice.sendTransport?.id,
        sctpStreamParameters: { streamId },
        appData,
      });
    await produceData(0, { peerId: 'bob', channel: 'chat' });
    await produceData(1, { channel: 'other' });
    await bob.connection.received('newDataConsumer', ({ appData }: { appData: object }) => !('peerId' in appData));
    expect(bob.connection.allReceived('newDataConsumer')).toMatchObject([
      { peerId: 'alice', appData: { peerId: 'alice', channel: 'chat' } },
      { peerId: 'alice', appData: { channel: 'other' } },
    ]);
  });

  it('are closed when the client refuses them', async () => {
    using rooms = openRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    bob.connection.answer = () => {
      throw new Error('no');
    };
    await alice.produceData('chat');
    const { id: dataConsumerId } = await bob.connection.received<Offer>('newDataConsumer');
    expect(await bob.connection.received('dataConsumerClosed')).toEqual({ dataConsumerId, reason: 'refused' });
  });
});
