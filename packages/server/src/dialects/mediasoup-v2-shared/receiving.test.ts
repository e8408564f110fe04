import { describe, expect, it } from 'vitest';
import type { RtpCapabilities } from '@tureen/protocol/common';
import type { Consumer } from '../../rooms/Consumer.ts';
import { openV2Rooms } from '../../testing/openV2Rooms.ts';
import { only } from '../../testing/rtp.ts';
import { useBackend } from '../../testing/useBackend.ts';
import { consumersOf, v2Names } from '../../testing/V2Client.ts';
import type { V2Name, Payload } from '../../testing/V2Client.ts';
import { emitOnPeer } from '../../rooms/emitOnPeer.ts';

const backend = useBackend();

const threeStreams = [{ rid: 'r0' }, { rid: 'r1' }, { rid: 'r2' }];

/** Opens a call in which bob was notified of alice's producer. */
async function openCall(dialect: V2Name, kind: 'audio' | 'video' = 'audio', encodings: object[] = []) {
  const rooms = openV2Rooms(backend());
  const [alice, bob] = [await rooms.join(dialect, 'alice'), await rooms.join(dialect, 'bob')];
  const producer = await alice.produce(kind, encodings.length > 0 ? { encodings } : {});
  const entry = await bob.received('newConsumer');
  const peer = rooms.registry.get('room')!.peers.get('bob')!;
  const [consumer] = peer.receiving.consumers.values();
  return {
    rooms,
    alice,
    bob,
    producer,
    entry,
    id: entry.id as number,
    peer,
    consumer: consumer!,
    [Symbol.dispose]: () => rooms.registry.close(),
  };
}

