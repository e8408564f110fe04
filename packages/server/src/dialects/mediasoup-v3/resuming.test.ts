import type { NewConsumer } from '@tureen/protocol/mediasoup-v3';
import { describe, expect, it } from 'vitest';
import { openRooms } from '../../testing/openRooms.ts';
import { audioParameters } from '../../testing/rtp.ts';
import type { OpenRoomsOptions } from '../../testing/openRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';
import { idOf } from '../../testing/V3Client.ts';
import type { V3Client } from '../../testing/V3Client.ts';

const backend = useBackend();

type Rooms = ReturnType<typeof openRooms>;

const peerOf = (rooms: Rooms, id: string) => rooms.registry.get('room')?.peers.get(id);

/** Opens a call of Alice, who reconnects, and Bob; each sends audio and receives the other's. */
async function meet(options: OpenRoomsOptions = {}) {
  const rooms = openRooms(backend(), options);
  const { client: alice, token } = await rooms.joinResumable('alice', { displayName: 'Alice' });
  const bob = await rooms.join('bob');
  const { id: producerId } = await alice.produce('audio');
  const { id: bobsProducerId } = await bob.produce('audio');
  const consumerId = idOf(await alice.connection.received('newConsumer'), 'consumerId');
  const bobsConsumerId = idOf(await bob.connection.received('newConsumer'), 'consumerId');
  await alice.connection.received('consumerScore');
  await bob.connection.received('consumerScore');
  const holds = { producers: [producerId], consumers: [consumerId] };
  const ids = { producerId, consumerId, bobsProducerId, bobsConsumerId };
  return { rooms, alice, bob, token, holds, ...ids, [Symbol.dispose]: () => rooms[Symbol.dispose]() };
}

const isOf = (id: string) => (data: { consumerId: string }) => data.consumerId === id;

/** Returns the names of notifications, in order. */
const notificationsOf = ({ connection }: V3Client) =>
  connection.arrivals.flatMap((arrival) => ('method' in arrival ? arrival.method : []));

describe.each(['classic', 'notify'] as const)('resume by a token, %s', (variant) => {
  it('continues unchanged; the others receive only the disconnect and the reconnect', async () => {
    using call = await meet({ variant });
    const { rooms, alice, bob, token, holds, producerId, consumerId, bobsConsumerId } = call;
    await alice.sendMessage('pauseConsumer', { consumerId });
    await alice.sendMessage('pauseProducer', { producerId });
    alice.connection.drop();
    const answer = await alice.resume(rooms.connect('alice').connection, token, holds);
    expect(answer).toMatchObject({
      peers: [{ id: 'bob' }],
      resumed: {
        producers: [{ id: producerId, paused: true }],
        consumers: [{ id: consumerId, paused: true, producerPaused: false }],
        dataProducers: [],
        dataConsumers: [],
      },
    });
    expect(answer.extensions).toContain('resumeToken');
    expect(answer.resumeToken).not.toBe(token);
    expect(await alice.connection.received('consumerScore')).toMatchObject({ consumerId });
    expect(notificationsOf(alice).filter((method) => method === 'newConsumer')).toEqual([]);

    await alice.sendMessage('resumeProducer', { producerId });
    expect(await bob.connection.received('consumerResumed')).toEqual({ consumerId: bobsConsumerId });
    expect(notificationsOf(bob).filter((method) => /^peer|newPeer|Closed/.test(method))).toEqual([
      'peerReconnecting',
      'peerReconnected',
    ]);
    expect(rooms.registry.get('room')!.peers.size).toBe(2);
    expect(rooms.logs.messages()).toContain('resumed peer');
    expect(rooms.logs.messages().filter((text) => text.startsWith('peer closed'))).toEqual([]);
    expect(rooms.logs.lines.filter(({ level }) => level >= 40)).toEqual([]);
    rooms.registry.close();
    expect(rooms.clock.pending).toBe(0);
  });
});

