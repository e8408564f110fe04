import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { DATA_READY_TIMEOUT_MS } from '../../rooms/DataReceivers.ts';
import { openRooms } from '../../testing/openRooms.ts';
import type { OpenRoomsOptions } from '../../testing/openRooms.ts';
import type { V3Client } from '../../testing/V3Client.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();

/** Opens a room in which alice opens a channel, with a manual clock. */
async function openCall(options: OpenRoomsOptions = {}) {
  const roomClock = new ManualClock();
  const rooms = openRooms(backend(), { roomClock, ...options });
  const alice = await rooms.join('alice');
  return {
    rooms,
    roomClock,
    alice,
    peerOf: (peerId: string) => rooms.registry.get('room')!.peers.get(peerId)!,
    [Symbol.dispose]() {
      rooms[Symbol.dispose]();
    },
  };
}

/** Holds back the client's responses to offers of data channels, until the test accepts them. */
function holdAnswers({ connection }: V3Client) {
  const gate = Promise.withResolvers<undefined>();
  connection.answer = (method) => (method === 'newDataConsumer' ? gate.promise : undefined);
  return gate;
}

/** Opens a channel, and sends awaitDataConsumers. `isReady` returns whether the server has responded. */
async function openChannel(client: V3Client) {
  const { id: dataProducerId } = await client.produceData();
  const state = {
    dataProducerId,
    isReady: false,
    answer: client.sendMessage('awaitDataConsumers', { dataProducerId }),
  };
  state.answer = state.answer.finally(() => {
    state.isReady = true;
  });
  state.answer.catch(() => undefined);
  return state;
}

/** Sends a request whose response follows everything pending. */
const roundTrip = (client: V3Client) => client.connection.sendRequest('getRouterRtpCapabilities');

describe.each(['classic', 'notify'] as const)('awaitDataConsumers, %s', (variant) => {
  it('responds once every receiver has accepted and its messages flow', async () => {
    using call = await openCall({ variant });
    const [bob, carol] = [await call.rooms.join('bob'), await call.rooms.join('carol')];
    const [ofBob, ofCarol] = [holdAnswers(bob), holdAnswers(carol)];
    const channel = await openChannel(call.alice);
    await Promise.all([bob.connection.received('newDataConsumer'), carol.connection.received('newDataConsumer')]);
    ofBob.resolve(undefined);
    await roundTrip(bob);
    expect(channel.isReady).toBe(false);
    ofCarol.resolve(undefined);
    expect(await channel.answer).toEqual({});
    for (const peerId of ['bob', 'carol'])
      expect([...call.peerOf(peerId).receiving.dataConsumers.values()].map(({ accepted }) => accepted)).toEqual([true]);
    expect(call.roomClock.pending).toBe(0);
  });
});