describe.each(v2Names)('a consumer of %s', (dialect) => {
  it('starts when the client enables it, with the true state in the response', async () => {
    using call = await openCall(dialect);
    const answer = await call.bob.enable(call.entry);
    expect(answer).toEqual(
      dialect === 'mediasoup-v2' ? { paused: false, preferredProfile: 'default', effectiveProfile: 'default' } : {},
    );
    await expect(call.bob.enable(call.entry)).rejects.toMatchObject({ message: 'Consumer already enabled' });
  });

  it('needs a transport for receiving', async () => {
    using call = await openCall(dialect);
    const { alice, bob, id } = call;
    const extra = dialect === 'mediasoup-v2-alpha' ? { rtpSettings: { useRtx: true } } : {};
    await expect(bob.sendMessage('enableConsumer', { id, transportId: 4, ...extra })).rejects.toMatchObject({
      code: 404,
      message: 'Transport not found',
    });
    await expect(bob.sendMessage('enableConsumer', { id, ...extra })).rejects.toMatchObject({
      message: 'Transport not found',
    });
    await bob.createTransport('recv');
    await bob.createTransport('send');
    for (const transportId of dialect === 'mediasoup-v2-alpha' ? [] : [bob.send!.id, alice.send!.id]) {
      await expect(bob.sendMessage('enableConsumer', { id, transportId, ...extra })).rejects.toMatchObject({
        code: 404,
      });
    }
    await bob.enable(call.entry);
  });

  it('continues when its paused producer resumes', async () => {
    using call = await openCall(dialect);
    await call.alice.sendMessage('pauseProducer', { id: call.producer });
    const answer = await call.bob.enable(call.entry);
    if (dialect === 'mediasoup-v2') expect(answer).toMatchObject({ paused: true });
    await call.alice.sendMessage('resumeProducer', { id: call.producer });
    await call.bob.received('consumerResumed');
    expect(call.bob.all('consumerPaused')).toEqual([]);
  });

  it('can be paused and resumed by its owner, without a notification to others', async () => {
    using call = await openCall(dialect);
    const { bob, id, consumer } = call;
    await bob.sendMessage('pauseConsumer', { id });
    await bob.enable(call.entry);
    // The value in the enable request applies.
    expect(consumer.paused).toBe(false);
    await bob.sendMessage('pauseConsumer', { id, appData: null });
    await bob.sendMessage('pauseConsumer', { id });
    // A later request: earlier notifications are handled by its response.
    await bob.createTransport('send');
    expect(consumer.paused).toBe(true);
    await bob.sendMessage('resumeConsumer', { id });
    await bob.createTransport('send');
    expect(consumer.paused).toBe(false);
    expect([...bob.all('consumerPaused'), ...bob.all('consumerResumed')]).toEqual([]);
  });

  it('can be paused by the server, with one notification when the first pause begins and the last ends', async () => {
    using call = await openCall(dialect);
    const { alice, bob, consumer, producer } = call;
    await bob.enable(call.entry);
    await consumer.pause('server');
    await consumer.pause('server');
    await alice.sendMessage('pauseProducer', { id: producer });
    await alice.sendMessage('resumeProducer', { id: producer });
    await alice.sendMessage('pauseProducer', { id: producer });
    await alice.createTransport('send');
    await consumer.resume('server');
    expect([bob.all('consumerPaused').length, bob.all('consumerResumed').length]).toEqual([1, 0]);
    await alice.sendMessage('resumeProducer', { id: producer });
    await bob.received('consumerResumed');
    await consumer.pause('server');
    await consumer.resume('server');
    expect([bob.all('consumerPaused').length, bob.all('consumerResumed').length]).toEqual([2, 2]);
  });

  it('is announced without codecs when the client lacks the codec, and closes with its producer', async () => {
    using rooms = openV2Rooms(backend());
    const [alice, bob] = [await rooms.join(dialect, 'alice'), rooms.connect(dialect, 'bob')];
    const audio = await alice.produce('audio');
    const router = rooms.registry.get('room')!.rtpCapabilities;
    const answer = await bob.join({ rtpCapabilities: only('video', router) });
    const [atJoin] = consumersOf(answer, 'alice');
    expect(atJoin).toMatchObject({ kind: 'audio', rtpParameters: { codecs: [], encodings: [] } });
    await bob.createTransport('recv');
    const enabling = {
      id: atJoin!.id,
      ...(dialect === 'mediasoup-v2' ? { transportId: bob.recv!.id } : {}),
      rtpSettings: { useRtx: false },
    };
    await expect(bob.sendMessage('enableConsumer', enabling)).rejects.toMatchObject({ code: 403 });
    const second = await alice.produce('audio');
    const later = await bob.received('newConsumer');
    expect(later).toMatchObject({ rtpParameters: { codecs: [] } });
    await alice.sendMessage('closeProducer', { id: audio });
    expect(await bob.received('consumerClosed')).toMatchObject({ id: atJoin!.id, peerName: 'alice' });
    await alice.sendMessage('pauseProducer', { id: second });
    // The consumer is not announced again together with decodable ones.
    await bob.sendMessage('closeTransport', { id: bob.recv!.id });
    await bob.createTransport('recv');
    expect(bob.all('newConsumer')).toHaveLength(1);
    alice.connection.drop();
    await bob.received('peerClosed');
    expect(bob.all('consumerClosed')).toHaveLength(1);
  });

  it('cannot be decoded when the client gave no capabilities', async () => {
    using rooms = openV2Rooms(backend());
    const [alice, bob] = [await rooms.join(dialect, 'alice'), rooms.connect(dialect, 'bob')];
    await alice.produce('audio');
    const nothing: RtpCapabilities = { codecs: [], headerExtensions: [] };
    const answer = await bob.join({ rtpCapabilities: nothing });
    expect(consumersOf(answer, 'alice')).toMatchObject([{ rtpParameters: { codecs: [] } }]);
  });

  it('is unknown to a peer that does not own it', async () => {
    using call = await openCall(dialect);
    const mallory = await call.rooms.join(dialect, 'mallory');
    await mallory.createTransport('recv');
    const extra = dialect === 'mediasoup-v2' ? { transportId: mallory.recv!.id } : { rtpSettings: { useRtx: false } };
    await expect(mallory.sendMessage('enableConsumer', { id: call.id, ...extra })).rejects.toMatchObject({
      code: 404,
      message: 'Consumer not found',
    });
  });

  it('can be closed with the extension of Tureen', async () => {
    using call = await openCall(dialect);
    const { bob, peer, id } = call;
    await bob.enable(call.entry);
    await bob.sendMessage('closeConsumer', { id });
    expect(peer.receiving.consumers.size).toBe(0);
    expect(bob.all('consumerClosed')).toEqual([]);
    await expect(bob.sendMessage('closeConsumer', { id })).rejects.toMatchObject({ message: 'Consumer not found' });
  });

  it('has its own number, in all dialects of the room', async () => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join(dialect, 'alice');
    await alice.produce('audio');
    await alice.produce('video');
    const numbers = new Set<number>();
    for (const name of v2Names) {
      const answer = await rooms.connect(name, name).join();
      for (const { id } of consumersOf(answer, 'alice')) numbers.add(id);
    }
    expect(numbers.size).toBe(6);
  });
});