describe('what a disconnected peer missed', () => {
  it('is offered after the response when it is new, and absent from the response when it closed', async () => {
    using call = await meet();
    const { rooms, alice, bob, token, holds, bobsProducerId } = call;
    alice.connection.drop();
    await bob.sendMessage('closeProducer', { producerId: bobsProducerId });
    const { id: newProducerId } = await bob.produce('video');
    await bob.produceData();
    const { resumed } = await alice.resume(rooms.connect('alice').connection, token, holds);
    expect(resumed).toMatchObject({ producers: [{ id: holds.producers[0] }], consumers: [] });
    expect(await alice.connection.received('newConsumer')).toMatchObject({ peerId: 'bob', producerId: newProducerId });
    expect(await alice.connection.received('newDataConsumer')).toMatchObject({ peerId: 'bob' });
    const answered = alice.connection.arrivals.findIndex(({ kind }) => kind === 'answer');
    const offered = alice.connection.arrivals.findIndex(({ kind }) => kind === 'request');
    expect(offered).toBeGreaterThan(answered);
  });

  it('is offered again when the peer had not responded to the offer', async () => {
    using call = await meet();
    const { rooms, alice, bob, token, holds } = call;
    alice.connection.answer = () => new Promise(() => {});
    await bob.produce('video');
    const lost = await alice.connection.received<NewConsumer>(
      'newConsumer',
      ({ kind }: NewConsumer) => kind === 'video',
    );
    alice.connection.drop();
    const { resumed } = await alice.resume(rooms.connect('alice').connection, token, holds);
    expect(resumed?.consumers).toHaveLength(1);
    const offered = await alice.connection.received<NewConsumer>('newConsumer');
    expect(offered).toMatchObject({ producerId: lost.producerId, kind: 'video' });
    expect(offered.id).not.toBe(lost.id);
    expect(await alice.connection.received('consumerScore', isOf(offered.id))).toMatchObject({
      consumerId: offered.id,
    });
    expect(notificationsOf(alice)).not.toContain('consumerClosed');
    expect(peerOf(rooms, 'alice')!.receiving.consumers.size).toBe(2);
  });

  it('counts as received when only the response was lost', async () => {
    using call = await meet();
    const { rooms, alice, bob, token, holds } = call;
    alice.connection.answer = () => new Promise(() => {});
    await bob.produceData();
    const { id: dataConsumerId } = await alice.connection.received<{ id: string }>('newDataConsumer');
    await bob.produce('video');
    const { id } = await alice.connection.received<NewConsumer>(
      'newConsumer',
      ({ kind }: NewConsumer) => kind === 'video',
    );
    alice.connection.drop();
    const having = { ...holds, consumers: [...holds.consumers, id], dataConsumers: [dataConsumerId] };
    const { resumed } = await alice.resume(rooms.connect('alice').connection, token, having);
    expect(resumed).toMatchObject({ consumers: [{}, { id, paused: false }], dataConsumers: [dataConsumerId] });
    await alice.connection.received('consumerScore', isOf(id));
    expect(notificationsOf(alice)).not.toContain('newConsumer');
  });

  it('is not offered again after the client had closed the consumer', async () => {
    using call = await meet();
    const { rooms, alice, token, holds, consumerId } = call;
    await alice.sendMessage('closeConsumer', { consumerId });
    alice.connection.drop();
    const { resumed } = await alice.resume(rooms.connect('alice').connection, token, holds);
    expect(resumed?.consumers).toEqual([]);
    await alice.sendMessage('textMessage', { text: 'here I am' });
    expect(notificationsOf(alice)).not.toContain('newConsumer');
  });
});

