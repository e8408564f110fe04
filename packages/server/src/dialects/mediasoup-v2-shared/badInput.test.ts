import * as v2 from '@tureen/protocol/mediasoup-v2';
import * as alpha from '@tureen/protocol/mediasoup-v2-alpha';
import * as beta from '@tureen/protocol/mediasoup-v2-beta';
import { describe, expect, it } from 'vitest';
import { openV2Rooms } from '../../testing/openV2Rooms.ts';
import { useBackend } from '../../testing/useBackend.ts';
import { v2Names } from '../../testing/V2Client.ts';
import type { V2Client } from '../../testing/V2Client.ts';

const backend = useBackend();

const rtpParameters = {
  codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
  encodings: [{ ssrc: 1 }],
};

type Faults = readonly (readonly [data: unknown, reason: string])[];

const idFaults: Faults = [
  [{}, 'id: Required'],
  [{ id: null }, 'id: '],
  [{ id: 'abc' }, 'id: Expected number'],
  [{ id: 1.5 }, 'id: Expected integer'],
  [{ id: -1 }, 'id: Expected >=0'],
  [{ id: 0x1_0000_0000 }, 'id: Expected <=4294967295'],
  [null, ''],
  [[1], ''],
  ['text', ''],
];

const createTransport: Faults = [
  ...idFaults,
  [{ id: 1, direction: 'up' }, 'direction: Expected ("send" | "recv")'],
  [{ id: 1, options: 5 }, 'options: Expected Object'],
  [{ id: 1, options: { udp: 'yes' } }, 'options.udp: Expected boolean'],
  [{ id: 1, dtlsParameters: 'none' }, 'dtlsParameters: Expected Object'],
  [
    { id: 1, dtlsParameters: { fingerprints: [{ algorithm: 'md5', value: '' }] } },
    'dtlsParameters.fingerprints.0.algorithm: Expected',
  ],
  [{ id: 1, appData: { constructor: 1 } }, 'appData: Forbidden key'],
];

const createProducer: Faults = [
  ...idFaults,
  [{ id: 1, kind: 'smell', transportId: 1, rtpParameters: {} }, 'kind: Expected ("audio" | "video")'],
  [{ id: 1, kind: 'audio', rtpParameters }, 'transportId: Required'],
  [{ id: 1, kind: 'audio', transportId: 1 }, 'rtpParameters: Required'],
  [{ id: 1, kind: 'audio', transportId: 1, rtpParameters: { codecs: 'all' } }, 'rtpParameters.codecs: Expected Array'],
  [
    {
      id: 1,
      kind: 'audio',
      transportId: 1,
      rtpParameters: { codecs: [{ ...rtpParameters.codecs[0], clockRate: 'fast' }] },
    },
    'rtpParameters.codecs.0.clockRate: Expected number',
  ],
  [
    { id: 1, kind: 'audio', transportId: 1, rtpParameters: { ...rtpParameters, encodings: [{}, {}, {}, {}] } },
    'rtpParameters.encodings: Expected at most 3',
  ],
  [{ id: 1, kind: 'audio', transportId: 1, rtpParameters, paused: 'no' }, 'paused: Expected boolean'],
];

const join: Faults = [
  [{ peerName: 'alice', rtpCapabilities: { codecs: 'all' } }, 'rtpCapabilities.codecs: Expected Array'],
  [{ peerName: 'alice', rtpCapabilities: {}, extensions: 'all' }, 'extensions: Expected Array'],
  [{ peerName: 'alice', rtpCapabilities: {}, appData: { __proto__x: 1, prototype: 1 } }, 'appData: Forbidden key'],
];