describe('the profiles of a simulcast producer', () => {
  const spatialLayerOf = ({ preferredLayers }: Consumer) => preferredLayers?.spatialLayer;

  it.each([
    ['low', 0],
    ['medium', 1],
    ['high', 2],
    ['default', 2],
  ] as const)('can be chosen when the consumer is enabled: %s', async (preferredProfile, layer) => {
    using call = await openCall('mediasoup-v2', 'video', threeStreams);
    expect(await call.bob.enable(call.entry, { preferredProfile })).toEqual({
      paused: false,
      preferredProfile,
      effectiveProfile: null,
    });
    expect(spatialLayerOf(call.consumer)).toBe(layer);
  });

  it('can be chosen later, without an echo of the choice', async () => {
    using call = await openCall('mediasoup-v2', 'video', threeStreams.slice(0, 2));
    const { bob, id, consumer } = call;
    await bob.enable(call.entry);
    await bob.sendMessage('setConsumerPreferredProfile', { id, profile: 'low' });
    await bob.createTransport('send');
    expect(spatialLayerOf(consumer)).toBe(0);
    // The next lower profile, as there is no high.
    await bob.sendMessage('setConsumerPreferredProfile', { id, profile: 'high' });
    await bob.createTransport('send');
    expect(spatialLayerOf(consumer)).toBe(1);
    expect(bob.all('consumerPreferredProfileSet')).toEqual([]);
  });

  it('have the names that their sender gave them', async () => {
    using call = await openCall('mediasoup-v2');
    const { alice, bob, peer } = call;
    await alice.sendMessage('createProducer', {
      id: 77,
      kind: 'video',
      transportId: alice.send!.id,
      paused: false,
      rtpParameters: {
        muxId: 'v',
        codecs: [{ name: 'VP8', mimeType: 'video/VP8', payloadType: 101, clockRate: 90_000 }],
        headerExtensions: [],
        encodings: [
          { ssrc: 820_002, profile: 'high' },
          { ssrc: 820_001, profile: 'low' },
        ],
        rtcp: { cname: 'x' },
      },
    });
    const entry = await bob.received('newConsumer', ({ kind }) => kind === 'video');
    const consumer = [...peer.receiving.consumers.values()].find(({ kind }) => kind === 'video')!;
    // There is no medium, so the next lower profile applies.
    await bob.enable(entry, { preferredProfile: 'medium' });
    expect(spatialLayerOf(consumer)).toBe(0);
    emitOnPeer(peer, 'consumerLayersChanged', { consumer, layers: { spatialLayer: 1 } });
    expect(bob.all('consumerEffectiveProfileChanged')).toMatchObject([{ id: entry.id, profile: 'high' }]);
  });

  it('are reported as they change, once the consumer is enabled', async () => {
    using call = await openCall('mediasoup-v2', 'video', threeStreams);
    const { bob, peer, consumer, id } = call;
    const layers = [{ spatialLayer: 0 }, { spatialLayer: 2 }, null];
    emitOnPeer(peer, 'consumerLayersChanged', { consumer, layers: { spatialLayer: 0 } });
    await bob.enable(call.entry);
    for (const each of layers) emitOnPeer(peer, 'consumerLayersChanged', { consumer, layers: each });
    expect(bob.all('consumerEffectiveProfileChanged')).toEqual(
      ['low', 'high', 'none'].map((profile) => ({
        method: 'consumerEffectiveProfileChanged',
        target: 'peer',
        notification: true,
        id,
        peerName: 'alice',
        profile,
      })),
    );
  });

  it('can be chosen by the server, which notifies the client', async () => {
    using call = await openCall('mediasoup-v2', 'video', threeStreams);
    const { bob, consumer, id } = call;
    await bob.enable(call.entry);
    await consumer.setPreferredLayers({ spatialLayer: 1 }, 'server');
    await bob.connection.sendRequest('change-consumer-preferred-profile', { consumerId: id, profile: 'default' });
    expect(bob.all('consumerPreferredProfileSet')).toMatchObject([
      { id, peerName: 'alice', profile: 'medium' },
      { id, peerName: 'alice', profile: 'default' },
    ]);
    expect(spatialLayerOf(consumer)).toBe(2);
  });

  it.each(['mediasoup-v2-beta', 'mediasoup-v2-alpha'] as const)('are the best available ones: %s', async (dialect) => {
    using call = await openCall(dialect, 'video', threeStreams);
    const { bob, peer, consumer } = call;
    await bob.enable(call.entry);
    expect(spatialLayerOf(consumer)).toBe(2);
    emitOnPeer(peer, 'consumerLayersChanged', { consumer, layers: { spatialLayer: 1 } });
    await consumer.setPreferredLayers({ spatialLayer: 1 }, 'server');
    expect(bob.payloads.map(({ method }) => method)).not.toContain('consumerEffectiveProfileChanged');
    expect(JSON.stringify(call.entry.rtpParameters)).not.toContain('encodingId');
  });

  it('do not exist for one stream: any choice is accepted', async () => {
    using call = await openCall('mediasoup-v2', 'audio');
    const answer = (await call.bob.enable(call.entry, { preferredProfile: 'low' })) as Payload;
    expect(answer).toMatchObject({ preferredProfile: 'low', effectiveProfile: 'default' });
  });
});

describe('messages out of band', () => {
  it.each(v2Names)('can request a key frame in %s', async (dialect) => {
    using call = await openCall(dialect, 'video');
    const { bob, id } = call;
    await bob.enable(call.entry);
    expect(await bob.connection.sendRequest('request-consumer-keyframe', { consumerId: id })).toEqual({});
    bob.connection.sendNotification('request-consumer-keyframe', { consumerId: id });
    await expect(bob.connection.sendRequest('request-consumer-keyframe', { consumerId: 1 })).rejects.toMatchObject({
      code: 404,
      message: 'Consumer not found',
    });
    await expect(bob.connection.sendRequest('request-consumer-keyframe', {})).rejects.toMatchObject({
      code: 400,
      message: 'consumerId: Required',
    });
  });
});