describe('a data consumer', () => {
  it('is not offered again when its client closed it while disconnected; an unknown one is', async () => {
    using call = await meet();
    const { rooms, alice, bob, token, holds } = call;
    const first = await bob.produceData('first');
    await alice.connection.received('newDataConsumer');
    const unanswered = Promise.withResolvers<undefined>();
    alice.connection.answer = () => unanswered.promise;
    await bob.produceData('second');
    await alice.connection.received('newDataConsumer', ({ label }: { label: string }) => label === 'second');
    alice.connection.drop();
    const { resumed } = await alice.resume(rooms.connect('alice').connection, token, holds);
    expect(resumed?.dataConsumers).toEqual([]);
    await alice.connection.received('newDataConsumer', ({ label }: { label: string }) => label === 'second');
    await alice.sendMessage('textMessage', { text: 'here I am' });
    expect(alice.connection.allReceived('newDataConsumer')).toHaveLength(1);
    expect(peerOf(rooms, 'bob')!.sending.dataProducers.has(first.id)).toBe(true);
  });

  it('stays paused when it was paused', async () => {
    using call = await meet();
    const { rooms, alice, bob, token, holds } = call;
    await bob.produceData();
    const { id: dataConsumerId } = await alice.connection.received<{ id: string }>('newDataConsumer');
    await alice.sendMessage('pauseDataConsumer', { dataConsumerId });
    alice.connection.drop();
    const next = rooms.connect('alice').connection;
    await alice.resume(next, token, { ...holds, dataConsumers: [dataConsumerId] });
    expect(peerOf(rooms, 'alice')!.receiving.dataConsumers.get(dataConsumerId)?.paused).toBe(true);
  });
});

describe('an entity that the client does not know', () => {
  it('is closed', async () => {
    using call = await meet();
    const { rooms, alice, bob, token, producerId, consumerId, bobsConsumerId, bobsProducerId } = call;
    const { id: dataProducerId } = await alice.produceData();
    await bob.produceData();
    const { id: bobsDataConsumerId } = await bob.connection.received<{ id: string }>('newDataConsumer');
    await alice.connection.received('newDataConsumer');
    alice.connection.drop();
    const { resumed } = await alice.resume(rooms.connect('alice').connection, token);
    expect(resumed).toEqual({ producers: [], consumers: [], dataProducers: [], dataConsumers: [] });
    expect(await bob.connection.received('consumerClosed')).toMatchObject({ consumerId: bobsConsumerId });
    expect(await bob.connection.received('dataConsumerClosed')).toMatchObject({ dataConsumerId: bobsDataConsumerId });
    await expect(alice.sendMessage('pauseProducer', { producerId })).rejects.toMatchObject({ code: 404 });
    await expect(alice.sendMessage('getDataProducerStats', { dataProducerId })).rejects.toMatchObject({ code: 404 });
    await expect(alice.sendMessage('pauseConsumer', { consumerId })).rejects.toMatchObject({ code: 404 });
    // The peer receives media all the same.
    expect(await alice.connection.received('newConsumer')).toMatchObject({ producerId: bobsProducerId });
    await alice.connection.received('newDataConsumer');
  });

  it('is closed when it was created as the connection dropped', async () => {
    using call = await meet();
    const { rooms, alice, bob, token, holds } = call;
    const { connection } = rooms.connect('alice');
    const rtpParameters = audioParameters();
    const making = alice.sendMessage('produce', {
      transportId: alice.sendTransport!.id,
      kind: 'audio',
      rtpParameters,
      appData: {},
    });
    alice.connection.drop();
    const { resumed } = await alice.resume(connection, token, holds);
    await making;
    expect(resumed?.producers).toEqual([{ id: holds.producers[0], paused: false }]);
    expect([...peerOf(rooms, 'alice')!.sending.producers.keys()]).toEqual(holds.producers);
    // Bob may have been notified of the producer, and of its close.
    await bob.sendMessage('textMessage', { text: 'hm' });
    expect(peerOf(rooms, 'bob')!.receiving.consumers.size).toBe(1);
  });

  it('may be named by another client, or by none: such IDs have no effect', async () => {
    using call = await meet();
    const { rooms, alice, token, holds, bobsProducerId, bobsConsumerId } = call;
    alice.connection.drop();
    const greedy = {
      producers: [...holds.producers, bobsProducerId, 'unknown'],
      consumers: [...holds.consumers, bobsConsumerId, '__proto__'],
    };
    const { resumed } = await alice.resume(rooms.connect('alice').connection, token, greedy);
    expect(resumed).toMatchObject({ producers: [{ id: holds.producers[0] }], consumers: [{ id: holds.consumers[0] }] });
    expect(resumed?.producers).toHaveLength(1);
    expect(resumed?.consumers).toHaveLength(1);
    expect(peerOf(rooms, 'bob')!.sending.producers.size).toBe(1);
  });
});

