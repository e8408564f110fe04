import { describe, expect, it, vi } from 'vitest';
import { emitOn, ManualClock } from '@tureen/kernel';
import type { TypedEmitter } from '@tureen/kernel';
import type { MediaTransportEvents } from '../engine/port/MediaTransport.ts';
import { DirectReception, DirectVideo } from '../engine/mediasoup/testing/DirectMedia.ts';
import { watchRouters } from '../engine/mediasoup/testing/watchRouters.ts';
import { capturedLogs } from '../testing/capturedLogs.ts';
import { useBackend } from '../testing/useBackend.ts';
import type { CreateTransportOptions } from './PeerOptions.ts';
import { RoomRegistry } from './RoomRegistry.ts';
import type { Transport } from './Transport.ts';

type Room = Awaited<ReturnType<typeof meet>>;
type Newcomer = Awaited<ReturnType<Room['newcomer']>>;

const routers = watchRouters();
const backend = useBackend();

/** Reports a handshake that the client of that transport does not really make. */
function handshakeOf({ media }: Transport, clock: ManualClock) {
  const emitter = media as unknown as TypedEmitter<MediaTransportEvents>;
  const ice = (state: 'connected' | 'completed') => {
    emitOn(emitter, 'iceStateChanged', { state });
  };
  return {
    /** Up to the nomination. */
    nominate(): void {
      emitOn(emitter, 'dtlsStateChanged', { state: 'connecting' });
      ice('connected');
      clock.advance(100);
      ice('completed');
    },
    connect(): void {
      emitOn(emitter, 'dtlsStateChanged', { state: 'connected' });
    },
  };
}

/** Opens a room with a sender, 150 ms away, whose key frames pass the real worker. */
async function meet() {
  const clock = new ManualClock();
  const logs = capturedLogs();
  const registry = new RoomRegistry({ backend: backend(), logger: logs.logger, clock });
  const enter = async (id: string) => {
    const peer = await registry.enter('room', { id, dialect: 'test' });
    peer.join({});
    return peer;
  };
  const sender = await enter('sender');
  const router = routers.latest;
  const video = await DirectVideo.produce(router, sender, { clock });
  const { producer } = video;
  sender.signalingRoundTrip.handleConnection((onMeasured) => {
    onMeasured(150);
  });
  video.start();
  await video.frames(2);
  return {
    clock,
    registry,
    router,
    video,
    producer,
    enter,
    /** Adds a peer whose consumer is offered, and by default accepted, before its transport is connected. */
    async newcomer(
      id: string,
      { accepts = true, ...options }: Partial<CreateTransportOptions> & { accepts?: boolean } = {},
    ) {
      const peer = await enter(id);
      const transport = await peer.createTransport({ isProducing: false, isConsuming: true, ...options });
      const { rtpCapabilities } = peer.room;
      const consumer = await peer.receiving.pull(producer, { transport, rtpCapabilities, mid: '0' });
      if (accepts) await consumer.accept();
      return { peer, transport, consumer, handshake: handshakeOf(transport, clock) };
    },
    /** Counts the requests to the worker from now on, without those of the watchdog, which have no address. */
    spyOnWorker() {
      const { transportsForTesting } = router as unknown as { transportsForTesting: Map<string, unknown> };
      const [transport] = transportsForTesting.values();
      const { channelForTesting } = transport as { channelForTesting: { request(...args: unknown[]): unknown } };
      const spy = vi.spyOn(channelForTesting, 'request');
      return {
        get requests() {
          return spy.mock.calls.filter(([, , , address]) => address !== undefined).length;
        },
        [Symbol.dispose]() {
          spy.mockRestore();
        },
      };
    },
    [Symbol.dispose]() {
      video.stop();
      registry.close();
    },
  };
}

/** Collects the consumers on direct transports of that router, and counts their packets. */
function watchDirectConsumers(router: ReturnType<typeof routers.all.at> & object) {
  const seen = { transports: 0, open: 0, consumers: 0, packets: 0 };
  router.observer.on('newtransport', (transport) => {
    if (transport.type !== 'direct') return;
    seen.transports += 1;
    transport.observer.on('newconsumer', (consumer) => {
      seen.consumers += 1;
      seen.open += 1;
      consumer.on('rtp', () => {
        seen.packets += 1;
      });
      consumer.observer.on('close', () => {
        seen.open -= 1;
      });
    });
  });
  return seen;
}

