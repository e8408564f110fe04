import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { describe, expect, expectTypeOf, it, test } from 'vitest';
import { roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { FakeMediaDevices, fakeStream } from './devices/mediaDevicesFixture.ts';
import * as sdk from './index.ts';
import {
  type DeviceEngineOptions,
  type PeerConnectionEngineOptions,
  deviceEngine,
  peerConnectionEngine,
} from './ports.ts';
import type { DeviceChange } from './devices/LocalTrack.ts';
import { FakeEngine, FakePeerConnectionMedia, MemoryTransport, type MemoryTransportOptions } from './testing.ts';

type Options = Readonly<Record<string, unknown>>;

/** Subject whose call takes options of any type, as in JavaScript. */
interface Subject {
  readonly call: (options: never) => unknown;
  /** Required options. */
  readonly given?: Options;
  /** Wrong values by option. A key with a dot is the argument of a wrong field, and its value the whole option. */
  readonly wrong: Options;
}

const notText = 5;
const notBoolean = 'yes';
const notFunction = 'later';
const notObject = 'all';
const notSignal = {};

const capture = { signal: notSignal, mediaDevices: notObject, constraints: notObject, deviceId: notText };
const publishing = {
  codec: notText,
  codecOptions: notObject,
  'codecOptions.opusPtime': { opusPtime: '20' },
  paused: notBoolean,
  appData: notObject,
  signal: notSignal,
  encodings: 'high',
  'encodings[0]': ['high'],
  'encodings[1].maxBitrate': [{}, { maxBitrate: NaN }],
};
const preset = { width: 640, height: 360, frameRate: 24, layers: [{ scaleResolutionDownBy: 1, maxBitrate: 500_000 }] };
const presets = {
  preset: 'h2160',
  'preset.layers': { ...preset, layers: [] },
  'preset.width': { ...preset, width: '640' },
  'preset.height': { ...preset, height: null },
  'preset.frameRate': { ...preset, frameRate: NaN },
  'preset.layers[0].maxBitrate': { ...preset, layers: [{ scaleResolutionDownBy: 1, maxBitrate: null }] },
  'preset.layers[0].scaleResolutionDownBy': { ...preset, layers: [{ scaleResolutionDownBy: '1', maxBitrate: 5 }] },
};
const camera = { ...capture, ...presets, facingMode: 'up' };
const microphone = {
  ...capture,
  echoCancellation: notBoolean,
  noiseSuppression: notBoolean,
  autoGainControl: notBoolean,
};
const screen = {
  signal: notSignal,
  mediaDevices: notObject,
  ...presets,
  audio: 'stereo',
  contentHint: 'sharp',
};
const logger = {
  logger: 'debug',
  'logger.debug': { info() {}, warn() {}, error() {} },
  'logger.info': { debug() {}, warn() {}, error() {} },
  'logger.warn': { debug() {}, info() {}, error() {} },
  'logger.error': { debug() {}, info() {}, warn() {} },
};
const clock = { clock: Date.now, 'clock.now': { after() {} }, 'clock.after': { now() {} } };
const v2 = {
  envelope: 'letter',
  forceTcp: notBoolean,
  sourceByKind: notBoolean,
  engine: 'device',
  'engine.open': {},
};

const mediaDevices = () => new FakeMediaDevices(fakeStream('video')).real;

async function inCall() {
  const world = roomWorld();
  await world.room.join();
  return world.room;
}

async function receiving() {
  const { room, server } = roomWorld();
  server.peers = [{ id: 'bob' }];
  await room.join();
  const consuming = room.waitFor('newConsumer');
  await server.offer('c1', { peerId: 'bob' });
  return (await consuming).consumer;
}

const sending = async () => (await inCall()).produce(new FakeMediaStreamTrack({ kind: 'video' }));

const socket = {
  connected: false,
  active: true,
  connect() {},
  disconnect() {},
  on() {},
  off() {},
  onAny() {},
  offAny() {},
  emit() {},
};

const subjects = {
  'new Room()': {
    call: (options: Options) => roomWorld(options),
    wrong: {
      roomId: notText,
      peerId: {},
      dialect: 'mediasoup-v3',
      transport: 'wss://sfu.example',
      consume: 'some',
      requestTimeoutMs: 0,
      reconnectPolicy: 5,
      ...logger,
      ...clock,
    },
  },
  'room.join()': {
    call: (options) => roomWorld().room.join(options),
    wrong: {
      displayName: notText,
      device: 'phone',
      'device.flag': { name: 'x', version: '1' },
      'device.name': { flag: 'x', name: 5, version: '1' },
      'device.version': { flag: 'x', name: 'x', version: 1 },
      appData: () => {},
      signal: notSignal,
    },
  },
  'room.produce()': {
    call: async (options) => (await inCall()).produce(new FakeMediaStreamTrack({ kind: 'video' }), options),
    wrong: { ...publishing, source: notText, ownership: 'mine' },
  },
  'room.produceData()': {
    call: async (options) => (await inCall()).produceData(options),
    wrong: {
      label: notText,
      protocol: notText,
      ordered: notBoolean,
      maxPacketLifeTime: '5',
      maxRetransmits: -1,
      appData: notObject,
      bufferedAmountLowThreshold: '5',
      signal: notSignal,
    },
  },
  'room.enableMicrophone()': {
    call: async (options) => (await inCall()).enableMicrophone(options),
    wrong: { ...microphone, ...publishing },
  },
  'room.enableCamera()': {
    call: async (options) => (await inCall()).enableCamera(options),
    given: { mediaDevices: mediaDevices() },
    wrong: { ...camera, ...publishing, simulcast: notBoolean },
  },
  'room.enableScreenShare()': {
    call: async (options) => (await inCall()).enableScreenShare(options),
    given: { mediaDevices: mediaDevices() },
    wrong: {
      ...screen,
      ...publishing,
      simulcast: notBoolean,
      audioCodecOptions: notObject,
      'audioCodecOptions.opusStereo': { opusStereo: 'yes' },
    },
  },
  'room.stats.enable()': {
    call: async (options) => (await inCall()).stats.enable(options),
    wrong: { intervalMs: 100 },
  },
  'room.waitFor()': {
    call: async (options) => (await inCall()).waitFor('left', options),
    wrong: { where: notFunction, timeoutMs: '5', signal: notSignal },
  },
  'producer.enableStats()': {
    call: async (options) => (await sending()).enableStats(options),
    wrong: { intervalMs: '5' },
  },
  'consumer.enableStats()': {
    call: async (options) => (await receiving()).enableStats(options),
    wrong: { intervalMs: NaN },
  },
  'consumer.setPreferredLayers()': {
    call: async (layers) => (await receiving()).setPreferredLayers(layers),
    given: { spatialLayer: 0 },
    wrong: { spatialLayer: '1', temporalLayer: -1 },
  },
  'new ProtooTransport()': { call: (options) => new sdk.ProtooTransport(options), wrong: { url: 5 } },
  'new WebSocketTransport()': {
    call: (options) => new sdk.WebSocketTransport(options),
    given: { url: 'wss://sfu.example' },
    wrong: { url: null, protocols: 'protoo' },
  },
  'new SocketIoTransport()': {
    call: (options) => new sdk.SocketIoTransport(options),
    given: { socket },
    wrong: { socket: 'https://sfu.example' },
  },
  'new CallbackTransport()': {
    call: (options) => new sdk.CallbackTransport(options),
    given: { request() {}, notify() {} },
    wrong: { request: undefined, notify: {}, connect: notFunction, close: notFunction },
  },
  'new MemoryTransport()': {
    call: (options) => new MemoryTransport(options),
    given: { onConnection() {} },
    wrong: { onConnection: undefined, deliver: notFunction },
  },
  'new FakeEngine()': {
    call: (options) => new FakeEngine(options),
    wrong: { mimeTypes: 'video/VP8', autoConnect: notBoolean },
  },
  'new FakePeerConnectionMedia()': {
    call: (options) => new FakePeerConnectionMedia(options),
    wrong: { mimeTypes: 'video/VP8', autoConnect: notBoolean },
  },
  'mediasoupV3()': {
    call: (options) => sdk.mediasoupV3(options),
    wrong: {
      variant: 'new',
      forceTcp: notBoolean,
      sourceByKind: notBoolean,
      engine: 'device',
      'engine.open': {},
    },
  },
  'mediasoupV2()': { call: (options) => sdk.mediasoupV2(options), wrong: { ...v2, spy: notBoolean } },
  'mediasoupV2Beta()': { call: (options) => sdk.mediasoupV2Beta(options), wrong: v2 },
  'mediasoupV2Alpha()': { call: (options) => sdk.mediasoupV2Alpha(options), wrong: v2 },
  'pushPull()': {
    call: (options) => sdk.pushPull(options),
    wrong: {
      profile: 'mobile',
      reconnect: 'never',
      roomToken: notText,
      audience: notBoolean,
      heartbeatMs: '10000',
      iceServers: 'stun:stun.example',
      engine: 'device',
      'engine.open': {},
    },
  },
  'deviceEngine()': {
    call: (options) => deviceEngine(options),
    wrong: {
      handlerName: notText,
      handlerFactory: 'FakeHandler',
      additionalSettings: notObject,
      iceTransportPolicy: 'none',
      answerTimeoutMs: -1,
      ...clock,
      ...logger,
    },
  },
  'peerConnectionEngine()': {
    call: (options) => peerConnectionEngine(options),
    wrong: { configuration: notObject, renumberPayloadTypes: notBoolean, ...logger },
  },
  'new DeviceCatalog()': {
    call: (options) => new sdk.DeviceCatalog(options),
    wrong: { mediaDevices: notObject, onListenerError: notFunction },
  },
  'captureCamera()': {
    call: (options) => sdk.captureCamera(options),
    given: { mediaDevices: mediaDevices() },
    wrong: camera,
  },
  'captureMicrophone()': { call: (options) => sdk.captureMicrophone(options), wrong: microphone },
  'captureScreen()': {
    call: (options) => sdk.captureScreen(options),
    given: { mediaDevices: mediaDevices() },
    wrong: screen,
  },
  'encodingsFor()': {
    call: (options) => sdk.encodingsFor('h720', options),
    wrong: { simulcast: notBoolean, codec: notText },
  },
  'localTrack.reacquire()': {
    call: async (change) => (await sdk.captureCamera({ mediaDevices: mediaDevices() })).reacquire(change),
    wrong: { deviceId: notText, facingMode: 'up', signal: notSignal, asDefault: notBoolean },
  },
} satisfies Readonly<Record<string, Subject>>;

/** Returns the error that the call throws or rejects with. */
async function failureOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return 'no error';
}