describe('a resume token', () => {
  it.each([
    ['was never issued', 'A'.repeat(22)],
    ['is empty', ''],
    ['is longer than any valid one', 'A'.repeat(10_000)],
  ])('is refused when it %s, and the connection is as new', async (_which, wrong) => {
    using call = await meet();
    const { rooms, alice, bob, token, holds } = call;
    alice.connection.drop();
    const again = rooms.connect('alice');
    await expect(alice.resume(again.connection, wrong, holds)).rejects.toMatchObject({
      code: 410,
      message: 'nothing to resume',
    });
    expect(bob.connection.allReceived('peerReconnected')).toEqual([]);
    // A refused attempt does not invalidate the real token.
    expect((await alice.resume(again.connection, token, holds)).resumed?.producers).toHaveLength(1);
  });

  it('allows a join on the same connection after its refusal, which replaces the disconnected peer', async () => {
    using call = await meet();
    const { rooms, alice, bob, holds } = call;
    alice.connection.drop();
    const again = rooms.connect('alice');
    await expect(alice.resume(again.connection, 'wrong', holds)).rejects.toMatchObject({ code: 410 });
    await again.enter({ canResume: true });
    expect(bob.connection.allReceived('peerClosed')).toEqual([{ peerId: 'alice', reason: 'replaced' }]);
    expect(await again.connection.received('newConsumer')).toMatchObject({ peerId: 'bob' });
  });

  it('is valid once', async () => {
    using call = await meet();
    const { rooms, alice, token, holds } = call;
    alice.connection.drop();
    const { resumeToken } = await alice.resume(rooms.connect('alice').connection, token, holds);
    alice.connection.drop();
    await expect(alice.resume(rooms.connect('alice').connection, token, holds)).rejects.toMatchObject({ code: 410 });
    expect(await alice.resume(rooms.connect('alice').connection, resumeToken, holds)).toHaveProperty('resumed');
  });

  it('is refused when it was issued to another peer or room', async () => {
    using call = await meet();
    const { rooms, alice, token, holds } = call;
    alice.connection.drop();
    const carol = await rooms.joinResumable('carol');
    carol.client.connection.drop();
    const asCarol = rooms.connect('carol');
    await expect(alice.resume(asCarol.connection, token, holds)).rejects.toMatchObject({ code: 410 });
    const elsewhere = rooms.connect('alice', 'elsewhere');
    await expect(alice.resume(elsewhere.connection, token, holds)).rejects.toMatchObject({ code: 410 });
    expect(peerOf(rooms, 'alice')).toMatchObject({ reconnecting: true });
  });

  it('resumes one of two connections that use it at once', async () => {
    using call = await meet();
    const { rooms, alice, token, holds } = call;
    alice.connection.drop();
    const connections = [rooms.connect('alice').connection, rooms.connect('alice').connection];
    const results = await Promise.allSettled(connections.map((connection) => alice.resume(connection, token, holds)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(results[1]).toMatchObject({ reason: { code: 410 } });
    expect(connections.map(({ closed }) => closed)).toEqual([false, false]);
  });

  it('is refused on a connection that has joined', async () => {
    using call = await meet();
    const { rooms, alice, token, holds } = call;
    await expect(alice.resume(alice.connection, token, holds)).rejects.toMatchObject({
      code: 500,
      message: 'Peer already joined',
    });
    alice.connection.drop();
    expect(await alice.resume(rooms.connect('alice').connection, token, holds)).toHaveProperty('resumed');
  });
});

describe('a connection that resumes', () => {
  it('replaces a connection that still seems open, which closes without a reason', async () => {
    using call = await meet();
    const { rooms, alice, bob, token, holds } = call;
    const old = alice.connection;
    const { length } = old.arrivals;
    await alice.resume(rooms.connect('alice').connection, token, holds);
    expect(old.arrivals.slice(length)).toEqual([{ kind: 'closed', code: 4000, reason: 'replaced' }]);
    expect(notificationsOf(bob).filter((method) => method.startsWith('peer'))).toEqual([
      'peerReconnecting',
      'peerReconnected',
    ]);
    rooms.registry.kick('room', 'alice');
    expect(await alice.connection.whenClosed()).toMatchObject({ reason: 'kicked' });
  });

  it('may do so in a full room, and after the join timeout', async () => {
    using call = await meet({ limits: { maxPeersPerRoom: 2 }, joinTimeoutMs: 3000 });
    const { rooms, alice, token, holds } = call;
    alice.connection.drop();
    rooms.clock.advance(10_000);
    await alice.resume(rooms.connect('alice').connection, token, holds);
    rooms.clock.advance(10_000);
    expect(alice.connection.closed).toBe(false);
    expect(rooms.connect('carol').connection).toBeDefined();
  });

  it('waits for pending requests of the earlier connection, and is refused when one of them is a leave', async () => {
    using call = await meet();
    const { rooms, alice, token, holds } = call;
    const { connection } = rooms.connect('alice');
    const making = alice.createTransport('send');
    const left = alice.sendMessage('leaveRoom', undefined);
    alice.connection.drop();
    await expect(alice.resume(connection, token, holds)).rejects.toMatchObject({ code: 410 });
    await Promise.all([making, left]);
  });

  it('may drop before the server reads the request: its token stays valid', async () => {
    using call = await meet();
    const { rooms, alice, token, holds } = call;
    alice.connection.drop();
    const { connection } = rooms.connect('alice');
    const resuming = alice.resume(connection, token, holds);
    connection.drop();
    await expect(resuming).rejects.toThrow();
    expect(await alice.resume(rooms.connect('alice').connection, token, holds)).toHaveProperty('resumed');
  });

  it('may drop before its response: then the peer is closed, as no client has the next token', async () => {
    using call = await meet();
    const { rooms, alice, bob, token, holds } = call;
    const { connection } = rooms.connect('alice');
    const making = alice.createTransport('send');
    const resuming = alice.resume(connection, token, holds);
    await bob.connection.received('peerReconnecting');
    connection.drop();
    await expect(resuming).rejects.toThrow();
    await making;
    expect(await bob.connection.received('peerClosed')).toEqual({ peerId: 'alice', reason: 'disconnected' });
    expect(rooms.clock.pending).toBe(0);
  });

  it('may drop repeatedly', async () => {
    using call = await meet();
    const { rooms, alice, bob, token, holds } = call;
    let next: string | undefined = token;
    for (let i = 0; i < 5; i += 1) {
      alice.connection.drop();
      rooms.clock.advance(19_000);
      next = (await alice.resume(rooms.connect('alice').connection, next, holds)).resumeToken;
    }
    rooms.clock.advance(60_000);
    expect(peerOf(rooms, 'alice')).toMatchObject({ reconnecting: false });
    expect(notificationsOf(bob).filter((method) => method.startsWith('peer'))).toHaveLength(10);
    expect((await backend().dump())[0]?.routers).toHaveLength(1);
    rooms.registry.close();
    expect(rooms.clock.pending).toBe(0);
  });

  it('applies the display name that the user changed meanwhile', async () => {
    using call = await meet();
    const { rooms, alice, bob, token, holds } = call;
    alice.connection.drop();
    await alice.resume(rooms.connect('alice').connection, token, holds, { displayName: 'Alicia' });
    expect(bob.connection.allReceived('peerDisplayNameChanged')).toEqual([
      { peerId: 'alice', displayName: 'Alicia', oldDisplayName: 'Alice' },
    ]);
  });

  it('leaves nothing of the peer that it had before the resume', async () => {
    using call = await meet();
    const { rooms, alice, bob, token, holds } = call;
    alice.connection.drop();
    const again = rooms.connect('alice');
    await again.loadDevice();
    await again.createTransport('send');
    await alice.resume(again.connection, token, holds);
    expect(peerOf(rooms, 'alice')!.transports.size).toBe(2);
    const [worker] = await backend().dump();
    expect(worker?.routers).toHaveLength(1);
    expect(notificationsOf(bob)).not.toContain('peerClosed');
    await alice.produce('video');
  });
});