/** Data that makes no sense, and what the refusal says, by the name in mediasoup-v2. */
const wrong: Readonly<Record<v2.ClientMethod, Faults>> = {
  queryRoom: [],
  join,
  leave: [[{ appData: { prototype: 1 } }, 'appData: Forbidden key']],
  createTransport,
  updateTransport: [
    ...idFaults,
    [{ id: 1 }, 'dtlsParameters: Required'],
    [{ id: 1, dtlsParameters: { role: 'boss' } }, 'dtlsParameters.role: Expected'],
  ],
  restartTransport: idFaults,
  closeTransport: idFaults,
  createProducer,
  updateProducer: [...idFaults, [{ id: 1 }, 'rtpParameters: Required']],
  pauseProducer: idFaults,
  resumeProducer: idFaults,
  closeProducer: idFaults,
  enableConsumer: [
    ...idFaults,
    [{ id: 1, transportId: {} }, 'transportId: Expected number'],
    [{ id: 1, paused: 1 }, 'paused: Expected boolean'],
    [{ id: 1, preferredProfile: 'best' }, 'preferredProfile: Expected'],
  ],
  pauseConsumer: idFaults,
  resumeConsumer: idFaults,
  // A profile that is none is left out of account, as genuine servers did.
  setConsumerPreferredProfile: idFaults,
  enableTransportStats: [...idFaults, [{ id: 1, interval: 'often' }, 'interval: Expected number']],
  disableTransportStats: idFaults,
  enableProducerStats: [...idFaults, [{ id: 1, interval: {} }, 'interval: Expected number']],
  disableProducerStats: idFaults,
  enableConsumerStats: [...idFaults, [{ id: 1, interval: true }, 'interval: Expected number']],
  disableConsumerStats: idFaults,
  closeConsumer: idFaults,
  textMessage: [
    [{}, 'text: Required'],
    [{ text: 5 }, 'text: Expected string'],
  ],
};

const tables = { 'mediasoup-v2': v2, 'mediasoup-v2-beta': beta, 'mediasoup-v2-alpha': alpha } as const;

/** It is still there, and is served. */
async function isServed(client: V2Client) {
  await client.createTransport('send');
  await client.sendMessage('closeTransport', { id: client.send!.id });
}

