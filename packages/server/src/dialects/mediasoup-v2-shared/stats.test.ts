import { describe, expect, it } from 'vitest';
import { openV2Rooms } from '../../testing/openV2Rooms.ts';
import { useBackend } from '../../testing/useBackend.ts';
import type { V2Client } from '../../testing/V2Client.ts';

const backend = useBackend();

async function openCall() {
  const rooms = openV2Rooms(backend());
  const [alice, bob] = [await rooms.join('mediasoup-v2', 'alice'), await rooms.join('mediasoup-v2', 'bob')];
  const producer = await alice.produce('audio');
  const entry = await bob.received('newConsumer');
  await bob.enable(entry);
  return { rooms, alice, bob, producer, consumer: entry.id as number, [Symbol.dispose]: () => rooms.registry.close() };
}

/** Resolves when that number of notifications arrived. */
async function whenReceived(client: V2Client, word: string, count: number): Promise<void> {
  while (client.all(word).length < count) await client.next(word);
}

/** Resolves when earlier notifications are handled and their effects have arrived. */
async function settled(client: V2Client): Promise<void> {
  for (let i = 0; i < 3; i += 1) await client.sendMessage('restartTransport', { id: (client.send ?? client.recv)!.id });
}

describe('statistics', () => {
  it.each([
    ['Transport', 'alice', {}],
    ['Producer', 'alice', {}],
    ['Consumer', 'bob', { peerName: 'alice' }],
  ] as const)('of a %s arrive at once, then at each interval, until they are disabled', async (what, who, extra) => {
    using call = await openCall();
    const client = call[who];
    const id = { Transport: call.alice.send!.id, Producer: call.producer, Consumer: call.consumer }[what];
    const word = `${what.toLowerCase()}Stats`;
    await client.sendMessage(`enable${what}Stats`, { id, interval: 2000 });
    await whenReceived(client, word, 1);
    expect(client.all(word)[0]).toEqual({
      method: word,
      target: 'peer',
      notification: true,
      id,
      ...extra,
      stats: expect.any(Array),
    });
    call.rooms.clock.advance(1999);
    await settled(client);
    expect(client.all(word)).toHaveLength(1);
    call.rooms.clock.advance(1);
    await whenReceived(client, word, 2);
    call.rooms.clock.advance(2000);
    await whenReceived(client, word, 3);
    await client.sendMessage(`disable${what}Stats`, { id });
    await settled(client);
    call.rooms.clock.advance(10_000);
    await settled(client);
    expect(client.all(word)).toHaveLength(3);
    expect(call.rooms.clock.pending).toBe(0);
  });

  it('have the fields that every dialect has', async () => {
    using call = await openCall();
    await call.alice.sendMessage('enableTransportStats', { id: call.alice.send!.id });
    expect(await call.alice.received('transportStats')).toMatchObject({
      stats: [{ type: 'webrtc-transport', timestamp: expect.any(Number) }],
    });
  });

  it('arrive no more than once a second, and once a second without an interval', async () => {
    using call = await openCall();
    const { alice, producer, rooms } = call;
    for (const [times, data] of [{ interval: 1 }, {}].entries()) {
      await alice.sendMessage('enableProducerStats', { id: producer, ...data });
      await whenReceived(alice, 'producerStats', 2 * times + 1);
      rooms.clock.advance(999);
      await settled(alice);
      expect(alice.all('producerStats')).toHaveLength(2 * times + 1);
      rooms.clock.advance(1);
      await whenReceived(alice, 'producerStats', 2 * times + 2);
    }
    // The second subject replaced the first.
    expect(rooms.clock.pending).toBe(1);
  });

  it('of a producer pause while the producer is paused', async () => {
    using call = await openCall();
    const { alice, producer, rooms } = call;
    await alice.sendMessage('enableProducerStats', { id: producer });
    await whenReceived(alice, 'producerStats', 1);
    await alice.sendMessage('pauseProducer', { id: producer });
    await settled(alice);
    rooms.clock.advance(3000);
    await settled(alice);
    expect(alice.all('producerStats')).toHaveLength(1);
    await alice.sendMessage('resumeProducer', { id: producer });
    await settled(alice);
    rooms.clock.advance(1000);
    await whenReceived(alice, 'producerStats', 2);
  });

  it('of a consumer pause while it is paused, at either end', async () => {
    using call = await openCall();
    const { alice, bob, producer, consumer, rooms } = call;
    await bob.sendMessage('enableConsumerStats', { id: consumer });
    await whenReceived(bob, 'consumerStats', 1);
    await bob.sendMessage('pauseConsumer', { id: consumer });
    await settled(bob);
    rooms.clock.advance(1000);
    await bob.sendMessage('resumeConsumer', { id: consumer });
    await alice.sendMessage('pauseProducer', { id: producer });
    await bob.received('consumerPaused');
    await settled(bob);
    rooms.clock.advance(1000);
    await settled(bob);
    expect(bob.all('consumerStats')).toHaveLength(1);
    await alice.sendMessage('resumeProducer', { id: producer });
    await bob.received('consumerResumed');
    rooms.clock.advance(1000);
    await whenReceived(bob, 'consumerStats', 2);
  });

  it.each(['closeProducer', 'closeTransport', 'drop', 'leave'])('end when their entity closes: %s', async (how) => {
    using call = await openCall();
    const { alice, bob, producer, consumer, rooms } = call;
    const transport = alice.send!.id;
    await alice.sendMessage('enableTransportStats', { id: transport });
    await alice.sendMessage('enableProducerStats', { id: producer });
    await bob.sendMessage('enableConsumerStats', { id: consumer });
    await whenReceived(alice, 'producerStats', 1);
    await whenReceived(bob, 'consumerStats', 1);
    if (how === 'drop') alice.connection.drop();
    else await alice.sendMessage(how, how === 'closeTransport' ? { id: transport } : { id: producer });
    await bob.received(how === 'closeProducer' || how === 'closeTransport' ? 'consumerClosed' : 'peerClosed');
    rooms.clock.advance(1000);
    rooms.clock.advance(1000);
    await settled(bob);
    expect(alice.all('producerStats')).toHaveLength(1);
    expect(bob.all('consumerStats')).toHaveLength(1);
    expect(rooms.clock.pending).toBe(how === 'closeProducer' ? 1 : 0);
  });

  it('go to the owner only', async () => {
    using call = await openCall();
    const mallory = await call.rooms.join('mediasoup-v2', 'mallory');
    await mallory.sendMessage('enableTransportStats', { id: call.alice.send!.id });
    await mallory.sendMessage('enableProducerStats', { id: call.producer });
    await mallory.sendMessage('enableConsumerStats', { id: call.consumer });
    await mallory.createTransport('send');
    expect(call.rooms.clock.pending).toBe(0);
    expect(mallory.all('transportStats')).toEqual([]);
  });
});