describe('early key frames', () => {
  it('are requested with the nomination, before the transport is connected', async () => {
    using room = await meet();
    const { handshake } = await room.newcomer('late');
    const requested = room.video.requested();
    const before = room.video.requests;
    handshake.nominate();
    await requested;
    expect(room.video.requests - before).toBe(1);
    expect(room.registry.earlyKeyFrames).toEqual({ requested: 1, used: 0, missed: 0 });
  });

  it('are requested for a consumer that its owner accepts before the handshake ends, without the acceptance', async () => {
    using room = await meet();
    const { consumer, handshake } = await room.newcomer('late', { accepts: false });
    consumer.sendEarly(150);
    const requested = room.video.requested();
    handshake.nominate();
    await requested;
    const arrived = new Promise<void>((resolve) => room.producer.keyFrames.onNext(resolve));
    handshake.connect();
    await arrived;
    expect(consumer.isActive).toBe(true);
    expect(room.registry.earlyKeyFrames).toEqual({ requested: 1, used: 1, missed: 0 });
  });

  it('wait for the acceptance where the owner is not ready when the handshake ends', async () => {
    using room = await meet();
    const { consumer, handshake } = await room.newcomer('late', { accepts: false });
    consumer.sendEarly(1000);
    handshake.nominate();
    handshake.connect();
    expect(consumer.isActive).toBe(false);
    await consumer.accept();
    expect(consumer.isActive).toBe(true);
    expect(room.registry.earlyKeyFrames.requested).toBe(0);
    expect(room.clock.pending).toBe(0);
  });

  it('let video flow before the acceptance where the transport is connected meanwhile', async () => {
    using room = await meet();
    const { consumer, handshake } = await room.newcomer('late', { accepts: false });
    consumer.sendEarly(1000);
    handshake.nominate();
    handshake.connect();
    // The sender takes 150 ms, and the nomination took 100.
    room.clock.advance(749);
    expect(consumer.isActive).toBe(false);
    room.clock.advance(1);
    expect(consumer.isActive).toBe(true);
  });

  it('count as used where they arrive after the transport is connected', async () => {
    using room = await meet();
    const { handshake } = await room.newcomer('late');
    handshake.nominate();
    const arrived = new Promise<void>((resolve) => room.producer.keyFrames.onNext(resolve));
    handshake.connect();
    await arrived;
    expect(room.registry.earlyKeyFrames).toEqual({ requested: 1, used: 1, missed: 0 });
  });

  it('count as missed where they arrive before', async () => {
    using room = await meet();
    const { handshake } = await room.newcomer('late');
    handshake.nominate();
    await new Promise<void>((resolve) => room.producer.keyFrames.onNext(resolve));
    handshake.connect();
    expect(room.registry.earlyKeyFrames).toEqual({ requested: 1, used: 0, missed: 1 });
  });

  it('measure the delay of the sender', async () => {
    using room = await meet();
    const { handshake } = await room.newcomer('late');
    expect(room.producer.keyFrames.delayMs).toBeUndefined();
    handshake.nominate();
    expect(room.producer.keyFrames.delayMs).toBe(150);
    await new Promise<void>((resolve) => room.producer.keyFrames.onNext(resolve));
    expect(room.producer.keyFrames.delayMs).toBeLessThan(150);
  });

  it('need no consumer that stays, and bring no packet into the main process', async () => {
    using room = await meet();
    const seen = watchDirectConsumers(room.router);
    room.producer.keyFrames.watch();
    for (let n = 0; n < 2; n += 1) {
      const arrived = new Promise<void>((resolve) => room.producer.keyFrames.onNext(resolve));
      expect(room.producer.keyFrames.requestEarly()).toBe('requested');
      await arrived;
      room.clock.advance(500);
    }
    await room.video.frames(2);
    expect(seen).toEqual({ transports: 1, consumers: 2, open: 0, packets: 0 });
  });

  it('cost one request to the worker where another consumer receives the producer', async () => {
    using room = await meet();
    const receiving = await DirectReception.open(room.router, await room.enter('receiver'), room.producer);
    await receiving.consumer.accept();
    await receiving.shown;
    room.clock.advance(1000);
    const joiners = [await room.newcomer('one'), await room.newcomer('other')];
    using worker = room.spyOnWorker();
    const requested = room.video.requested();
    for (const { handshake } of joiners) handshake.nominate();
    await requested;
    // Enables the trace of the producer, and requests the key frame.
    expect(worker.requests).toBe(2);
    expect(room.registry.earlyKeyFrames.requested).toBe(1);
  });

  it('cost nothing where the transport of no receiver connects', async () => {
    using room = await meet();
    const peer = await room.enter('late');
    const transport = await peer.createTransport({ isProducing: false, isConsuming: true });
    const { rtpCapabilities } = peer.room;
    using worker = room.spyOnWorker();
    const consumer = await peer.receiving.pull(room.producer, { transport, rtpCapabilities, mid: '0' });
    await consumer.accept();
    // Creates the consumer, and resumes it.
    expect(worker.requests).toBe(2);
  });

  it('are not requested on a transport without them', async () => {
    using room = await meet();
    const { handshake } = await room.newcomer('late', { requestsEarlyKeyFrames: false });
    using worker = room.spyOnWorker();
    handshake.nominate();
    expect(worker.requests).toBe(0);
    expect(room.clock.pending).toBe(0);
  });

  it.each([
    { when: 'the producer is paused', end: ({ producer }: Room) => producer.pause() },
    { when: 'the producer closed', end: async ({ producer }: Room) => producer.close() },
    { when: 'the consumer is paused', end: (_room: Room, { consumer }: Newcomer) => consumer.pause() },
    { when: 'the consumer closed', end: async (_room: Room, { consumer }: Newcomer) => consumer.close('owner') },
    { when: 'the transport closed', end: async (_room: Room, { transport }: Newcomer) => transport.close('owner') },
    { when: 'the peer closed', end: async (_room: Room, { peer }: Newcomer) => peer.close({ reason: 'left' }) },
  ])('are not requested where $when', async ({ end }) => {
    using room = await meet();
    const late = await room.newcomer('late');
    await end(room, late);
    late.handshake.nominate();
    expect(room.registry.earlyKeyFrames.requested).toBe(0);
    expect(room.clock.pending).toBe(0);
  });
});