describe('awaitDataConsumers', () => {
  it('responds at once when no other peer is in the room', async () => {
    using call = await openCall();
    expect(await (await openChannel(call.alice)).answer).toEqual({});
  });

  it.each<[string, (bob: V3Client, gate: PromiseWithResolvers<undefined>) => unknown]>([
    [
      'refuses',
      (_bob, gate) => {
        gate.reject(new Error('no'));
      },
    ],
    ['leaves', (bob) => bob.sendMessage('leaveRoom', undefined)],
    [
      'loses its connection',
      (bob) => {
        bob.connection.drop();
      },
    ],
  ])('stops waiting for a receiver that %s', async (_what, happen) => {
    using call = await openCall();
    const bob = await call.rooms.join('bob');
    const gate = holdAnswers(bob);
    const channel = await openChannel(call.alice);
    await bob.connection.received('newDataConsumer');
    expect(channel.isReady).toBe(false);
    await happen(bob, gate);
    expect(await channel.answer).toEqual({});
  });

  it('skips a disconnected peer, and waits for the peer after it resumes', async () => {
    using call = await openCall();
    const { client: bob, token } = await call.rooms.joinResumable('bob');
    holdAnswers(bob);
    const channel = await openChannel(call.alice);
    await bob.connection.received('newDataConsumer');
    bob.connection.drop();
    expect(await channel.answer).toEqual({});
    const gate = Promise.withResolvers<undefined>();
    const { connection } = call.rooms.connect('bob');
    connection.answer = (method) => (method === 'newDataConsumer' ? gate.promise : undefined);
    await bob.resume(connection, token);
    await connection.received('newDataConsumer');
    const again = call.alice.sendMessage('awaitDataConsumers', { dataProducerId: channel.dataProducerId });
    gate.resolve(undefined);
    expect(await again).toEqual({});
    expect([...call.peerOf('bob').receiving.dataConsumers.values()].map(({ accepted }) => accepted)).toEqual([true]);
  });

  it('counts a receiver that pauses before it accepts as ready', async () => {
    using call = await openCall();
    const bob = await call.rooms.join('bob');
    bob.connection.answer = async (method, data) => {
      const { id } = data as { id: string };
      if (method === 'newDataConsumer') await bob.sendMessage('pauseDataConsumer', { dataConsumerId: id });
    };
    expect(await (await openChannel(call.alice)).answer).toEqual({});
    expect([...call.peerOf('bob').receiving.dataConsumers.values()].map(({ paused }) => paused)).toEqual([true]);
  });

  it('waits for a peer that joins meanwhile', async () => {
    using call = await openCall();
    const bob = await call.rooms.join('bob');
    const ofBob = holdAnswers(bob);
    const channel = await openChannel(call.alice);
    await bob.connection.received('newDataConsumer');
    const carol = call.rooms.connect('carol');
    const ofCarol = holdAnswers(carol);
    await carol.enter();
    await carol.connection.received('newDataConsumer');
    ofBob.resolve(undefined);
    await roundTrip(bob);
    expect(channel.isReady).toBe(false);
    ofCarol.resolve(undefined);
    expect(await channel.answer).toEqual({});
  });

  it('responds after the deadline when a receiver stays silent, and skips that receiver from then on', async () => {
    using call = await openCall();
    const bob = await call.rooms.join('bob');
    const gate = holdAnswers(bob);
    const first = await openChannel(call.alice);
    await bob.connection.received('newDataConsumer');
    call.roomClock.advance(DATA_READY_TIMEOUT_MS - 1);
    await roundTrip(call.alice);
    expect(first.isReady).toBe(false);
    call.roomClock.advance(1);
    expect(await first.answer).toEqual({});
    expect(await (await openChannel(call.alice)).answer).toEqual({});

    // With its first response the receiver counts again.
    gate.resolve(undefined);
    const { id } = await bob.connection.received<{ id: string }>('newDataConsumer');
    await bob.sendMessage('pauseDataConsumer', { dataConsumerId: id });
    holdAnswers(bob);
    const third = await openChannel(call.alice);
    await bob.connection.received('newDataConsumer', ({ dataProducerId }: { dataProducerId: string }) => {
      return dataProducerId === third.dataProducerId;
    });
    await roundTrip(call.alice);
    expect(third.isReady).toBe(false);
  });

  it('delays no other request of the sender', async () => {
    using call = await openCall();
    const bob = await call.rooms.join('bob');
    holdAnswers(bob);
    const channel = await openChannel(call.alice);
    await bob.connection.received('newDataConsumer');
    await call.alice.produce('audio');
    expect(channel.isReady).toBe(false);
  });

  it('is refused when the data producer closes meanwhile', async () => {
    using call = await openCall();
    const bob = await call.rooms.join('bob');
    holdAnswers(bob);
    const { answer, dataProducerId } = await openChannel(call.alice);
    await bob.connection.received('newDataConsumer');
    await call.alice.sendMessage('closeDataProducer', { dataProducerId });
    await expect(answer).rejects.toMatchObject({ code: 404 });
    expect(call.roomClock.pending).toBe(0);
  });

  it('is unknown to an imitation of the stock server', async () => {
    using call = await openCall({ demoFaithful: true });
    const { id: dataProducerId } = await call.alice.produceData();
    await expect(call.alice.sendMessage('awaitDataConsumers', { dataProducerId })).rejects.toMatchObject({ code: 500 });
  });
});
