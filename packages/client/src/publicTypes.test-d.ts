import { describe, expectTypeOf, test } from 'vitest';
import {
  type Consumer,
  type ConsumerCloseReason,
  type DataConsumer,
  type DataProducer,
  type EndReason,
  type InboundRtpStat,
  type LeaveReason,
  type OtherServerStat,
  type Peer,
  type PeerCloseReason,
  type Producer,
  type ProducerCloseReason,
  type Room,
  type RoomEvents,
  type ServerStat,
  type Source,
  type TransportDirection,
  type TypedEmitter,
  TureenError,
  mediasoupV3,
  pushPull,
  roomEventNames,
} from './index.ts';
import { type MediaEngine, type PeerConnectionMedia, deviceEngine, peerConnectionEngine } from './ports.ts';

declare const room: Room;

describe('public types', () => {
  test('infers the payloads of events', () => {
    room.on('left', ({ reason, detail }) => {
      expectTypeOf(reason).toEqualTypeOf<LeaveReason>();
      expectTypeOf(detail).toEqualTypeOf<string | undefined>();
    });
    room.on('peerClosed', ({ reason }) => {
      expectTypeOf(reason).toEqualTypeOf<PeerCloseReason>();
    });
    room.on('consumerClosed', ({ consumer, reason }) => {
      expectTypeOf(consumer).toEqualTypeOf<Consumer>();
      expectTypeOf(reason).toEqualTypeOf<ConsumerCloseReason>();
    });
    expectTypeOf(room.waitFor('producerClosed')).resolves.toEqualTypeOf<RoomEvents['producerClosed']>();
    // @ts-expect-error There is no such event.
    room.on('newconsumer', () => {});
  });

  test('makes a switch over the reasons of a producer exhaustive, and finds a typo', () => {
    const textOf = (reason: Exclude<ProducerCloseReason, LeaveReason>): string => {
      switch (reason) {
        case 'local':
        case 'server':
        case 'failed':
        case 'trackEnded':
          return reason;
      }
    };
    expectTypeOf(textOf).returns.toEqualTypeOf<string>();
    const isTypo = (reason: LeaveReason) =>
      // @ts-expect-error No reason is spelled like that.
      reason === 'kiked';
    expectTypeOf(isTypo).returns.toEqualTypeOf<boolean>();
  });

  test('excludes reasons that an entity never has', () => {
    expectTypeOf<Extract<ConsumerCloseReason, 'failed' | 'trackEnded' | 'sessionEnded'>>().toEqualTypeOf<never>();
    expectTypeOf<Extract<PeerCloseReason, 'local' | 'failed' | 'producerClosed'>>().toEqualTypeOf<never>();
  });

  test('narrows an error by TureenError.is, with a closed reason', () => {
    const error: unknown = null;
    if (TureenError.is(error)) expectTypeOf(error.reason).toEqualTypeOf<EndReason | undefined>();
  });

  test('types collections as Maps, and accepts any text as a source', () => {
    expectTypeOf(room.producers).toEqualTypeOf<ReadonlyMap<string, Producer>>();
    expectTypeOf(room.producerOf('camera')).toEqualTypeOf<Producer | null>();
    expectTypeOf<'whiteboard'>().toExtend<Source>();
    expectTypeOf(roomEventNames).toEqualTypeOf<readonly (keyof RoomEvents)[]>();
  });

  test("types the server's statistics wherever they appear", () => {
    expectTypeOf(room.stats.getServer('send')).resolves.toEqualTypeOf<readonly ServerStat[]>();
    expectTypeOf<ReturnType<Producer['getServerStats']>>().resolves.toEqualTypeOf<readonly ServerStat[]>();
    expectTypeOf<ReturnType<Consumer['getServerStats']>>().resolves.toEqualTypeOf<readonly ServerStat[]>();
    expectTypeOf<ReturnType<DataProducer['getServerStats']>>().resolves.toEqualTypeOf<readonly ServerStat[]>();
    expectTypeOf<ReturnType<DataConsumer['getServerStats']>>().resolves.toEqualTypeOf<readonly ServerStat[]>();
    expectTypeOf<RoomEvents['transportStats' | 'producerStats' | 'consumerStats']['stats']>().toEqualTypeOf<
      readonly ServerStat[]
    >();
  });

  test('selects the fields by the type of an entry, and types a field of another version as unknown', () => {
    const stat = {} as ServerStat;
    expectTypeOf(stat.timestamp).toEqualTypeOf<number>();
    switch (stat.type) {
      case 'inbound-rtp':
        expectTypeOf(stat).toEqualTypeOf<InboundRtpStat | OtherServerStat>();
        expectTypeOf(stat.byteCount).toEqualTypeOf<number | undefined>();
        break;
      case 'webrtc-transport':
        expectTypeOf(stat.availableOutgoingBitrate).toEqualTypeOf<number | undefined>();
        expectTypeOf(stat.dtlsState).toEqualTypeOf<string | undefined>();
        break;
      case 'data-producer':
        expectTypeOf(stat.messagesReceived).toEqualTypeOf<number | undefined>();
        break;
      case 'data-consumer':
        expectTypeOf(stat.bufferedAmount).toEqualTypeOf<number | undefined>();
        expectTypeOf(stat.somethingNew).toEqualTypeOf<unknown>();
    }
  });

  test('accepts an AbortSignal in calls that wait', () => {
    const { signal } = new AbortController();
    const track = {} as MediaStreamTrack;
    void [
      room.join({ signal }),
      room.produce(track, { signal }),
      room.produceData({ signal }),
      room.waitFor('left', { signal }),
    ];
    void [room.enableCamera({ signal }), room.enableMicrophone({ signal }), room.enableScreenShare({ signal })];
  });

  test('types collections of a peer and of the room as read-only Maps', () => {
    expectTypeOf<Peer['consumers']>().toEqualTypeOf<ReadonlyMap<string, Consumer>>();
    expectTypeOf<Peer['dataConsumers']>().toEqualTypeOf<ReadonlyMap<string, DataConsumer>>();
    expectTypeOf(room.peers).toEqualTypeOf<ReadonlyMap<string, Peer>>();
    expectTypeOf(room.consumers).toEqualTypeOf<ReadonlyMap<string, Consumer>>();
    expectTypeOf(room.dataConsumers).toEqualTypeOf<ReadonlyMap<string, DataConsumer>>();
    expectTypeOf(room.dataProducers).toEqualTypeOf<ReadonlyMap<string, DataProducer>>();
  });

  test('types the code of an error as closed, and its other fields as optional', () => {
    const error = new TureenError('invalidArgument', 'x');
    expectTypeOf(error.argument).toEqualTypeOf<string | undefined>();
    expectTypeOf(error.hint).toEqualTypeOf<string | undefined>();
    expectTypeOf(error.retryable).toEqualTypeOf<boolean>();
    // @ts-expect-error There is no such code.
    expectTypeOf(error.code === 'invalidArgumnt').toBeBoolean();
    expectTypeOf<TransportDirection>().toEqualTypeOf<'send' | 'recv'>();
  });

  test('accepts an engine in the options of the dialects that it fits', () => {
    expectTypeOf(deviceEngine).returns.toEqualTypeOf<MediaEngine>();
    expectTypeOf(peerConnectionEngine).returns.toEqualTypeOf<PeerConnectionMedia>();
    mediasoupV3({ engine: deviceEngine({ iceTransportPolicy: 'relay' }) });
    pushPull({ engine: peerConnectionEngine({ configuration: { iceTransportPolicy: 'relay' } }) });
    // @ts-expect-error The options of the engine are given to deviceEngine().
    mediasoupV3({ media: { iceTransportPolicy: 'relay' } });
    // @ts-expect-error push-pull needs an engine that makes offers.
    pushPull({ engine: deviceEngine() });
  });

  test('types a room as a TypedEmitter', () => {
    expectTypeOf<Room>().toExtend<TypedEmitter<RoomEvents>>();
  });
});
