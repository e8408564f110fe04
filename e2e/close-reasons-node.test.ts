import {
  type Consumer,
  type DataConsumer,
  type Producer,
  ProtooTransport,
  Room,
  mediasoupV2,
  mediasoupV2Alpha,
  mediasoupV2Beta,
  mediasoupV3,
  pushPull,
} from '@tureen/client';
import { FakeEngine, FakePeerConnectionMedia } from '@tureen/client/testing';
import { type RunningServer, startServer } from '@tureen/server';
import { fakeTrack } from '@tureen/testkit/scripted/roomWorld';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Close reasons of entities as the app reads them, in each dialect, over real WebSockets and a real worker. */

const dialects = {
  'mediasoup-v3': () => mediasoupV3({ engine: new FakeEngine() }),
  'mediasoup-v2': () => mediasoupV2({ engine: new FakeEngine() }),
  'mediasoup-v2-beta': () => mediasoupV2Beta({ engine: new FakeEngine() }),
  'mediasoup-v2-alpha': () => mediasoupV2Alpha({ engine: new FakeEngine() }),
  'push-pull': () => pushPull({ engine: new FakePeerConnectionMedia() }),
};
type Name = keyof typeof dialects;
const names = Object.keys(dialects) as Name[];

let server: RunningServer;
let rooms = 0;

beforeAll(async () => {
  server = await startServer({ port: 0, workers: 1, logLevel: 'fatal', pingIntervalMs: 0 });
});

afterAll(() => server.close());

/** Alice and Bob in one room. Each sends a microphone and, where the dialect supports it, a data channel. */
async function inCall(name: Name) {
  const roomId = `room-${++rooms}`;
  const url = `${server.url.replace(/^http/, 'ws')}/${name}`;
  const [alice, bob] = (['alice', 'bob'] as const).map(
    (peerId) => new Room({ roomId, peerId, dialect: dialects[name](), transport: new ProtooTransport({ url }) }),
  ) as [Room, Room];
  await Promise.all([alice.join(), bob.join()]);
  const hasData = alice.capabilities.dataChannels;
  const consuming = alice.waitFor('newConsumer');
  const consumingData = hasData ? alice.waitFor('newDataConsumer') : null;
  const sent = await bob.produce(fakeTrack('audio'), { source: 'microphone' });
  const sentData = hasData ? await bob.produceData({ label: 'chat' }) : null;
  const { consumer } = await consuming;
  const dataConsumer = (await consumingData)?.dataConsumer ?? null;
  const producer = await alice.produce(fakeTrack('audio'), { source: 'microphone' });
  const peer = (peerId: string) => {
    const found = server.registry.get(roomId)?.peers.get(peerId);
    if (found === undefined) throw new Error(`${peerId} is not in the room`);
    return found;
  };
  return { roomId, alice, bob, sent, sentData, consumer, dataConsumer, producer, peer };
}

type World = Awaited<ReturnType<typeof inCall>>;

const entityOf = {
  consumer: ({ consumer }: World) => consumer,
  dataConsumer: ({ dataConsumer }: World) => dataConsumer,
  producer: ({ producer }: World) => producer,
} satisfies Record<string, (world: World) => Consumer | DataConsumer | Producer | null>;

/** Dialects whose servers notify of each consumer that they close. */
const withoutPushPull = names.filter((name) => name !== 'push-pull');
/** Dialects whose servers don't notify of the consumers of a peer that closes. Those have the peer's reason. */
const withoutV3 = names.filter((name) => name !== 'mediasoup-v3');

const closings: readonly {
  readonly title: string;
  readonly entity: keyof typeof entityOf;
  readonly act: (world: World) => unknown;
  readonly reason: string;
  /** Dialects with a message that contains the reason. */
  readonly dialects: readonly Name[];
}[] = [
  {
    title: 'server for a consumer that the app of the server closes',
    entity: 'consumer',
    act: ({ peer }) => {
      for (const consumer of peer('alice').receiving.consumers.values()) consumer.close('server');
    },
    reason: 'server',
    dialects: withoutPushPull,
  },
  {
    title: 'server for a data consumer that the app of the server closes',
    entity: 'dataConsumer',
    act: ({ peer }) => {
      for (const dataConsumer of peer('alice').receiving.dataConsumers.values()) dataConsumer.close('server');
    },
    reason: 'server',
    dialects: ['mediasoup-v3'],
  },
  {
    title: 'server for a producer that the app of the server closes',
    entity: 'producer',
    act: ({ peer }) => {
      for (const producer of peer('alice').sending.producers.values()) producer.close('server');
    },
    reason: 'server',
    dialects: names,
  },
  {
    title: 'producerClosed for a consumer whose producer the app of the server closes',
    entity: 'consumer',
    act: ({ peer }) => {
      for (const producer of peer('bob').sending.producers.values()) producer.close('server');
    },
    reason: 'producerClosed',
    dialects: names,
  },
  {
    title: 'producerClosed for a consumer whose producer the remote peer closes',
    entity: 'consumer',
    act: ({ sent }) => sent.close(),
    reason: 'producerClosed',
    dialects: names,
  },
  {
    title: 'producerClosed for a data consumer whose data producer the remote peer closes',
    entity: 'dataConsumer',
    act: ({ sentData }) => sentData?.close(),
    reason: 'producerClosed',
    dialects: ['mediasoup-v3'],
  },
  {
    title: 'left for a consumer whose peer leaves',
    entity: 'consumer',
    act: ({ bob }) => bob.leave(),
    reason: 'left',
    dialects: withoutV3,
  },
  {
    title: 'peerClosed for a consumer whose peer leaves',
    entity: 'consumer',
    act: ({ bob }) => bob.leave(),
    reason: 'peerClosed',
    dialects: ['mediasoup-v3'],
  },
  {
    title: 'kicked for a consumer whose peer the app of the server evicts',
    entity: 'consumer',
    act: ({ roomId }) => server.registry.kick(roomId, 'bob'),
    reason: 'kicked',
    dialects: withoutV3,
  },
  {
    title: 'local for a consumer that the app closes',
    entity: 'consumer',
    act: ({ consumer }) => consumer.close(),
    reason: 'local',
    dialects: names,
  },
  {
    title: 'local for a producer that the app closes',
    entity: 'producer',
    act: ({ producer }) => producer.close(),
    reason: 'local',
    dialects: names,
  },
];

describe.each(names)('%s', (name) => {
  it.each(closings.filter((closing) => closing.dialects.includes(name)))(
    'gives the reason $title',
    async ({ entity, act, reason }) => {
      const world = await inCall(name);
      const closed = new Promise((resolve) => {
        const found: { once(event: 'closed', listener: (closing: object) => void): unknown } | null =
          entityOf[entity](world);
        found?.once('closed', resolve);
      });
      await act(world);
      const { reason: given, detail } = (await closed) as { reason: string; detail?: string };
      expect({ reason: given, detail }).toEqual({ reason, detail: undefined });
      await Promise.all([world.alice.leave(), world.bob.leave()]);
    },
  );
});

describe.each(withoutPushPull)('%s', (name) => {
  it('gives the reason server for a transport that the app of the server closes', async () => {
    const { alice, bob, peer } = await inCall(name);
    const closed = alice.waitFor('transportClosed');
    const [transport] = peer('alice').transports.values();
    transport?.close('server');
    expect((await closed).reason).toBe('server');
    await Promise.all([alice.leave(), bob.leave()]);
  });
});
