import { readFileSync } from 'node:fs';
import type { Variant } from '@tureen/protocol/mediasoup-v3';
import { describe, expect, it } from 'vitest';
import { DemoClient } from '../../testing/DemoClient.ts';
import type { DemoSource } from '../../testing/DemoClient.ts';
import type { Arrival, MemoryConnection } from '../../testing/MemoryConnection.ts';
import { openRooms } from '../../testing/openRooms.ts';
import type { OpenRoomsOptions } from '../../testing/openRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();

type Fixtures = Record<string, Partial<Record<Variant, { method: string; data?: object; response?: unknown }>>>;

function fixtures(name: string): Fixtures {
  const file = new URL(`../../../../protocol/src/mediasoup-v3/fixtures/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Fixtures;
}
const [ofClients, ofServers] = [fixtures('clientToServer'), fixtures('serverToClient')];
const otherOf = (variant: Variant): Variant => (variant === 'classic' ? 'notify' : 'classic');
const keysOf = (one: unknown) =>
  typeof one === 'object' && one !== null && !Array.isArray(one) ? Object.keys(one) : [];

/** Fields of a message that only one generation has, from the examples of the protocol. */
function onlyIn(variant: Variant, { kind, method }: Exclude<Arrival, { kind: 'closed' }>): string[] {
  const part = (one: { data?: object; response?: unknown } | undefined) =>
    keysOf(kind === 'answer' ? one?.response : one?.data);
  const named = Object.values(kind === 'answer' ? ofClients : ofServers).find((entry) =>
    [entry.classic?.method, entry.notify?.method].includes(method),
  );
  const other = part(named?.[otherOf(variant)]);
  return part(named?.[variant]).filter((key) => !other.includes(key));
}

/**
 * Returns the arrivals, since the client showed its generation, that have a mark of the other generation or lack one of
 * their own.
 */
function misfits(arrivals: readonly Arrival[], variant: Variant): string[] {
  const shown = arrivals.findIndex((one) => one.kind === 'answer' && one.method === 'createWebRtcTransport');
  return arrivals.slice(Math.max(0, shown)).flatMap((arrival) => {
    if (arrival.kind === 'closed' || arrival.kind === 'refusal') return [];
    const keys = keysOf(arrival.data);
    const foreign = onlyIn(otherOf(variant), arrival).filter((key) => keys.includes(key));
    const missing = onlyIn(variant, arrival).filter((key) => !keys.includes(key) && !optional.has(key));
    return [...foreign, ...missing.map((key) => `no ${key}`)].map((key) => `${arrival.kind} ${arrival.method}: ${key}`);
  });
}
/** Optional fields. */
const optional = new Set(['layers', 'volume', 'remoteAddress', 'rtcstatsUrl']);

function open(options: OpenRoomsOptions = {}) {
  const rooms = openRooms(backend(), options);
  const connectAs = (variant: Variant, peerId: string) => new DemoClient(rooms.connect(peerId).connection, variant);
  return {
    rooms,
    connectAs,
    async joinAs(variant: Variant, peerId: string = variant) {
      const client = connectAs(variant, peerId);
      await client.enter();
      return client;
    },
    [Symbol.dispose]() {
      rooms[Symbol.dispose]();
    },
  };
}

const versionsOf = ({ arrivals }: MemoryConnection) =>
  arrivals.flatMap((one) => ('method' in one && one.method.toLowerCase().includes('version') ? one.method : []));

describe('a client that has not shown its generation', () => {
  it('receives responses in both shapes, and its version notification later', async () => {
    using world = open();
    const { connection } = world.rooms.connect('alice');
    const capabilities = (await connection.sendRequest('getRouterRtpCapabilities')) as Record<string, unknown>;
    const { routerRtpCapabilities, ...bare } = capabilities;
    expect(bare).toEqual(routerRtpCapabilities);
    expect(bare.codecs).toBeInstanceOf(Array);
    expect(versionsOf(connection)).toEqual([]);
  });

  it('joins without transports, and receives notifications in both shapes', async () => {
    using world = open();
    const { connection } = world.rooms.connect('audience');
    const early = await world.joinAs('classic', 'early');
    const device = { flag: 'chrome', name: 'Chrome', version: '1' };
    const { peers } = (await connection.sendRequest('join', { displayName: 'A', device })) as { peers: unknown[] };
    expect(peers).toMatchObject([{ id: 'early', peerId: 'early', displayName: 'classic' }]);
    await connection.received('mediasoupVersion');
    expect(versionsOf(connection).toSorted()).toEqual(['mediasoup-version', 'mediasoupVersion']);
    await world.joinAs('notify', 'late');
    const late = { displayName: 'notify', device: { flag: 'chrome' } };
    expect(await connection.received('newPeer')).toMatchObject({
      id: 'late',
      ...late,
      peer: { peerId: 'late', ...late },
    });
    expect(early.peers.size).toBe(0);
  });
});

describe.each([
  ['classic', 'mediasoup-version'],
  ['notify', 'mediasoupVersion'],
] as const)('a client of the generation %s', (variant, version) => {
  it('receives the version under its name, once, before the response that follows', async () => {
    using world = open();
    const { connection } = await world.joinAs(variant);
    expect(versionsOf(connection)).toEqual([version]);
    const methods = connection.arrivals.map((one) => ('method' in one ? one.method : ''));
    expect(methods.indexOf(version)).toBe(methods.indexOf('createWebRtcTransport') - 1);
  });

  it('is accepted by a server that the settings fix to its generation, which refuses the other', async () => {
    using world = open({ variant });
    await world.joinAs(variant);
    await expect(world.joinAs(otherOf(variant), 'other')).rejects.toThrow();
  });
});

describe('both generations and a Tureen client in one room', () => {
  const sources: readonly DemoSource[] = ['microphone', 'camera', 'screen'];

  it('receive each other, each in its own shapes and names', async () => {
    using world = open();
    const classic = await world.joinAs('classic');
    const notify = await world.joinAs('notify');
    const tureen = await world.rooms.join('tureen');
    expect([...notify.peers.keys()]).toEqual(['classic']);
    expect(await classic.sees('notify')).toMatchObject({ displayName: 'notify' });
    for (const demo of [classic, notify]) expect(await demo.sees('tureen')).toMatchObject({ displayName: 'TUREEN' });

    const read: Record<string, unknown[]> = {};
    for (const source of sources) {
      const [fromClassic, fromNotify] = [await classic.produce(source), await notify.produce(source)];
      const kind = source === 'microphone' ? 'audio' : 'video';
      const fromTureen = await tureen.produce(kind, { appData: { source } });
      const offers = [
        await notify.offerOf(fromClassic.id),
        await notify.offerOf(fromTureen.id),
        await classic.offerOf(fromNotify.id),
        await classic.offerOf(fromTureen.id),
      ];
      const heard = [fromClassic, fromNotify].map(({ id }) =>
        tureen.connection.received<{ appData: Record<string, unknown> }>(
          'newConsumer',
          (offer) => 'producerId' in offer && offer.producerId === id,
        ),
      );
      read[source] = [...offers, ...(await Promise.all(heard))].map(({ appData: { peerId: _, ...rest } }) => rest);
    }
    expect(read).toEqual({
      microphone: [
        { source: 'audio' },
        { source: 'audio' },
        { source: 'microphone' },
        { source: 'microphone' },
        {},
        { source: 'microphone' },
      ],
      camera: [
        { source: 'video' },
        { source: 'video' },
        { source: 'camera' },
        { source: 'camera' },
        {},
        { source: 'camera' },
      ],
      screen: [
        { source: 'screensharing' },
        { source: 'screensharing' },
        { source: 'screen', share: true },
        { source: 'screen', share: true },
        { source: 'screen' },
        { source: 'screen' },
      ],
    });
    expect(misfits(classic.connection.arrivals, 'classic')).toEqual([]);
    expect(misfits(notify.connection.arrivals, 'notify')).toEqual([]);
    // The checking function finds such marks.
    expect(misfits(classic.connection.arrivals, 'notify')).toContain('request newConsumer: id');
    expect(misfits(notify.connection.arrivals, 'classic')).toContain('request newConsumer: no id');
  });

  it('pause, resume, close and rename for each other', async () => {
    using world = open();
    const [classic, notify] = [await world.joinAs('classic'), await world.joinAs('notify')];
    for (const [from, to] of [
      [classic, notify],
      [notify, classic],
    ] as const) {
      const { id: producerId } = await from.produce('camera');
      const { id: consumerId } = await to.offerOf(producerId);
      const isIt = (data: { consumerId: string }) => data.consumerId === consumerId;
      await to.connection.received('consumerScore', isIt);
      await from.sendMessage('pauseProducer', { producerId });
      await to.connection.received('consumerPaused', isIt);
      await to.sendMessage('setConsumerPreferredLayers', { consumerId, spatialLayer: 0, temporalLayer: 0 });
      await from.sendMessage('resumeProducer', { producerId });
      await to.connection.received('consumerResumed', isIt);
      await from.sendMessage('closeProducer', { producerId });
      await to.connection.received('consumerClosed', isIt);
      await from.sendMessage('changeDisplayName', { displayName: 'Another' });
      await to.connection.received(
        'peerDisplayNameChanged',
        (data: { displayName: string }) => data.displayName === 'Another',
      );
      await to.connection.sendRequest('restartIce', { transportId: to.transports.producer?.id });
      await to.connection.sendRequest('getTransportStats', { transportId: to.transports.producer?.id });
    }
    expect(misfits(classic.connection.arrivals, 'classic')).toEqual([]);
    expect(misfits(notify.connection.arrivals, 'notify')).toEqual([]);
  });

  it('have the same data channels, by label or by channel', async () => {
    using world = open();
    const [classic, notify] = [await world.joinAs('classic'), await world.joinAs('notify')];
    const tureen = await world.rooms.join('tureen');
    const [old, recent, ours] = [
      await classic.produceData('chat'),
      await notify.produceData('chat'),
      await tureen.produceData('chat'),
    ];
    expect(await notify.dataOfferOf(old.id)).toMatchObject({ label: 'chat', appData: { channel: 'chat' } });
    expect(await notify.dataOfferOf(ours.id)).toMatchObject({ label: 'chat', appData: { channel: 'chat' } });
    expect(await classic.dataOfferOf(recent.id)).toMatchObject({ label: 'chat' });
    expect(await classic.dataOfferOf(ours.id)).toMatchObject({ label: 'chat' });
  });

  it('keep their generation when they reconnect, by a token or by another join', async () => {
    for (const variant of ['classic', 'notify'] as const) {
      using world = open();
      const other = await world.joinAs(otherOf(variant), 'other');
      const client = world.connectAs(variant, 'back');
      const { resumeToken } = await client.enter({ extensions: ['resumeToken'] });
      const { id: before } = await other.produce('microphone');
      const { id: consumerId } = await client.offerOf(before);
      client.connection.drop();

      client.connection = world.rooms.connect('back').connection;
      const holds = { producers: [], consumers: [consumerId], dataProducers: [], dataConsumers: [] };
      const answer = await client.join({ extensions: ['resumeToken'], resumeToken, holds });
      expect(answer).toMatchObject({ resumed: { consumers: [{ id: consumerId }] } });
      const { id: after } = await other.produce('camera');
      await client.offerOf(after);
      const third = await world.joinAs(otherOf(variant), 'third');
      await client.sees('third');
      expect(misfits(client.connection.arrivals, variant)).toEqual([]);

      const rejoined = await world.joinAs(variant, 'back');
      expect([...rejoined.peers.keys()].toSorted()).toEqual(['other', 'third']);
      await rejoined.offerOf((await third.produce('screen')).id);
      expect(misfits(rejoined.connection.arrivals, variant)).toEqual([]);
    }
  });

  it('may change generation under one peer ID with another connection', async () => {
    using world = open();
    const other = await world.joinAs('classic', 'other');
    await world.joinAs('classic', 'same');
    const again = await world.joinAs('notify', 'same');
    await again.offerOf((await other.produce('camera')).id);
    expect(misfits(again.connection.arrivals, 'notify')).toEqual([]);
  });
});

describe('a server that behaves as the stock demo does', () => {
  it('uses the classic generation, and passes appData on unchanged', async () => {
    using world = open({ demoFaithful: true });
    const [alice, bob] = [await world.joinAs('classic', 'alice'), await world.joinAs('classic', 'bob')];
    expect(await bob.offerOf((await alice.produce('screen')).id)).toMatchObject({ appData: { share: true } });
    const { connection } = world.rooms.connect('carol');
    expect(await connection.sendRequest('getRouterRtpCapabilities')).not.toHaveProperty('routerRtpCapabilities');
    expect(versionsOf(connection)).toEqual(['mediasoup-version']);
  });
});
