import { describe, expect, test } from 'vitest';
import { FakeMediaDevices, fakeStream } from './devices/mediaDevicesFixture.ts';
import * as sdk from './index.ts';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { roomWorld } from '@tureen/testkit/scripted/roomWorld';

/** `__v_skip` keeps the proxies of Vue away. */
const emitter = [
  '__v_skip',
  'eventNames',
  'listenerCount',
  'listeners',
  'off',
  'on',
  'once',
  'removeAllListeners',
  'subscribe',
];

/** Members that producers and consumers inherit from `MediaEntity`. */
const mediaEntity = ['closed', 'disableStats', 'enableStats', 'getServerStats', 'getStats', 'kind', 'paused', 'source'];

/** Every member that an app reaches at run time, by exported class: own members, then inherited members. */
const documented: Readonly<Record<string, { readonly own: readonly string[]; readonly inherited: readonly string[] }>> =
  {
    Peer: {
      own: [
        'appData',
        'closed',
        'consumerOf',
        'consumers',
        'dataConsumers',
        'device',
        'dialect',
        'displayName',
        'id',
        'reconnecting',
        'snapshot',
      ],
      inherited: emitter,
    },
    Consumer: {
      own: [
        'appData',
        'attach',
        'close',
        'currentLayers',
        'detach',
        'id',
        'localPaused',
        'pause',
        'peer',
        'preferredLayers',
        'priority',
        'producerId',
        'remotePaused',
        'requestKeyFrame',
        'resume',
        'rtpReceiver',
        'score',
        'setPreferredLayers',
        'setPriority',
        'setSubscribed',
        'snapshot',
        'subscribed',
        'supported',
        'track',
        'type',
      ],
      inherited: [...mediaEntity, ...emitter],
    },
    Producer: {
      own: [
        'appData',
        'close',
        'id',
        'localId',
        'loss',
        'maxSpatialLayer',
        'ownership',
        'pause',
        'replaceTrack',
        'resume',
        'rtpSender',
        'score',
        'setMaxSpatialLayer',
        'snapshot',
        'switchDevice',
        'track',
      ],
      inherited: [...mediaEntity, ...emitter],
    },
    DataProducer: {
      own: [
        'appData',
        'bufferedAmount',
        'bufferedAmountLowThreshold',
        'close',
        'closed',
        'getServerStats',
        'id',
        'label',
        'localId',
        'protocol',
        'readyState',
        'send',
      ],
      inherited: emitter,
    },
    DataConsumer: {
      own: [
        'appData',
        'close',
        'closed',
        'dataProducerId',
        'getServerStats',
        'id',
        'label',
        'peer',
        'protocol',
        'readyState',
        'setSubscribed',
        'subscribed',
      ],
      inherited: emitter,
    },
    LocalTrack: {
      own: ['__v_skip', 'device', 'ended', 'kind', 'ownership', 'reacquire', 'stop', 'track', 'watch'],
      inherited: [],
    },
    DeviceCatalog: { own: ['list'], inherited: emitter },
    RoomPlayback: { own: ['start'], inherited: [] },
    RoomStats: { own: ['disable', 'enable', 'get', 'getServer'], inherited: [] },
  };

/** Returns one instance of each class, as an app gets it. */
async function instances(): Promise<Readonly<Record<string, object>>> {
  const { room, server } = roomWorld();
  server.peers = [{ id: 'bob' }];
  await room.join();
  const consuming = room.waitFor('newConsumer');
  await server.offer('c1', { peerId: 'bob' });
  const { consumer, peer } = await consuming;
  const consumingData = room.waitFor('newDataConsumer');
  await server.ask('newDataConsumer', {
    id: 'd1',
    peerId: 'bob',
    dataProducerId: 'dp',
    label: 'chat',
    protocol: '',
    appData: {},
    sctpStreamParameters: { streamId: 0, ordered: true },
  });
  const { dataConsumer } = await consumingData;
  const producer = await room.produce(new FakeMediaStreamTrack({ kind: 'video' }));
  const dataProducer = await room.produceData();
  const localTrack = await sdk.captureCamera({ mediaDevices: new FakeMediaDevices(fakeStream('video')).real });
  return {
    Peer: peer,
    Consumer: consumer,
    Producer: producer,
    DataProducer: dataProducer,
    DataConsumer: dataConsumer,
    LocalTrack: localTrack,
    DeviceCatalog: room.devices,
    RoomPlayback: room.playback,
    RoomStats: room.stats,
    Room: room,
  };
}

