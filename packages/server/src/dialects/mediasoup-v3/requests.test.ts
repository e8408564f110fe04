import { clientToServer } from '@tureen/protocol/mediasoup-v3';
import type { ClientMethod, Variant } from '@tureen/protocol/mediasoup-v3';
import { describe, expect, it } from 'vitest';
import { openRooms } from '../../testing/openRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';
import { idOf } from '../../testing/V3Client.ts';
import type { V3Client } from '../../testing/V3Client.ts';

const backend = useBackend();

/** Opens a call in which Alice sends audio, simulcast video and data; Bob receives all of it. */
async function openCall(variant: Variant) {
  const rooms = openRooms(backend(), { variant });
  const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
  const audio = await alice.produce('audio');
  const video = await alice.produce('video', { encodings: [{ maxBitrate: 1e5 }, { maxBitrate: 1e6 }] });
  const data = await alice.produceData('chat');
  const consumerOf = async (producerId: string) =>
    idOf(
      await bob.connection.received<{ producerId: string }>('newConsumer', (offer) => offer.producerId === producerId),
      'consumerId',
    );
  const audioConsumerId = await consumerOf(audio.id);
  const videoConsumerId = await consumerOf(video.id);
  const dataConsumerId = idOf(await bob.connection.received('newDataConsumer'), 'dataConsumerId');
  for (const consumerId of [audioConsumerId, videoConsumerId])
    await bob.connection.received<{ consumerId: string }>('consumerScore', (score) => score.consumerId === consumerId);
  return {
    alice,
    bob,
    rooms,
    variant,
    audio,
    video,
    data,
    audioConsumerId,
    videoConsumerId,
    dataConsumerId,
    peerOf: (id: string) => rooms.registry.get('room')!.peers.get(id)!,
    videoConsumer: () => rooms.registry.get('room')!.peers.get('bob')!.receiving.consumers.get(videoConsumerId)!,
    [Symbol.dispose]() {
      rooms.registry.close();
    },
  };
}
type Call = Awaited<ReturnType<typeof openCall>>;

/** Resolves when all earlier messages of the client are handled, as the server keeps their order. */
const settled = (client: V3Client) => client.connection.sendRequest('getRtcStatsUrl');

const statsOf = (answer: unknown, variant: Variant) =>
  variant === 'notify' ? (answer as { stats: unknown }).stats : answer;

const anyStats = expect.arrayContaining([
  expect.objectContaining({ type: expect.any(String), timestamp: expect.any(Number) }),
]);

