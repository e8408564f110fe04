import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { DataProducer } from '../../rooms/DataProducer.ts';
import { openRooms } from '../../testing/openRooms.ts';
import type { OpenRoomsOptions } from '../../testing/openRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();
const part = new Uint8Array(16_384);

interface Lost {
  readonly dataConsumerId?: string;
  readonly dataProducerId?: string;
  readonly peerId?: string;
  readonly count: number;
}

/**
 * Opens a call in which alice sends to bob, whose end reads nothing. The worker keeps what fits into its send buffer and
 * drops the rest. This process sends the messages, as the test has no SCTP.
 */
async function openCall(options: OpenRoomsOptions = {}) {
  const roomClock = new ManualClock();
  const rooms = openRooms(backend(), { roomClock, ...options });
  const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
  const room = rooms.registry.get('room')!;
  const direct = await room.router.createDirectTransport({ maxConsumedBytes: 65_536, maxProducedBytes: 65_536 });
  const media = await direct.produceData({ label: 'file', protocol: '' });
  const peer = room.peers.get('alice')!;
  const dataProducer = new DataProducer({ media, peer, appData: {}, clock: roomClock, onClosed: () => {} });
  room.offerDataProducer(dataProducer);
  await dataProducer.receivers.whenReady();
  const dataConsumer = [...room.peers.get('bob')!.receiving.dataConsumers.values()][0]!;
  return {
    rooms,
    roomClock,
    alice,
    bob,
    dataProducer,
    dataConsumer,

    /** Sends that number of messages. Resolves when the worker has handled them. */
    async send(count: number) {
      for (let n = 0; n < count; n += 1) media.send(part);
      await dataProducer.getStats();
      // mediasoup delivers notifications a turn later than responses, so before the next response.
      await dataProducer.getStats();
    },

    [Symbol.dispose]() {
      rooms[Symbol.dispose]();
    },
  };
}

const countOf = (all: unknown[]) => (all as Lost[]).reduce((sum, { count }) => sum + count, 0);

describe('messages that the worker drops', () => {
  it('are reported to both ends, the first at once and the others once a second', async () => {
    using call = await openCall();
    const { alice, bob, rooms, roomClock, dataProducer, dataConsumer } = call;
    await call.send(200);
    expect(bob.connection.allReceived('messagesLost')).toEqual([{ dataConsumerId: dataConsumer.id, count: 1 }]);
    expect(alice.connection.allReceived('messagesLost')).toEqual([
      { dataProducerId: dataProducer.id, peerId: 'bob', count: 1 },
    ]);
    roomClock.advance(1000);
    const lost = countOf(bob.connection.allReceived('messagesLost'));
    expect(lost).toBeGreaterThan(50);
    expect(lost).toBeLessThan(150);
    expect(countOf(alice.connection.allReceived('messagesLost'))).toBe(lost);

    await call.send(10);
    roomClock.advance(1000);
    expect(countOf(bob.connection.allReceived('messagesLost'))).toBe(lost + 10);
    expect(bob.connection.allReceived('messagesLost')).toHaveLength(3);
    expect(rooms.registry.lostMessages).toBe(lost + 10);

    // Without lost messages there is no report.
    roomClock.advance(5000);
    expect(bob.connection.allReceived('messagesLost')).toHaveLength(3);
    expect(roomClock.pending).toBe(0);
  });

  it('are reported before the data consumer closes', async () => {
    using call = await openCall();
    await call.send(200);
    call.dataProducer.close();
    const ofData = call.bob.connection.arrivals.flatMap((one) =>
      'method' in one && ['messagesLost', 'dataConsumerClosed'].includes(one.method) ? [one.method] : [],
    );
    expect(ofData).toEqual(['messagesLost', 'messagesLost', 'dataConsumerClosed']);
    expect(call.roomClock.pending).toBe(0);
  });

  it('are not reported while the owner has paused', async () => {
    using call = await openCall();
    await call.bob.sendMessage('pauseDataConsumer', { dataConsumerId: call.dataConsumer.id });
    await call.send(200);
    expect(call.bob.connection.allReceived('messagesLost')).toEqual([]);
  });

  it('are not reported by an imitation of the stock server', async () => {
    using call = await openCall({ demoFaithful: true });
    await call.send(200);
    expect(call.rooms.registry.lostMessages).toBe(1); // Only the first; the others are still being counted.
    expect(call.alice.connection.allReceived('messagesLost')).toEqual([]);
  });
});