const namesOf = (object: object) =>
  Reflect.ownKeys(object)
    .map(String)
    .filter((name) => name !== 'constructor');

/** Returns the names on the instance and its class, and those on the base classes. */
function membersOf(instance: object) {
  const prototype = Object.getPrototypeOf(instance) as object;
  const own = [...namesOf(instance), ...namesOf(prototype)].toSorted();
  const inherited: string[] = [];
  let parent = Object.getPrototypeOf(prototype) as object | null;
  while (parent !== null && parent !== Object.prototype) {
    inherited.push(...namesOf(parent));
    parent = Object.getPrototypeOf(parent) as object | null;
  }
  return { own, inherited: [...new Set(inherited)].toSorted() };
}

const exportedClasses = [
  'Peer',
  'Consumer',
  'Producer',
  'DataProducer',
  'DataConsumer',
  'LocalTrack',
  'DeviceCatalog',
] as const;

describe('public classes', () => {
  test.each(Object.keys(documented))(
    'give %s its documented members at run time, no others, and at most 25 of its own',
    async (name) => {
      const instance = (await instances())[name];
      const { own = [], inherited = [] } = documented[name] ?? {};

      if (name in sdk) expect(instance).toBeInstanceOf(sdk[name as keyof typeof sdk]);
      expect(membersOf(instance ?? {})).toEqual({ own, inherited: inherited.toSorted() });
      expect(own.length).toBeLessThanOrEqual(25);
    },
  );

  test('give Room at most 40 members of its own', async () => {
    const { own } = membersOf((await instances()).Room ?? {});

    expect(own).toEqual(expect.arrayContaining(['devices', 'playback', 'producerOf', 'startPlayback', 'stats']));
    expect(own.length).toBeLessThanOrEqual(40);
  });

  test('have no handler of notifications that an app can call', async () => {
    const exported = Object.values(sdk).filter(
      (value): value is typeof value & { readonly prototype: object } =>
        typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value)),
    );
    const reachable = exported.flatMap(({ prototype }) => {
      const { own, inherited } = membersOf(Object.create(prototype) as object);
      return [...own, ...inherited];
    });

    expect(exported.length).toBeGreaterThanOrEqual(exportedClasses.length + 2);
    expect(reachable.filter((member) => /^(?:handle[A-Z]|emit$)/.test(member))).toEqual([]);
  });
});

const constructedBySdk = exportedClasses.filter((name) => name !== 'DeviceCatalog');

describe('public classes', () => {
  test.each(constructedBySdk)(
    'make new %s() throw for an app, with its own instance as the argument too',
    async (name) => {
      const instance = (await instances())[name];
      const Class = sdk[name] as unknown as new (...given: unknown[]) => object;
      const refused = expect.objectContaining({
        code: 'invalidState',
        message: `an app cannot call new ${name}()`,
      }) as Error;

      expect(() => new Class()).toThrow(refused);
      expect(() => new Class(instance)).toThrow(refused);
      expect(() => new Class(Symbol('tureen'), instance)).toThrow(refused);
    },
  );

  test('make constructors of entities private', () => {
    const constructors = [
      // @ts-expect-error The constructor is private.
      () => void new sdk.Peer(),
      // @ts-expect-error The constructor is private.
      () => void new sdk.Consumer(),
      // @ts-expect-error The constructor is private.
      () => void new sdk.Producer(),
      // @ts-expect-error The constructor is private.
      () => void new sdk.DataProducer(),
      // @ts-expect-error The constructor is private.
      () => void new sdk.DataConsumer(),
      // @ts-expect-error The constructor is private.
      () => void new sdk.LocalTrack(),
    ];

    for (const construct of constructors) expect(construct).toThrow(sdk.TureenError);
  });
});
