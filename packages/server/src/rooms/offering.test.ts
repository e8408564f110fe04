import { describe, expect, it } from 'vitest';
import { RoomMember } from '../testing/RoomMember.ts';
import { capturedLogs } from '../testing/capturedLogs.ts';
import { audioParameters, videoParameters } from '../testing/rtp.ts';
import { useBackend } from '../testing/useBackend.ts';
import { RoomRegistry } from './RoomRegistry.ts';

const backend = useBackend();

async function openRoom() {
  const registry = new RoomRegistry({ backend: backend(), logger: capturedLogs().logger });
  const alice = await RoomMember.enter(registry, 'alice');
  return { registry, alice, [Symbol.dispose]: () => registry.close() };
}

const audio = () => ({ kind: 'audio', rtpParameters: audioParameters() }) as const;

/** Opens a call in which Bob receives Alice's media. */
async function openCall(layers = 1) {
  const room = await openRoom();
  const { registry, alice } = room;
  const bob = await RoomMember.enter(registry, 'bob');
  const producer = await alice.peer.sending.produce(
    alice.send,
    layers === 1 ? audio() : { kind: 'video', rtpParameters: videoParameters(layers) },
  );
  const { consumer } = await bob.next('newConsumer');
  await consumer.accept();
  return { ...room, bob, producer, consumer };
}

describe('whenOffersMade()', () => {
  it('resolves for a peer when its consumers are announced', async () => {
    using room = await openRoom();
    const { registry, alice } = room;
    for (let i = 0; i < 3; i += 1) await alice.peer.sending.produce(alice.send, audio());
    const bob = await RoomMember.enter(registry, 'bob');
    expect(bob.peer.receiving.consumers.size).toBe(0);
    await bob.peer.receiving.whenOffersMade();
    expect(bob.log).toEqual(['newConsumer', 'newConsumer', 'newConsumer']);
    // There are no offers to wait for.
    await bob.peer.receiving.whenOffersMade();
  });

  it('resolves for a room when a producer is announced to all, also as unsupported', async () => {
    using room = await openRoom();
    const { registry, alice } = room;
    const bob = await RoomMember.enter(registry, 'bob');
    const deaf = await RoomMember.enter(registry, 'deaf', { receives: { codecs: [], headerExtensions: [] } });
    const spy = await RoomMember.enter(registry, 'spy', { hidden: true });
    await alice.peer.sending.produce(alice.send, audio());
    await alice.peer.room.whenOffersMade();
    expect([bob.log.at(-1), deaf.log.at(-1), spy.log.at(-1)]).toEqual([
      'newConsumer',
      'consumerUnsupported',
      'newConsumer',
    ]);
  });

  it('resolves where offers fail', async () => {
    using room = await openRoom();
    const { registry, alice } = room;
    const bob = await RoomMember.enter(registry, 'bob');
    const producer = await alice.peer.sending.produce(alice.send, audio());
    producer.close('owner');
    bob.recv.close('owner');
    await alice.peer.room.whenOffersMade();
    expect(bob.peer.receiving.consumers.size).toBe(0);
  });
});

it('othersOf() excludes the peer itself and hidden peers', async () => {
  using room = await openRoom();
  const { registry, alice } = room;
  const bob = await RoomMember.enter(registry, 'bob');
  const spy = await RoomMember.enter(registry, 'spy', { hidden: true });
  expect(alice.peer.room.othersOf(alice.peer).map(({ id }) => id)).toEqual(['bob']);
  expect(spy.peer.room.othersOf(spy.peer).map(({ id }) => id)).toEqual(['alice', 'bob']);
  alice.peer.close({ reason: 'left' });
  expect(bob.peer.room.othersOf(bob.peer)).toEqual([]);
});

describe('a consumer that the server pauses', () => {
  it('notifies its owner when the first of producer and server pauses, and when the last resumes', async () => {
    using call = await openCall();
    const { bob, consumer, producer } = call;
    bob.log.length = 0;
    await consumer.pause('server');
    await producer.pause('owner');
    await consumer.resume('server');
    expect(consumer.sourcePaused).toBe(true);
    await producer.resume('owner');
    expect(consumer.sourcePaused).toBe(false);
    expect(bob.log).toEqual(['consumerPaused', 'consumerResumed']);
  });

  it('names the actor', async () => {
    using call = await openCall();
    const { bob, consumer, producer } = call;
    const paused = bob.next('consumerPaused');
    await consumer.pause('server');
    expect(await paused).toEqual({ consumer, by: 'server' });
    await consumer.resume('server');
    const pausedByOwner = bob.next('consumerPaused');
    await producer.pause('owner');
    expect(await pausedByOwner).toEqual({ consumer, by: 'remote' });
  });

  it('ignores a pause by the owner, without a notification', async () => {
    using call = await openCall();
    const { bob, consumer } = call;
    bob.log.length = 0;
    await consumer.pause();
    await consumer.pause('server');
    await consumer.resume();
    expect([consumer.paused, consumer.sourcePaused]).toEqual([false, true]);
    expect(bob.log).toEqual(['consumerPaused']);
  });
});

describe('layers of a consumer', () => {
  it('are announced to its owner where the server chose them, not where the owner did', async () => {
    using call = await openCall(3);
    const { bob, consumer } = call;
    const told: unknown[] = [];
    bob.peer.on('consumerPreferredLayersSet', (event) => {
      told.push(event);
    });
    await consumer.setPreferredLayers({ spatialLayer: 0 });
    await consumer.setPreferredLayers({ spatialLayer: 1 }, 'server');
    expect(consumer.preferredLayers?.spatialLayer).toBe(1);
    expect(told).toEqual([{ consumer, layers: { spatialLayer: 1 } }]);
  });
});