/** Behavior of each request, in either variant. */
const effectOf: Readonly<Record<ClientMethod, (call: Call) => Promise<void>>> = {
  async getRouterRtpCapabilities({ alice, variant, peerOf }) {
    const answer = await alice.sendMessage('getRouterRtpCapabilities', undefined);
    const expected = JSON.parse(JSON.stringify(peerOf('alice').room.rtpCapabilities)) as unknown;
    expect(answer).toEqual(variant === 'notify' ? { routerRtpCapabilities: expected } : expected);
  },

  async join({ rooms, variant, alice }) {
    const carol = rooms.connect('carol');
    await carol.loadDevice();
    const answer = await carol.sendMessage('join', {
      displayName: 'Carol',
      device: { flag: 'f', name: 'n', version: 'v' },
      appData: { team: 'red' },
    });
    const device = { flag: 'test', name: 'Test', version: '1' };
    const idName = variant === 'notify' ? 'peerId' : 'id';
    const dialect = 'mediasoup-v3';
    expect(answer).toEqual({
      peers: [
        { [idName]: 'alice', displayName: 'ALICE', device, dialect },
        { [idName]: 'bob', displayName: 'BOB', device, dialect },
      ],
      extensions: expect.arrayContaining(['producePaused', 'roomClosed', 'textMessage']),
    });
    expect((answer as { extensions: string[] }).extensions).toContain('resumeToken');
    expect(answer).not.toHaveProperty('resumeToken');
    const known = { [idName]: 'carol', displayName: 'Carol', device: { flag: 'f', name: 'n', version: 'v' } };
    const announced = { ...known, appData: { team: 'red' }, dialect };
    const isCarol = (data: object) => JSON.stringify(data).includes('carol');
    expect(await alice.connection.received('newPeer', isCarol)).toEqual(
      variant === 'notify' ? { peer: announced } : announced,
    );
  },

  async createWebRtcTransport({ alice, variant, peerOf }) {
    const answer = await alice.sendMessage('createWebRtcTransport', {
      producing: true,
      consuming: false,
      forceTcp: true,
    });
    expect(answer).toEqual({
      [variant === 'notify' ? 'transportId' : 'id']: expect.any(String),
      iceParameters: { usernameFragment: expect.any(String), password: expect.any(String), iceLite: true },
      iceCandidates: [expect.objectContaining({ protocol: 'tcp', address: '127.0.0.1', ip: '127.0.0.1' })],
      dtlsParameters: { role: 'auto', fingerprints: expect.any(Array) },
    });
    expect(peerOf('alice').transports.get(idOf(answer, 'transportId'))).toMatchObject({
      isProducing: true,
      isConsuming: false,
    });
  },

  async connectWebRtcTransport({ alice }) {
    const transportId = idOf(
      await alice.sendMessage('createWebRtcTransport', { producing: true, consuming: false, forceTcp: false }),
      'transportId',
    );
    const dtlsParameters = { role: 'client', fingerprints: [{ algorithm: 'sha-256', value: 'AB:CD' }] } as const;
    expect(await alice.sendMessage('connectWebRtcTransport', { transportId, dtlsParameters })).toEqual({});
    await expect(alice.sendMessage('connectWebRtcTransport', { transportId, dtlsParameters })).rejects.toMatchObject({
      code: 500,
      message: 'already connected',
    });
  },

  async restartIce({ alice, variant, peerOf }) {
    const transport = peerOf('alice').transports.get(alice.sendTransport!.id)!;
    const before = transport.iceParameters.usernameFragment;
    const answer = await alice.sendMessage('restartIce', { transportId: transport.id });
    const iceParameters = variant === 'notify' ? (answer as { iceParameters: object }).iceParameters : answer;
    expect(iceParameters).toEqual({
      usernameFragment: expect.any(String),
      password: expect.any(String),
      iceLite: true,
    });
    expect((iceParameters as { usernameFragment: string }).usernameFragment).not.toBe(before);
  },

  async produce({ bob, alice, audio, variant }) {
    const { rtpParameters } = audio;
    const answer = await alice.sendMessage('produce', {
      transportId: alice.sendTransport!.id,
      kind: 'audio',
      rtpParameters: { ...rtpParameters, mid: 'another', encodings: [{ ssrc: 77_777 }] },
      appData: { source: 'microphone', peerId: 'another peer' },
      paused: true,
    });
    const id = idOf(answer, 'producerId');
    expect(answer).toEqual({ [variant === 'notify' ? 'producerId' : 'id']: id });
    expect(
      await bob.connection.received<{ producerId: string }>('newConsumer', (offer) => offer.producerId === id),
    ).toMatchObject({
      peerId: 'alice',
      kind: 'audio',
      type: 'simple',
      producerPaused: true,
      appData: { source: 'microphone', peerId: 'alice' },
    });
  },

  async closeProducer({ alice, bob, audio, audioConsumerId }) {
    await alice.sendMessage('closeProducer', { producerId: audio.id });
    expect(await bob.connection.received('consumerClosed')).toEqual({
      consumerId: audioConsumerId,
      reason: 'producerClosed',
    });
    await expect(alice.connection.sendRequest('closeProducer', { producerId: audio.id })).rejects.toMatchObject({
      code: 404,
      message: `producer with id "${audio.id}" not found`,
    });
    expect(alice.connection.allReceived('producerClosed')).toEqual([]);
  },

  async pauseProducer({ alice, bob, audio, audioConsumerId, peerOf }) {
    await alice.sendMessage('pauseProducer', { producerId: audio.id });
    await alice.sendMessage('pauseProducer', { producerId: audio.id });
    await settled(alice);
    expect(peerOf('alice').sending.producers.get(audio.id)?.paused).toBe(true);
    expect(bob.connection.allReceived('consumerPaused')).toEqual([{ consumerId: audioConsumerId }]);
    expect(alice.connection.allReceived('producerPaused')).toEqual([]);
  },

  async resumeProducer({ alice, bob, audio, audioConsumerId, peerOf }) {
    await alice.sendMessage('pauseProducer', { producerId: audio.id });
    await alice.sendMessage('resumeProducer', { producerId: audio.id });
    await alice.sendMessage('resumeProducer', { producerId: audio.id });
    await settled(alice);
    expect(peerOf('alice').sending.producers.get(audio.id)?.paused).toBe(false);
    expect(bob.connection.allReceived('consumerResumed')).toEqual([{ consumerId: audioConsumerId }]);
  },

  async pauseConsumer({ bob, alice, audioConsumerId, peerOf }) {
    await bob.sendMessage('pauseConsumer', { consumerId: audioConsumerId });
    await bob.sendMessage('pauseConsumer', { consumerId: audioConsumerId });
    await settled(bob);
    expect(peerOf('bob').receiving.consumers.get(audioConsumerId)?.paused).toBe(true);
    expect([
      ...bob.connection.allReceived('consumerPaused'),
      ...alice.connection.allReceived('producerPaused'),
    ]).toEqual([]);
  },

  async resumeConsumer({ bob, audioConsumerId, peerOf }) {
    await bob.sendMessage('pauseConsumer', { consumerId: audioConsumerId });
    await bob.sendMessage('resumeConsumer', { consumerId: audioConsumerId });
    await settled(bob);
    expect(peerOf('bob').receiving.consumers.get(audioConsumerId)?.paused).toBe(false);
  },

  async setConsumerPreferredLayers({ bob, videoConsumerId: consumerId, videoConsumer }) {
    expect(videoConsumer().preferredLayers?.spatialLayer).toBe(1);
    await bob.sendMessage('setConsumerPreferredLayers', { consumerId, spatialLayer: 0, temporalLayer: 0 });
    await settled(bob);
    expect(videoConsumer().preferredLayers).toEqual({ spatialLayer: 0, temporalLayer: 0 });
    await bob.sendMessage('setConsumerPreferredLayers', { consumerId, spatialLayer: 7 });
    await settled(bob);
    expect(videoConsumer().preferredLayers?.spatialLayer).toBe(1);
  },

  async setConsumerPriority({ bob, videoConsumerId: consumerId }) {
    await bob.sendMessage('setConsumerPriority', { consumerId, priority: 255 });
    await bob.sendMessage('setConsumerPriority', { consumerId, priority: 0 });
    await settled(bob);
  },

  async requestConsumerKeyFrame({ bob, videoConsumerId: consumerId }) {
    await bob.sendMessage('requestConsumerKeyFrame', { consumerId });
    await settled(bob);
  },

  async produceData({ alice, bob, variant }) {
    const answer = await alice.sendMessage('produceData', {
      transportId: alice.sendTransport!.id,
      sctpStreamParameters: { streamId: 5, ordered: false, maxRetransmits: 1 },
      label: 'moves',
      protocol: 'json',
      appData: { game: 'chess' },
    });
    const id = idOf(answer, 'dataProducerId');
    expect(answer).toEqual({ [variant === 'notify' ? 'dataProducerId' : 'id']: id });
    const isIt = (offer: { dataProducerId: string }) => offer.dataProducerId === id;
    expect(await bob.connection.received('newDataConsumer', isIt)).toMatchObject({
      peerId: 'alice',
      label: 'moves',
      protocol: 'json',
      sctpStreamParameters: { streamId: expect.any(Number), ordered: false, maxRetransmits: 1 },
      appData: { game: 'chess' },
    });
  },

  async changeDisplayName({ alice, bob }) {
    await alice.sendMessage('changeDisplayName', { displayName: 'Alicia' });
    expect(await bob.connection.received('peerDisplayNameChanged')).toEqual({
      peerId: 'alice',
      displayName: 'Alicia',
      oldDisplayName: 'ALICE',
    });
  },

  async getTransportStats({ alice, variant }) {
    const answer = await alice.sendMessage('getTransportStats', { transportId: alice.sendTransport!.id });
    expect(statsOf(answer, variant)).toEqual(anyStats);
  },

  async getProducerStats({ alice, audio, variant }) {
    // The worker has no statistics before the first packet.
    expect(statsOf(await alice.sendMessage('getProducerStats', { producerId: audio.id }), variant)).toEqual([]);
  },

  async getConsumerStats({ bob, videoConsumerId: consumerId, variant }) {
    expect(statsOf(await bob.sendMessage('getConsumerStats', { consumerId }), variant)).toEqual(anyStats);
  },

  async getDataProducerStats({ alice, data, variant }) {
    expect(statsOf(await alice.sendMessage('getDataProducerStats', { dataProducerId: data.id }), variant)).toEqual(
      anyStats,
    );
  },

  async getDataConsumerStats({ bob, dataConsumerId, variant }) {
    expect(statsOf(await bob.sendMessage('getDataConsumerStats', { dataConsumerId }), variant)).toEqual(anyStats);
  },

  async getRtcStatsUrl({ alice }) {
    expect(await alice.sendMessage('getRtcStatsUrl', undefined)).toEqual({ rtcstatsUrl: '' });
  },

  async applyNetworkThrottle({ alice }) {
    await expect(alice.sendMessage('applyNetworkThrottle', { secret: 's', uplink: 1 })).rejects.toMatchObject({
      code: 403,
      message: 'disabled',
    });
  },

  async resetNetworkThrottle({ alice }) {
    await expect(alice.sendMessage('resetNetworkThrottle', { secret: 's' })).rejects.toMatchObject({ code: 403 });
  },

  async leaveRoom({ alice, bob }) {
    await alice.sendMessage('leaveRoom', undefined);
    expect(await bob.connection.received('peerClosed')).toEqual({ peerId: 'alice', reason: 'left' });
    expect((await alice.connection.whenClosed()).code).toBe(4000);
  },

  async closeConsumer({ bob, audioConsumerId: consumerId, peerOf }) {
    expect(await bob.sendMessage('closeConsumer', { consumerId })).toEqual({});
    expect(peerOf('bob').receiving.consumers.has(consumerId)).toBe(false);
    expect(bob.connection.allReceived('consumerClosed')).toEqual([]);
    await expect(bob.sendMessage('closeConsumer', { consumerId })).rejects.toMatchObject({ code: 404 });
  },

  async closeDataProducer({ alice, bob, data, dataConsumerId }) {
    expect(await alice.sendMessage('closeDataProducer', { dataProducerId: data.id })).toEqual({});
    expect(await bob.connection.received('dataConsumerClosed')).toEqual({
      dataConsumerId,
      reason: 'producerClosed',
    });
  },

  async closeDataConsumer({ bob, dataConsumerId, peerOf }) {
    expect(await bob.sendMessage('closeDataConsumer', { dataConsumerId })).toEqual({});
    expect(peerOf('bob').receiving.dataConsumers.size).toBe(0);
    expect(bob.connection.allReceived('dataConsumerClosed')).toEqual([]);
    await expect(bob.sendMessage('closeDataConsumer', { dataConsumerId })).rejects.toMatchObject({ code: 404 });
    // A consumer that its owner closed is not offered again.
    peerOf('bob').receiving.offerMissing();
    await settled(bob);
    expect(bob.connection.allReceived('newDataConsumer')).toHaveLength(1);
  },

  async pauseDataConsumer({ bob, dataConsumerId, peerOf }) {
    expect(await bob.sendMessage('pauseDataConsumer', { dataConsumerId })).toEqual({});
    expect(peerOf('bob').receiving.dataConsumers.get(dataConsumerId)?.paused).toBe(true);
  },

  async resumeDataConsumer({ bob, dataConsumerId, peerOf }) {
    await bob.sendMessage('pauseDataConsumer', { dataConsumerId });
    expect(await bob.sendMessage('resumeDataConsumer', { dataConsumerId })).toEqual({});
    expect(peerOf('bob').receiving.dataConsumers.get(dataConsumerId)?.paused).toBe(false);
  },

  async prepare({ rooms }) {
    const carol = rooms.connect('carol');
    expect(await carol.sendMessage('prepare', undefined)).toEqual({});
    expect(rooms.registry.prepared.size).toBe(1);
  },

  async awaitDataConsumers({ alice, data, dataConsumerId, peerOf }) {
    expect(await alice.sendMessage('awaitDataConsumers', { dataProducerId: data.id })).toEqual({});
    expect(peerOf('bob').receiving.dataConsumers.get(dataConsumerId)?.accepted).toBe(true);
  },

  async textMessage({ alice, bob }) {
    await alice.connection.sendRequest('textMessage', { text: 'hello', peerId: 'bob' });
    expect(await bob.connection.received('textMessage')).toEqual({ peerId: 'alice', text: 'hello' });
    expect(alice.connection.allReceived('textMessage')).toEqual([]);
  },
};

