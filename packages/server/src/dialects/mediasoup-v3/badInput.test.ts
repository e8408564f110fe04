import { clientToServer } from '@tureen/protocol/mediasoup-v3';
import type { ClientMethod } from '@tureen/protocol/mediasoup-v3';
import { describe, expect, it } from 'vitest';
import { openRooms } from '../../testing/openRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';
import type { V3Client } from '../../testing/V3Client.ts';

const backend = useBackend();

const rtpParameters = { codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }] };
const codec = rtpParameters.codecs[0];

/** Malformed data and the text of the refusal. Requests without data, or with data that is always valid, have none. */
const wrong: Readonly<Record<ClientMethod, readonly (readonly [data: unknown, reason: string])[]>> = {
  getRouterRtpCapabilities: [],
  join: [
    [{ device: 5 }, 'device: Expected Object'],
    [{ displayName: 5 }, 'displayName: Expected string'],
    [{ rtpCapabilities: { codecs: 'all' } }, 'rtpCapabilities.codecs: Expected Array'],
    [{ sctpCapabilities: {} }, 'sctpCapabilities.numStreams: Required'],
    [{ appData: [] }, 'appData: Expected object'],
  ],
  createWebRtcTransport: [
    [{ producing: 'yes' }, 'producing: Expected boolean'],
    [{ forceTcp: 1 }, 'forceTcp: Expected boolean'],
  ],
  connectWebRtcTransport: [
    [{ dtlsParameters: { fingerprints: [] } }, 'transportId: Required'],
    [{ transportId: 't' }, 'dtlsParameters: Required'],
    [
      { transportId: 't', dtlsParameters: { fingerprints: [{ algorithm: 'md5', value: '' }] } },
      'dtlsParameters.fingerprints.0.algorithm: Expected',
    ],
  ],
  restartIce: [[{ transportId: 5 }, 'transportId: Expected string']],
  produce: [
    [{ transportId: 't', kind: 'smell', rtpParameters }, 'kind: Expected ("audio" | "video")'],
    [{ transportId: 't', kind: 'audio' }, 'rtpParameters: Required'],
    [
      { transportId: 't', kind: 'audio', rtpParameters: { codecs: [{ ...codec, clockRate: 'fast' }] } },
      'rtpParameters.codecs.0.clockRate: Expected number',
    ],
    [{ transportId: 't', kind: 'audio', rtpParameters, appData: 'x' }, 'appData: Expected object'],
  ],
  closeProducer: [[{}, 'producerId: Required']],
  pauseProducer: [[{ producerId: '' }, 'producerId: Expected at least 1 character']],
  resumeProducer: [[{ producerId: {} }, 'producerId: Expected string']],
  pauseConsumer: [[{}, 'consumerId: Required']],
  resumeConsumer: [[{}, 'consumerId: Required']],
  setConsumerPreferredLayers: [
    [{ consumerId: 'c' }, 'spatialLayer: Required'],
    [{ consumerId: 'c', spatialLayer: 1.5 }, 'spatialLayer: Expected integer'],
    [{ consumerId: 'c', spatialLayer: -1 }, 'spatialLayer: Expected >=0'],
    [{ consumerId: 'c', spatialLayer: 0, temporalLayer: 'top' }, 'temporalLayer: Expected number'],
  ],
  setConsumerPriority: [
    [{ consumerId: 'c', priority: 256 }, 'priority: Expected <=255'],
    [{ consumerId: 'c', priority: 0.5 }, 'priority: Expected integer'],
  ],
  requestConsumerKeyFrame: [[{}, 'consumerId: Required']],
  produceData: [
    [{ transportId: 't' }, 'sctpStreamParameters: Required'],
    [{ transportId: 't', sctpStreamParameters: {} }, 'sctpStreamParameters.streamId: Required'],
    [{ transportId: 't', sctpStreamParameters: { streamId: 0 }, label: 5 }, 'label: Expected string'],
  ],
  changeDisplayName: [[{ displayName: null }, 'displayName: Expected string']],
  getTransportStats: [[{}, 'transportId: Required']],
  getProducerStats: [[{}, 'producerId: Required']],
  getConsumerStats: [[{}, 'consumerId: Required']],
  getDataProducerStats: [[{}, 'dataProducerId: Required']],
  getDataConsumerStats: [[{}, 'dataConsumerId: Required']],
  getRtcStatsUrl: [],
  applyNetworkThrottle: [[{ uplink: 'much' }, 'uplink: Expected number']],
  resetNetworkThrottle: [[{ secret: 5 }, 'secret: Expected string']],
  leaveRoom: [],
  prepare: [],
  closeConsumer: [[{}, 'consumerId: Required']],
  closeDataProducer: [[{}, 'dataProducerId: Required']],
  closeDataConsumer: [[{}, 'dataConsumerId: Required']],
  pauseDataConsumer: [[{ dataConsumerId: 5 }, 'dataConsumerId: Expected string']],
  resumeDataConsumer: [[{ dataConsumerId: null }, 'dataConsumerId: Expected string']],
  awaitDataConsumers: [[{ dataProducerId: 5 }, 'dataProducerId: Expected string']],
  textMessage: [[{ text: 5 }, 'text: Expected string']],
};

