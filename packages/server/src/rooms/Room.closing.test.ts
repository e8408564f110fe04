import { describe, expect, it } from 'vitest';
import type { RoomMember } from '../testing/RoomMember.ts';
import { audioParameters } from '../testing/rtp.ts';
import { useBackend } from '../testing/useBackend.ts';
import { sendAudio, useRegistry } from '../testing/useRegistry.ts';

const backend = useBackend();
const rooms = useRegistry(backend);

describe('closing', () => {
  async function twoInACall() {
    const [alice, bob] = [await rooms.enter('alice'), await rooms.enter('bob')];
    const producer = await sendAudio(alice);
    const { consumer } = await bob.next('newConsumer');
    alice.log.length = 0;
    bob.log.length = 0;
    return { alice, bob, producer, consumer };
  }

  it('closes the consumers of a producer, and notifies its owner unless the owner closed it', async () => {
    const { alice, bob, producer, consumer } = await twoInACall();
    const told = Promise.all([bob.next('consumerClosed'), alice.next('producerClosed')]);
    producer.close('server', 'muted');
    producer.close('server');
    expect(await told).toEqual([
      { consumer, reason: 'producerClosed' },
      { producer, by: 'server', reason: 'muted' },
    ]);
    expect(consumer.closed).toBe(true);
    expect(alice.peer.sending.producers.size + bob.peer.receiving.consumers.size).toBe(0);

    const second = await sendAudio(alice);
    second.close('owner');
    expect(alice.log).toEqual(['producerClosed']);
  });

  it('closes everything on a transport, and notifies its owner of the transport only', async () => {
    const { alice, bob, producer, consumer } = await twoInACall();
    alice.send.close('server', 'because');
    expect(producer.closed).toBe(true);
    expect(alice.log).toEqual(['transportClosed']);
    expect(bob.log).toEqual(['consumerClosed']);

    await twoInACallAgain(alice, bob);
    bob.recv.close('owner');
    expect(consumer.closed).toBe(true);
    expect(bob.log).not.toContain('transportClosed');
  });

  async function twoInACallAgain(alice: RoomMember, bob: RoomMember) {
    const send = await alice.peer.createTransport({ isProducing: true, isConsuming: false });
    await alice.peer.sending.produce(send, { kind: 'audio', rtpParameters: audioParameters() });
    await bob.next('newConsumer');
  }

  it('closes everything of a peer before the peer emits closed', async () => {
    const { alice, bob, consumer } = await twoInACall();
    const gone = bob.next('peerClosed');
    alice.peer.close({ reason: 'kicked', appData: { a: 1 } });
    alice.peer.close({ reason: 'replaced' });
    expect(await gone).toEqual({ peer: alice.peer, reason: 'kicked', appData: { a: 1 } });
    expect(bob.log).toEqual(['consumerClosed', 'peerClosed']);
    expect(consumer.closed).toBe(true);
    expect(alice.log).toEqual(['closed']);
    expect(alice.peer.transports.size).toBe(0);
  });

  it('notifies each peer of a closed room, and of no other peer', async () => {
    const { alice, bob, producer, consumer } = await twoInACall();
    rooms.registry.get('room')?.close({ reason: 'roomClosed', appData: 5 });
    expect([alice.log, bob.log]).toEqual([['closed'], ['closed']]);
    expect(producer.closed && consumer.closed).toBe(true);
    expect(rooms.registry.get('room')).toBeUndefined();
    expect(rooms.registry.list()).toEqual([]);
  });

  it('closes media that the worker is still creating for a closed peer', async () => {
    const { alice, bob } = await twoInACall();
    const making = Promise.allSettled([
      sendAudio(alice),
      alice.peer.createTransport({ isProducing: true, isConsuming: false }),
      alice.peer.sending.produceData(alice.send, { sctpStreamParameters: { streamId: 1 }, label: '', protocol: '' }),
    ]);
    alice.peer.close({ reason: 'left' });
    for (const { status } of await making) expect(status).toBe('rejected');
    const [worker] = await backend().dump();
    expect(worker?.routers).toMatchObject([{ transports: 2, producers: 0, consumers: 0 }]);
    expect(bob.peer.receiving.consumers.size).toBe(0);
  });

  it('closes the room of the last visible peer', async () => {
    const { alice, bob } = await twoInACall();
    const spy = await rooms.enter('spy', { hidden: true });
    alice.peer.close({ reason: 'left' });
    expect(rooms.registry.get('room')?.id).toBe('room');
    bob.peer.close({ reason: 'left' });
    expect(rooms.registry.get('room')).toBeUndefined();
    expect(spy.log.at(-1)).toBe('closed');
  });
});