describe.each(['classic', 'notify'] as const)('a request of the %s variant', (variant) => {
  it.each(Object.entries(effectOf))('has its effect: %s', async (_, behave) => {
    using call = await openCall(variant);
    await behave(call);
  });
});

describe('a message that is a request in one variant and a notification in the other', () => {
  it.each(Object.entries(clientToServer).filter(([, { kind }]) => kind === 'either'))(
    'is accepted in both forms: %s',
    async (method) => {
      using call = await openCall('classic');
      const { alice, bob, audio, videoConsumerId } = call;
      const data = {
        producerId: audio.id,
        consumerId: videoConsumerId,
        spatialLayer: 0,
        priority: 1,
        displayName: 'x',
      };
      const client = method.includes('Consumer') ? bob : alice;
      client.connection.sendNotification(method, data);
      await settled(client);
      expect(client.connection.badNotifications).toEqual([]);
      expect(call.rooms.logs.messages()).not.toContain('notification had no effect');
      // A message that closes an entity can be sent once.
      if (method !== 'closeProducer') expect(await client.connection.sendRequest(method, data)).toEqual({});
    },
  );
});

describe('an alias', () => {
  it.each([
    ['leaveCall', async ({ alice }: Call) => expect(await alice.connection.sendRequest('leaveCall')).toEqual({})],
    [
      'stopNetworkThrottle',
      async ({ alice }: Call) => {
        await expect(alice.connection.sendRequest('stopNetworkThrottle')).rejects.toMatchObject({ code: 403 });
      },
    ],
  ])('is known: %s', async (_, behave) => {
    using call = await openCall('notify');
    await behave(call);
  });
});