const cases = Object.entries(wrong).flatMap(([method, faults]) =>
  faults.map(([data, reason]) => [method, data, reason] as const),
);

/** Expects that the client is still connected and gets responses. */
const isServed = (client: V3Client) =>
  expect(client.connection.sendRequest('getRouterRtpCapabilities')).resolves.toHaveProperty('codecs');

describe('a malformed request', () => {
  it.each(cases)('is refused for %s %j with: %s', async (method, data, reason) => {
    using rooms = openRooms(backend());
    const alice = await rooms.join('alice');
    await expect(alice.connection.sendRequest(method, data)).rejects.toMatchObject({
      code: 400,
      message: expect.stringContaining(reason),
    });
    await isServed(alice);
  });

  it.each([null, 5, 'text', [1, 2]])('is refused with any data: %j', async (data) => {
    using rooms = openRooms(backend());
    const alice = await rooms.join('alice');
    await expect(alice.connection.sendRequest('pauseProducer', data)).rejects.toMatchObject({ code: 400 });
    await isServed(alice);
  });

  it('is refused with the name of the field when only the media worker can check it', async () => {
    using rooms = openRooms(backend());
    const alice = await rooms.join('alice');
    const transportId = alice.sendTransport!.id;
    const refusals = [
      ['produce', { transportId, kind: 'audio', rtpParameters: { codecs: [] } }, /^rtpParameters: /],
      ['produceData', { transportId, sctpStreamParameters: { streamId: 65_535 } }, /^sctpStreamParameters: /],
      ['connectWebRtcTransport', { transportId, dtlsParameters: { fingerprints: [] } }, /^dtlsParameters: /],
    ] as const;
    for (const [method, data, message] of refusals) {
      await expect(alice.connection.sendRequest(method, data)).rejects.toMatchObject({
        code: 400,
        message: expect.stringMatching(message),
      });
    }
    await alice.produce('audio');
  });

  it.each(['newConsumer', 'constructor', '__proto__', 'toString', ''])('is unknown: %j', async (method) => {
    using rooms = openRooms(backend());
    const alice = await rooms.join('alice');
    await expect(alice.connection.sendRequest(method)).rejects.toMatchObject({
      code: 500,
      message: `unknown request.method "${method}"`,
    });
    await isServed(alice);
  });
});

