import { expectTypeOf, test } from 'vitest';
import {
  type Consumer,
  type ConsumerCloseReason,
  type EndReason,
  type LeaveReason,
  type PeerCloseReason,
  type Producer,
  type ProducerCloseReason,
  type Room,
  type RoomEvents,
  type Source,
  type TypedEmitter,
  TureenError,
  mediasoupV3,
  pushPull,
  roomEventNames,
} from './index.ts';
import { type MediaEngine, type PeerConnectionMedia, deviceEngine, peerConnectionEngine } from './ports.ts';

declare const room: Room;

test('payloads of events infer', () => {
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

test('a switch over the reasons of a producer is exhaustive, and finds a typo', () => {
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

test('reasons that an entity never has are no members', () => {
  expectTypeOf<Extract<ConsumerCloseReason, 'failed' | 'trackEnded' | 'sessionEnded'>>().toEqualTypeOf<never>();
  expectTypeOf<Extract<PeerCloseReason, 'local' | 'failed' | 'producerClosed'>>().toEqualTypeOf<never>();
});

test('an error is narrowed by TureenError.is, with a closed reason', () => {
  const error: unknown = null;
  if (TureenError.is(error)) expectTypeOf(error.reason).toEqualTypeOf<EndReason | undefined>();
});

test('collections are Maps, and a source accepts any text', () => {
  expectTypeOf(room.producers).toEqualTypeOf<ReadonlyMap<string, Producer>>();
  expectTypeOf(room.producerOf('camera')).toEqualTypeOf<Producer | null>();
  expectTypeOf<'whiteboard'>().toExtend<Source>();
  expectTypeOf(roomEventNames).toEqualTypeOf<readonly (keyof RoomEvents)[]>();
});

test('an engine is given in one way, to the dialects that it fits', () => {
  expectTypeOf(deviceEngine).returns.toEqualTypeOf<MediaEngine>();
  expectTypeOf(peerConnectionEngine).returns.toEqualTypeOf<PeerConnectionMedia>();
  mediasoupV3({ engine: deviceEngine({ iceTransportPolicy: 'relay' }) });
  pushPull({ engine: peerConnectionEngine({ configuration: { iceTransportPolicy: 'relay' } }) });
  // @ts-expect-error The options of the engine are given to deviceEngine().
  mediasoupV3({ media: { iceTransportPolicy: 'relay' } });
  // @ts-expect-error push-pull needs an engine that makes offers.
  pushPull({ engine: deviceEngine() });
});

test('a room is a TypedEmitter', () => {
  expectTypeOf<Room>().toExtend<TypedEmitter<RoomEvents>>();
});
