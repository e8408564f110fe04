import type { Profiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';
import { FakeHandler, testFakeParameters } from 'mediasoup-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { mediasoupV3 } from '../entries/mediasoupV3.ts';
import { deviceEngine } from '../media/device/DeviceEngine.ts';
import { WebSocketTransport } from '../signaling/WebSocketTransport.ts';
import { fakeTrack } from '@tureen/testkit/scripted/roomWorld';
import { ScriptedServer, rtpParametersOf } from '@tureen/testkit/scripted/ScriptedServer';
import { Room } from './Room.ts';

/**
 * Counts the stops of a message: the modules that it passes between the socket and the app, each time that it enters them. A
 * reader should be able to follow a message through the source, so the number has a limit. V8's coverage shows which modules run.
 * A module that is neither a stop nor a helper fails the test.
 *
 * The code review of November 2026 counted in the same way, and found 16 and 17. It included two more, which pass nothing on: the
 * constructor of the producer, and the function that writes the data of a request. Functions that run a callback of their caller
 * (`RequestReplay.run`, `ProducerLifecycle.run`, `DeviceTransport.perform`) were helpers there, too.
 */
const limits = { notification: 10, produce: 12 };

/** From the socket to the app's listener. */
const notificationStops = [
  'client/src/signaling/openWebSocket.ts',
  'protocol/src/common/protooFrame.ts',
  'client/src/signaling/SignalingChannel.ts',
  'client/src/dialects/mediasoup-v3/MediasoupV3Session.ts',
  'protocol/src/mediasoup-v3',
  'client/src/dialects/mediasoup-v3/toRoom.ts',
  'client/src/room/eventRoutes.ts',
  'client/src/room/remote/ConsumerController.ts',
  'client/src/room/createRoom.ts',
  'kernel/src/TypedEmitter.ts',
];

/** From `room.produce()` to the frame for the socket. */
const produceStops = [
  'client/src/room/Room.ts',
  'client/src/room/local/LocalProducers.ts',
  'client/src/room/local/ProducerController.ts',
  'client/src/dialects/mediasoup-v3/MediasoupV3Session.ts',
  'client/src/media/device/DeviceSendTransport.ts',
  'mediasoup-client',
  // Entered again: mediasoup-client emits `produce`.
  'client/src/media/device/DeviceSendTransport.ts',
  'client/src/media/device/TransportCallbacks.ts',
  'client/src/dialects/mediasoup-v3/V3Transports.ts',
  'client/src/dialects/mediasoup-v3/V3Requests.ts',
  'client/src/signaling/SignalingChannel.ts',
  'client/src/signaling/WebSocketTransport.ts',
];

/** Modules that a stop calls and that pass nothing on: watchers, checks, settings, reading and writing of values. */
const helpers = [
  /^client\/src\/(shared|devices)\//,
  /^kernel\/src\//,
  /^protocol\/src\/common\//,
  /^client\/src\/signaling\/(Trace|PendingRequests|frameCodec)\.ts$/,
  /^client\/src\/room\/(checks|EntityStats|MediaEntity|RoomContext)\.ts$/,
  // Finds a consumer.
  /^client\/src\/room\/remote\/RemoteConsumers\.ts$/,
  // A message proves the connection; the current channel; whether the room has joined.
  /^client\/src\/room\/session\/(ConnectionAttempt|EvictionPolicy|Liveness|RequestReplay|RoomSession|SessionHost|roomMachine)\.ts$/,
];
const produceHelpers = [
  ...helpers,
  // The object for the app; whether there is a track to send, and paused; handling of a failed call.
  /^client\/src\/room\/local\/(Producer|ProducerLifecycle|ProducerPause|ManagedTrack|TrackFailurePolicy|checkPublishing)\.ts$/,
  /^client\/src\/media\/(CancellationScope|checks|device\/Device(Session|Transport))\.ts$/,
  /^protocol\/src\/mediasoup-v3$/,
  // The context of the room, and the states of the transport that connects meanwhile.
  /^client\/src\/room\/(createRoom|eventRoutes|recovery\/\w+)\.ts$/,
  /^client\/src\/signaling\/openWebSocket\.ts$/,
  // The receive transport connects meanwhile.
  /^client\/src\/media\/device\/DeviceRecvTransport\.ts$/,
];

class FakeWebSocket {
  static readonly OPEN = 1;
  static opened: FakeWebSocket;
  readonly readyState = FakeWebSocket.OPEN;
  readonly #server = new ScriptedServer();
  onopen: () => void = () => {};
  onmessage: (event: { data: string }) => void = () => {};
  onRequest: (method: string) => void = () => {};

  constructor() {
    FakeWebSocket.opened = this;
    this.#server.peers = [{ id: 'bob' }];
    queueMicrotask(() => {
      this.onopen();
    });
  }

  send(text: string): void {
    const { request, id, method, data } = JSON.parse(text) as Record<string, unknown> & { method: string };
    if (request !== true) return;
    this.onRequest(method);
    queueMicrotask(() => {
      const response = this.#server.answerOf(method, data as Record<string, unknown>);
      this.receive({ response: true, id, ok: true, data: response });
    });
  }

  receive(frame: object): void {
    this.onmessage({ data: JSON.stringify(frame) });
  }

  close(): void {}
}

/** Returns the modules of Tureen in which a function runs from `start` until `start` calls its argument. */
async function modulesDuring(start: (isOver: () => void) => unknown): Promise<string[]> {
  const inspector = new Session();
  inspector.connect();
  await inspector.post('Profiler.enable');
  await inspector.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await inspector.post('Profiler.takePreciseCoverage');
  const { result } = await new Promise<Profiler.TakePreciseCoverageReturnType>((resolve) => {
    start(() => {
      resolve(inspector.post('Profiler.takePreciseCoverage'));
    });
  });
  inspector.disconnect();
  return result
    .filter(({ functions }) => functions.some(({ ranges }) => (ranges[0]?.count ?? 0) > 0))
    .map(
      ({ url }) =>
        /(?:packages\/|node_modules\/)((?:client|protocol|kernel)\/src\/.*|mediasoup-client)/.exec(url)?.[1] ?? '',
    )
    .map((path) => path.replace(/^(protocol\/src\/mediasoup-v3)\/.*/, '$1'))
    .filter((path, index, all) => path !== '' && !path.includes('test') && all.indexOf(path) === index);
}

/** Returns the modules that run, without the helpers, in the order of `stops`, once each. */
function pass(modules: string[], stops: string[], beside: RegExp[]): string[] {
  const rank = (path: string) => (stops.includes(path) ? stops.indexOf(path) : Infinity);
  return modules
    .filter((path) => stops.includes(path) || !beside.some((helper) => helper.test(path)))
    .toSorted((a, b) => rank(a) - rank(b));
}

async function joinedRoom() {
  const room = new Room({
    roomId: 'r1',
    peerId: 'alice',
    dialect: mediasoupV3({
      engine: deviceEngine({ handlerFactory: FakeHandler.createFactory(testFakeParameters) }),
    }),
    transport: new WebSocketTransport({ url: 'ws://localhost/' }),
    clock: new ManualClock(),
  });
  await room.join();
  return { room, socket: FakeWebSocket.opened };
}

beforeEach(() => {
  vi.stubGlobal('WebSocket', FakeWebSocket);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('stops', () => {
  it('passes a pause notification through at most 10 modules, from the socket to the listener', async () => {
    const { room, socket } = await joinedRoom();
    const arrived = room.waitFor('newConsumer');
    socket.receive({
      request: true,
      id: 1,
      method: 'newConsumer',
      data: {
        id: 'c1',
        peerId: 'bob',
        producerId: 'p1',
        kind: 'audio',
        rtpParameters: rtpParametersOf('audio'),
        type: 'simple',
        appData: {},
        producerPaused: false,
      },
    });
    await arrived;
    const modules = await modulesDuring((isOver) => {
      room.on('consumerPaused', isOver);
      socket.receive({ notification: true, method: 'consumerPaused', data: { consumerId: 'c1' } });
    });
    expect(pass(modules, notificationStops, helpers)).toEqual(notificationStops);
    expect(notificationStops.length).toBeLessThanOrEqual(limits.notification);
    await room.leave();
  });

  it('passes room.produce() through at most 12 modules, from the call to the frame', async () => {
    const { room, socket } = await joinedRoom();
    const track = fakeTrack('audio');
    let produced: Promise<unknown> | undefined;
    const modules = await modulesDuring((isOver) => {
      socket.onRequest = (method) => {
        if (method === 'produce') isOver();
      };
      produced = room.produce(track);
    });
    await produced;
    expect(pass(modules, produceStops, produceHelpers)).toEqual([...new Set(produceStops)]);
    expect(produceStops.length).toBeLessThanOrEqual(limits.produce);
    await room.leave();
  });
});