describe('an ID of another peer', () => {
  it.each([
    ['closeProducer', 'producer'],
    ['pauseProducer', 'producer'],
    ['resumeProducer', 'producer'],
    ['getProducerStats', 'producer'],
    ['pauseConsumer', 'consumer'],
    ['resumeConsumer', 'consumer'],
    ['setConsumerPreferredLayers', 'consumer'],
    ['setConsumerPriority', 'consumer'],
    ['requestConsumerKeyFrame', 'consumer'],
    ['closeConsumer', 'consumer'],
    ['getConsumerStats', 'consumer'],
    ['connectWebRtcTransport', 'transport'],
    ['restartIce', 'transport'],
    ['produce', 'transport'],
    ['produceData', 'transport'],
    ['getTransportStats', 'transport'],
    ['closeDataProducer', 'dataProducer'],
    ['getDataProducerStats', 'dataProducer'],
    ['getDataConsumerStats', 'dataConsumer'],
    ['awaitDataConsumers', 'dataProducer'],
    ['closeDataConsumer', 'dataConsumer'],
    ['pauseDataConsumer', 'dataConsumer'],
    ['resumeDataConsumer', 'dataConsumer'],
  ] as const)('is not found: %s', async (method, entity) => {
    using rooms = openRooms(backend());
    const [alice, bob, mallory] = [await rooms.join('alice'), await rooms.join('bob'), await rooms.join('mallory')];
    const audio = await alice.produce('audio');
    const data = await alice.produceData();
    const { id: consumer } = await bob.connection.received<{ id: string }>('newConsumer');
    const { id: dataConsumer } = await bob.connection.received<{ id: string }>('newDataConsumer');
    const ids = {
      transport: alice.sendTransport!.id,
      producer: audio.id,
      consumer,
      dataProducer: data.id,
      dataConsumer,
    };
    await expect(
      mallory.connection.sendRequest(method, {
        [`${entity}Id`]: ids[entity],
        kind: 'audio',
        rtpParameters,
        sctpStreamParameters: { streamId: 0 },
        dtlsParameters: { fingerprints: [] },
        spatialLayer: 0,
        priority: 1,
      }),
    ).rejects.toMatchObject({ code: 404, message: `${entity} with id "${ids[entity]}" not found` });
  });
});

describe('a malformed notification', () => {
  it.each([
    ['pauseProducer', {}],
    ['changeDisplayName', { displayName: 5 }],
    ['setConsumerPriority', { consumerId: 'c', priority: 'high' }],
    ['nonsense', {}],
    ['produce', {}],
    ['constructor', {}],
  ])('is counted, and the connection stays open: %s %j', async (method, data) => {
    using rooms = openRooms(backend(), { variant: 'notify' });
    const alice = await rooms.join('alice');
    alice.connection.sendNotification(method, data);
    expect(alice.connection.badNotifications).toHaveLength(1);
    await alice.connection.sendRequest('getRtcStatsUrl');
  });

  it('is only logged when its entity is missing, which may have closed meanwhile', async () => {
    using rooms = openRooms(backend(), { variant: 'notify' });
    const alice = await rooms.join('alice');
    alice.connection.sendNotification('pauseConsumer', { consumerId: 'gone' });
    await alice.connection.sendRequest('getRtcStatsUrl');
    expect(alice.connection.badNotifications).toEqual([]);
    expect(rooms.logs.messages()).toContain('notification had no effect');
  });
});

describe('requests of one client', () => {
  it('are handled one after the other, in the order of arrival', async () => {
    using rooms = openRooms(backend());
    const { connection } = rooms.connect('alice');
    const asked = [
      connection.sendRequest('join', {}),
      connection.sendRequest('createWebRtcTransport', { producing: true }),
      connection.sendRequest('changeDisplayName', { displayName: 'A' }),
      connection.sendRequest('nonsense').catch(() => undefined),
      connection.sendRequest('getTransportStats', { transportId: 'none' }).catch(() => undefined),
      connection.sendRequest('changeDisplayName', { displayName: 'B' }),
    ];
    await Promise.all(asked);
    const done = connection.arrivals.flatMap((arrival) =>
      arrival.kind === 'answer' || arrival.kind === 'refusal' ? arrival.method : [],
    );
    // A request with an unknown ID need not wait.
    expect(done).toEqual([
      'nonsense',
      'join',
      'createWebRtcTransport',
      'changeDisplayName',
      'getTransportStats',
      'changeDisplayName',
    ]);
    expect(rooms.registry.list()[0]?.peers[0]?.displayName).toBe('B');
  });

  it('do not wait for requests of another client', async () => {
    using rooms = openRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    const many = Array.from({ length: 100 }, () =>
      alice.connection.sendRequest('restartIce', { transportId: alice.sendTransport!.id }),
    );
    const first = await Promise.race([
      bob.sendMessage('getRouterRtpCapabilities', undefined).then(() => 'bob'),
      ...many,
    ]);
    expect(first).toBe('bob');
    await Promise.all(many);
  });
});

it('every request has a case in this file', () => {
  expect(Object.keys(wrong).sort()).toEqual(Object.keys(clientToServer).sort());
});