const all = Object.entries<Subject>(subjects);

const cases = all.flatMap(([name, subject]) =>
  Object.entries(subject.wrong).map(([argument, value]) => ({ name, subject, argument, value })),
);

describe('an invalid option', () => {
  it.each(cases)('makes $name throw invalidArgument for $argument', async ({ subject, argument, value }) => {
    const [option = ''] = argument.split(/[.[]/);
    const error = await failureOf(() => subject.call({ ...subject.given, [option]: value } as never));
    expect(error).toBeInstanceOf(sdk.TureenError);
    expect(error).toMatchObject({
      code: 'invalidArgument',
      argument,
      hint: expect.stringMatching(/^[A-Z].*\.$/) as string,
    });
  });

  it.each(all)('makes %s throw invalidArgument where options are not an object', async (name, { call }) => {
    for (const options of [null, 5, 'all']) {
      const error = await failureOf(() => call(options as never));
      if (name === 'new Room()') continue;
      expect(error, `${String(options)}: ${String(error)}`).toBeInstanceOf(sdk.TureenError);
      expect(error).toMatchObject({ code: 'invalidArgument', argument: expect.any(String) as string });
    }
  });
});

describe('a valid option', () => {
  it('may be a function with methods, as logger and engine', () => {
    const callable = Object.assign(() => {}, { debug() {}, info() {}, warn() {}, error() {} });
    const engine = new FakeEngine();
    const openable = Object.assign(() => {}, { open: () => engine.open() });
    expect(() => roomWorld({ logger: callable })).not.toThrow();
    expect(() => deviceEngine({ logger: callable })).not.toThrow();
    expect(() => sdk.mediasoupV3({ engine: openable })).not.toThrow();
  });
});

describe('an invalid argument', () => {
  it.each<[argument: string, call: () => unknown]>([
    ['track', async () => (await inCall()).produce('camera' as never)],
    ['deviceId', async () => (await sending()).switchDevice(5 as never)],
    ['track', async () => (await sending()).replaceTrack({} as never)],
    ['spatialLayer', async () => (await sending()).setMaxSpatialLayer('1' as never)],
    ['subscribed', async () => (await receiving()).setSubscribed('yes' as never)],
    ['layers', async () => (await receiving()).setPreferredLayers(null as never)],
    ['priority', async () => (await receiving()).setPriority('1' as never)],
    ['element', async () => (await receiving()).attach('video' as never)],
    ['text', async () => (await inCall()).sendText(5 as never)],
    ['displayName', async () => (await inCall()).setDisplayName(5 as never)],
    ['direction', async () => (await inCall()).stats.get('up' as never)],
    ['direction', async () => (await inCall()).stats.getServer('down' as never)],
    ['listener', async () => (await inCall()).trace(5 as never)],
    ['listener', async () => (await inCall()).on('left', 5 as never)],
    ['kind', async () => new sdk.DeviceCatalog({ mediaDevices: mediaDevices() }).list('webcam' as never)],
    ['listener', async () => (await sdk.captureCamera({ mediaDevices: mediaDevices() })).watch(5 as never)],
    ['preset', () => sdk.encodingsFor('h2160' as never)],
    ['random', () => sdk.defaultReconnectPolicy(5 as never)],
  ])('makes the call reject with invalidArgument for %s', async (argument, call) => {
    expect(await failureOf(call)).toMatchObject({
      code: 'invalidArgument',
      argument,
      hint: expect.stringMatching(/^[A-Z].*\.$/) as string,
    });
  });
});

/** Options for which a subject has no wrong value. */
type Missing<Options, Name extends keyof typeof subjects> = Exclude<
  keyof Options,
  keyof (typeof subjects)[Name]['wrong']
>;

describe('the invalid options of this file', () => {
  test('cover every option of every call', () => {
    expectTypeOf<Missing<sdk.RoomOptions, 'new Room()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<sdk.JoinOptions, 'room.join()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<sdk.ProduceOptions, 'room.produce()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<sdk.ProduceDataOptions, 'room.produceData()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<sdk.MicrophoneProduceOptions, 'room.enableMicrophone()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<sdk.CameraProduceOptions, 'room.enableCamera()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<sdk.ScreenShareOptions, 'room.enableScreenShare()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<sdk.StatsOptions, 'room.stats.enable()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<sdk.WaitForOptions<object>, 'room.waitFor()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<sdk.Layers, 'consumer.setPreferredLayers()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<sdk.ProtooTransportOptions, 'new ProtooTransport()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<sdk.WebSocketTransportOptions, 'new WebSocketTransport()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<sdk.SocketIoTransportOptions, 'new SocketIoTransport()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<sdk.CallbackTransportOptions, 'new CallbackTransport()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<MemoryTransportOptions, 'new MemoryTransport()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<sdk.MediasoupV3EntryOptions, 'mediasoupV3()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<sdk.MediasoupV2EntryOptions, 'mediasoupV2()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<sdk.MediasoupV2BetaEntryOptions, 'mediasoupV2Beta()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<sdk.MediasoupV2AlphaEntryOptions, 'mediasoupV2Alpha()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<sdk.PushPullEntryOptions, 'pushPull()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<DeviceEngineOptions, 'deviceEngine()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<PeerConnectionEngineOptions, 'peerConnectionEngine()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<sdk.CameraOptions, 'captureCamera()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<sdk.MicrophoneOptions, 'captureMicrophone()'>>().toEqualTypeOf<never>();
    expectTypeOf<Missing<sdk.ScreenOptions, 'captureScreen()'>>().toEqualTypeOf<never>();
    expectTypeOf<
      Missing<NonNullable<Parameters<typeof sdk.encodingsFor>[1]>, 'encodingsFor()'>
    >().toEqualTypeOf<never>();
    expectTypeOf<Missing<DeviceChange, 'localTrack.reacquire()'>>().toEqualTypeOf<never>();
  });
});