describe.each(v2Names)('a malformed message of %s', (dialect) => {
  const { clientToServer } = tables[dialect];
  const fieldsOfV2 = new Set(['transportId', 'preferredProfile', 'paused']);

  it.each(Object.keys(wrong) as v2.ClientMethod[])('is refused or counted: %s', async (word) => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join(dialect, 'alice');
    const name = alice.nameOf(word);
    const entry = (clientToServer as Readonly<Record<string, { kind: string } | undefined>>)[name];
    if (entry === undefined) {
      await expect(alice.connection.sendRequest('mediasoup-request', { method: name })).rejects.toMatchObject({
        code: 500,
      });
      return;
    }
    for (const [data, reason] of wrong[word]) {
      // Enabling says less in the alpha.
      if (word === 'enableConsumer' && dialect === 'mediasoup-v2-alpha' && fieldsOfV2.has(reason.split(':')[0]!))
        continue;
      // Data that is no object does not get into an envelope.
      const isObject = typeof data === 'object' && data !== null && !Array.isArray(data);
      const [method, payload] = isObject ? [`mediasoup-${entry.kind}`, { method: name, ...data }] : [name, data];
      await expect(alice.connection.sendRequest(method, payload)).rejects.toMatchObject({
        code: 400,
        message: expect.stringContaining(reason),
      });
      const before = alice.connection.badNotifications.length;
      if (entry.kind === 'notification') {
        alice.connection.sendNotification(method, payload);
        expect(alice.connection.badNotifications).toHaveLength(before + 1);
      }
      alice.envelope = 'notification';
    }
    await isServed(alice);
    expect(rooms.logs.lines.filter(({ level }) => level >= 50)).toEqual([]);
  });

  it.each([
    ['mediasoup-request', {}, 'method: Required'],
    ['mediasoup-request', null, 'method: Required'],
    ['mediasoup-request', { method: 5 }, 'method: Expected string'],
    ['mediasoup-notification', [], 'method: Required'],
    ['mediasoup-notification', { method: {} }, 'method: Expected string'],
    ['change-display-name', {}, 'displayName: Required'],
    ['change-display-name', { displayName: 5 }, 'displayName: Expected string'],
    ['request-consumer-keyframe', { consumerId: {} }, 'consumerId: Expected number'],
    ['change-consumer-preferred-profile', { consumerId: 1, profile: 'x' }, 'profile: Expected'],
  ])('is refused and counted: %s %j', async (method, data, message) => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join(dialect, 'alice');
    await expect(alice.connection.sendRequest(method, data)).rejects.toMatchObject({
      code: 400,
      message: expect.stringContaining(message),
    });
    alice.connection.sendNotification(method, data);
    expect(alice.connection.badNotifications).toHaveLength(1);
    await isServed(alice);
  });

  it.each(['newConsumer', 'constructor', '__proto__', 'toString', '', 'mediasoup-request'])(
    'is unknown: %j',
    async (method) => {
      using rooms = openV2Rooms(backend());
      const alice = await rooms.join(dialect, 'alice');
      const refusal = { code: 500, message: `unknown request method "${method}"` };
      await expect(alice.connection.sendRequest('mediasoup-request', { method })).rejects.toMatchObject(refusal);
      alice.connection.sendNotification('mediasoup-notification', { method });
      if (method !== 'mediasoup-request') {
        await expect(alice.connection.sendRequest(method, {})).rejects.toMatchObject(refusal);
        alice.connection.sendNotification(method, {});
      }
      expect(alice.connection.badNotifications).not.toEqual([]);
      await isServed(alice);
    },
  );

  it('is only logged when its entity is missing, which may have closed meanwhile', async () => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join(dialect, 'alice');
    for (const word of ['closeTransport', 'closeProducer']) await alice.sendMessage(word, { id: 1 });
    await isServed(alice);
    expect(alice.connection.badNotifications).toEqual([]);
    expect(rooms.logs.messages()).toContain('notification without effect');
  });

  it('is refused after the end of the session, and does no harm', async () => {
    using rooms = openV2Rooms(backend());
    const [alice, bob] = [await rooms.join(dialect, 'alice'), await rooms.join(dialect, 'bob')];
    bob.connection.drop();
    for (const word of Object.keys(wrong)) {
      const method = bob.nameOf(word);
      const data = { method, id: 1, transportId: 1, kind: 'audio', rtpParameters, text: 'x', rtpCapabilities: {} };
      await expect(bob.connection.sendRequest('mediasoup-request', data)).rejects.toMatchObject({
        code: expect.any(Number),
        message: expect.not.stringContaining('BUG'),
      });
      bob.connection.sendNotification('mediasoup-notification', data);
    }
    await expect(bob.connection.sendRequest('change-display-name', { displayName: 'B' })).rejects.toMatchObject({
      code: 400,
    });
    await isServed(alice);
    expect(rooms.logs.lines.filter(({ level }) => level >= 50)).toEqual([]);
  });
});

describe.each(v2Names)('messages of %s', (dialect) => {
  it('are handled one after the other, in the order of arrival', async () => {
    using rooms = openV2Rooms(backend());
    const alice = rooms.connect(dialect, 'alice');
    const done: string[] = [];
    const sendMessage = (word: string, data: object) =>
      alice.sendMessage(word, data).then(
        () => done.push(word),
        () => done.push(`${word} refused`),
      );
    await Promise.all([
      sendMessage('createTransport', { id: 1, direction: 'send' }),
      sendMessage('join', { peerName: 'alice', rtpCapabilities: {} }),
      sendMessage('join', { peerName: 'alice', rtpCapabilities: {} }),
      sendMessage('createTransport', { id: 1, direction: 'send' }),
      sendMessage('createTransport', { id: 1, direction: 'send' }),
      sendMessage('createTransport', { id: 2, direction: 'recv' }),
    ]);
    expect(done).toEqual([
      'createTransport refused',
      'join',
      'join refused',
      'createTransport',
      'createTransport refused',
      'createTransport',
    ]);
  });
});
