import { describe, expect, it } from 'vitest';
import { audioParameters, only, videoParameters } from '../testing/rtp.ts';
import { useBackend } from '../testing/useBackend.ts';
import { sendAudio, useRegistry } from '../testing/useRegistry.ts';

const rooms = useRegistry(useBackend());

describe('media of a peer', () => {
  it('is offered to all peers, and flows when they accept', async () => {
    const [alice, bob] = [await rooms.enter('alice'), await rooms.enter('bob')];
    const offered = bob.next('newConsumer');
    const producer = await sendAudio(alice);
    const { consumer } = await offered;
    expect(consumer).toMatchObject({ producer, peer: alice.peer, kind: 'audio', type: 'simple', paused: false });
    expect(consumer.producer.appData).toBe('any JSON');
    await consumer.accept();
    expect(alice.log).not.toContain('newConsumer');
  });

  it('is offered to a late joiner', async () => {
    const alice = await rooms.enter('alice');
    const producer = await sendAudio(alice);
    const bob = await rooms.enter('bob');
    expect((await bob.next('newConsumer')).consumer.producer).toBe(producer);
  });

  it('is offered to a peer that starts to consume after its join', async () => {
    const alice = await rooms.enter('alice');
    const producer = await sendAudio(alice);
    const bob = await rooms.registry.enter('room', { id: 'bob', dialect: 'test' });
    bob.join({});
    const transport = await bob.createTransport({ isProducing: false, isConsuming: true });
    const offered = new Promise((resolve) => {
      bob.once('newConsumer', resolve);
    });
    bob.receiving.consume({ transport, rtpCapabilities: bob.room.rtpCapabilities, data: false });
    expect(await offered).toMatchObject({ consumer: { producer } });
  });

  it('is offered once for each transport on which a peer consumes', async () => {
    const [alice, bob] = [await rooms.enter('alice'), await rooms.enter('bob')];
    await sendAudio(alice);
    await bob.next('newConsumer');
    const { rtpCapabilities } = bob.peer.receiving.options!;
    bob.peer.receiving.consume({ transport: bob.recv, rtpCapabilities, data: false });
    bob.recv.close('server');
    expect(bob.peer.receiving.options).toBeNull();
    expect(bob.peer.receiving.consumers.size).toBe(0);
    const transport = await bob.peer.createTransport({ isProducing: false, isConsuming: true });
    const offered = bob.next('newConsumer');
    bob.peer.receiving.consume({ transport, rtpCapabilities, data: false });
    expect((await offered).consumer.transport).toBe(transport);
    expect(bob.log).toEqual(['newConsumer', 'transportClosed', 'newConsumer']);
  });

  it('is not offered with `offerExisting: false` where it existed before', async () => {
    const [alice, bob] = [await rooms.enter('alice'), await rooms.enter('bob', { receives: null })];
    await sendAudio(alice);
    const { rtpCapabilities } = bob.peer.room;
    const transport = await bob.peer.createTransport({ isProducing: false, isConsuming: true });
    bob.peer.receiving.consume({ transport, rtpCapabilities, data: false }, { offerExisting: false });
    const later = await alice.peer.sending.produce(alice.send, { kind: 'video', rtpParameters: videoParameters() });
    expect((await bob.next('newConsumer')).consumer.producer).toBe(later);
    expect(bob.peer.receiving.consumers.size).toBe(1);
  });

  it('is announced as unsupported to a peer that cannot decode it', async () => {
    const alice = await rooms.enter('alice');
    const bob = await rooms.enter('bob', { receives: only('video', alice.peer.room.rtpCapabilities) });
    const told = bob.next('consumerUnsupported');
    const producer = await sendAudio(alice);
    expect(await told).toEqual({ producer });
    expect(bob.peer.receiving.consumers.size).toBe(0);
  });

  it('is announced as paused once, with the actor', async () => {
    const [alice, bob] = [await rooms.enter('alice'), await rooms.enter('bob')];
    const producer = await sendAudio(alice);
    const { consumer } = await bob.next('newConsumer');
    const paused = bob.next('consumerPaused');
    await producer.pause('owner');
    await producer.pause('owner');
    expect(await paused).toEqual({ consumer, by: 'remote' });
    const resumed = bob.next('consumerResumed');
    await producer.resume();
    expect(await resumed).toEqual({ consumer, by: 'server' });
    expect(bob.log).toEqual(['newConsumer', 'consumerPaused', 'consumerResumed']);
    expect(alice.log).toEqual(['newPeer', 'producerResumed']);
  });

  it('can start paused', async () => {
    const [alice, bob] = [await rooms.enter('alice'), await rooms.enter('bob')];
    const rtpParameters = audioParameters();
    await alice.peer.sending.produce(alice.send, { kind: 'audio', rtpParameters, paused: true });
    expect((await bob.next('newConsumer')).consumer.producer.paused).toBe(true);
  });

  it('flows when the receiver accepted and did not pause it, in any order', async () => {
    const [alice, bob] = [await rooms.enter('alice'), await rooms.enter('bob')];
    await sendAudio(alice);
    const { consumer } = await bob.next('newConsumer');
    await consumer.pause();
    await consumer.accept();
    expect(consumer.paused).toBe(true);
    await consumer.resume();
    await consumer.resume();
    expect(consumer.paused).toBe(false);
  });

  it('includes data channels', async () => {
    const [alice, bob] = [await rooms.enter('alice'), await rooms.enter('bob')];
    const sctpStreamParameters = { streamId: 0, ordered: true };
    const offered = bob.next('newDataConsumer');
    const dataProducer = await alice.peer.sending.produceData(alice.send, {
      sctpStreamParameters,
      label: 'chat',
      protocol: 'p',
    });
    const { dataConsumer } = await offered;
    expect(dataConsumer).toMatchObject({ dataProducer, peer: alice.peer, label: 'chat', protocol: 'p' });
    await dataConsumer.accept();
    const carol = await rooms.enter('carol');
    expect((await carol.next('newDataConsumer')).dataConsumer.dataProducer).toBe(dataProducer);
    dataProducer.close();
    expect(bob.log).toEqual(['newDataConsumer', 'newPeer', 'dataConsumerClosed']);
    expect(bob.peer.receiving.dataConsumers.size).toBe(0);
  });
});
