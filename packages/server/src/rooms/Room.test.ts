import { beforeEach, describe, expect, it } from 'vitest';
import { capturedLogs } from '../testing/capturedLogs.ts';
import { RoomMember } from '../testing/RoomMember.ts';
import { audioParameters, only, videoParameters } from '../testing/rtp.ts';
import { useBackend } from '../testing/useBackend.ts';
import type { RoomError } from './RoomError.ts';
import { RoomRegistry } from './RoomRegistry.ts';

const backend = useBackend();
let registry: RoomRegistry;
beforeEach(() => {
  registry = new RoomRegistry({ backend: backend(), logger: capturedLogs().logger });
  return () => {
    registry.close();
  };
});

const enter = (...args: [id: string, options?: Parameters<typeof RoomMember.enter>[2]]) =>
  RoomMember.enter(registry, ...args);

const sendAudio = ({ peer, send }: RoomMember) =>
  peer.produce(send, { kind: 'audio', rtpParameters: audioParameters(), appData: 'any JSON' });

const refusal = (code: RoomError['code']): unknown => expect.objectContaining({ name: 'RoomError', code });

describe('who is there', () => {
  it('is told to who joins, and who joins is told to who is there', async () => {
    const alice = await enter('alice');
    const announced = alice.next('newPeer');
    const bob = await registry.enter('room', { id: 'bob', dialect: 'test' });
    expect(bob.join({ displayName: 'Bob', appData: { a: 1 } })).toEqual([alice.peer]);
    const { peer } = await announced;
    expect(peer).toBe(bob);
    expect(peer).toMatchObject({ id: 'bob', displayName: 'Bob', appData: { a: 1 }, state: 'joined' });
  });

  it('has its id for a display name until it says another', async () => {
    const alice = await enter('alice');
    const bob = await enter('bob');
    expect(bob.peer.displayName).toBe('bob');
    const changed = alice.next('peerDisplayNameChanged');
    bob.peer.setDisplayName('Bob');
    bob.peer.setDisplayName('Bob');
    expect(await changed).toEqual({ peer: bob.peer, oldDisplayName: 'bob' });
    expect(alice.log).toEqual(['newPeer', 'peerDisplayNameChanged']);
  });

  it('joins once', async () => {
    const alice = await enter('alice');
    expect(() => alice.peer.join({})).toThrow(refusal('alreadyJoined'));
  });

  it('does nothing in the room before it joins, or after it closes', async () => {
    const peer = await registry.enter('room', { id: 'alice', dialect: 'test' });
    const send = await peer.createTransport({ isProducing: true, isConsuming: false });
    await expect(peer.produce(send, { kind: 'audio', rtpParameters: audioParameters() })).rejects.toThrow(
      refusal('notJoined'),
    );
    expect(() => {
      peer.sendText('hello');
    }).toThrow(refusal('notJoined'));
    peer.close({ reason: 'left' });
    await expect(peer.createTransport({ isProducing: true, isConsuming: false })).rejects.toThrow(refusal('closed'));
    expect(() => peer.join({})).toThrow(refusal('closed'));
  });

  it('hears what others write', async () => {
    const [alice, bob, carol] = [await enter('alice'), await enter('bob'), await enter('carol')];
    const heard = Promise.all([alice.next('textMessage'), carol.next('textMessage')]);
    bob.peer.sendText('hello');
    expect(await heard).toEqual([
      { peer: bob.peer, text: 'hello' },
      { peer: bob.peer, text: 'hello' },
    ]);
    expect(bob.log).not.toContain('textMessage');
  });
});

describe('two of one id', () => {
  it('the newcomer replaces, where its dialect has it so: the others hear of the end, then of the beginning', async () => {
    const alice = await enter('alice');
    const old = await enter('bob');
    await sendAudio(old);
    await alice.next('newConsumer');
    const closed = old.next('closed');
    const young = await enter('bob', { onDuplicate: 'replace' });
    expect(await closed).toEqual({ reason: 'replaced' });
    expect(alice.log).toEqual(['newPeer', 'newConsumer', 'consumerClosed', 'peerClosed', 'newPeer']);
    expect(registry.get('room')?.peers.get('bob')).toBe(young.peer);
  });

  it('the newcomer replaces also where nobody else keeps the room open', async () => {
    await enter('bob');
    const room = registry.get('room');
    await enter('bob', { onDuplicate: 'replace' });
    expect(registry.get('room')).toBe(room);
  });

  it('the newcomer is refused otherwise, and always across dialects', async () => {
    const bob = await enter('bob');
    await expect(enter('bob')).rejects.toThrow(refusal('duplicatedPeer'));
    await expect(enter('bob', { dialect: 'other', onDuplicate: 'replace' })).rejects.toThrow(refusal('duplicatedPeer'));
    expect(registry.get('room')?.peers.get('bob')).toBe(bob.peer);
  });
});

describe('what is sent', () => {
  it('reaches everyone who is there, and no sooner than they accept', async () => {
    const [alice, bob] = [await enter('alice'), await enter('bob')];
    const offered = bob.next('newConsumer');
    const producer = await sendAudio(alice);
    const { consumer } = await offered;
    expect(consumer).toMatchObject({ producer, peer: alice.peer, kind: 'audio', type: 'simple', paused: false });
    expect(consumer.producer.appData).toBe('any JSON');
    await consumer.accept();
    expect(alice.log).not.toContain('newConsumer');
  });

  it('reaches who joins later', async () => {
    const alice = await enter('alice');
    const producer = await sendAudio(alice);
    const bob = await enter('bob');
    expect((await bob.next('newConsumer')).consumer.producer).toBe(producer);
  });

  it('reaches who can receive later than it joined', async () => {
    const alice = await enter('alice');
    const producer = await sendAudio(alice);
    const bob = await registry.enter('room', { id: 'bob', dialect: 'test' });
    bob.join({});
    const transport = await bob.createTransport({ isProducing: false, isConsuming: true });
    const offered = new Promise((resolve) => {
      bob.once('newConsumer', resolve);
    });
    bob.consume({ transport, rtpCapabilities: bob.routerRtpCapabilities, data: false });
    expect(await offered).toMatchObject({ consumer: { producer } });
  });

  it('is offered once per transport, and anew where that is replaced', async () => {
    const [alice, bob] = [await enter('alice'), await enter('bob')];
    await sendAudio(alice);
    await bob.next('newConsumer');
    const { rtpCapabilities } = bob.peer.consuming!;
    bob.peer.consume({ transport: bob.recv, rtpCapabilities, data: false });
    bob.recv.close('server');
    expect(bob.peer.consuming).toBeNull();
    expect(bob.peer.consumers.size).toBe(0);
    const transport = await bob.peer.createTransport({ isProducing: false, isConsuming: true });
    const offered = bob.next('newConsumer');
    bob.peer.consume({ transport, rtpCapabilities, data: false });
    expect((await offered).consumer.transport).toBe(transport);
    expect(bob.log).toEqual(['newConsumer', 'transportClosed', 'newConsumer']);
  });

  it('and was there already can be left out', async () => {
    const [alice, bob] = [await enter('alice'), await enter('bob', { receives: null })];
    await sendAudio(alice);
    const { routerRtpCapabilities: rtpCapabilities } = bob.peer;
    const transport = await bob.peer.createTransport({ isProducing: false, isConsuming: true });
    bob.peer.consume({ transport, rtpCapabilities, data: false }, { offerExisting: false });
    const later = await alice.peer.produce(alice.send, { kind: 'video', rtpParameters: videoParameters() });
    expect((await bob.next('newConsumer')).consumer.producer).toBe(later);
    expect(bob.peer.consumers.size).toBe(1);
  });

  it('and cannot be decoded is told instead', async () => {
    const alice = await enter('alice');
    const bob = await enter('bob', { receives: only('video', alice.peer.routerRtpCapabilities) });
    const told = bob.next('consumerUnsupported');
    const producer = await sendAudio(alice);
    expect(await told).toEqual({ producer });
    expect(bob.peer.consumers.size).toBe(0);
  });

  it('is told of as paused by whoever did it, once', async () => {
    const [alice, bob] = [await enter('alice'), await enter('bob')];
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

  it('can be paused from the start', async () => {
    const [alice, bob] = [await enter('alice'), await enter('bob')];
    const rtpParameters = audioParameters();
    await alice.peer.produce(alice.send, { kind: 'audio', rtpParameters, paused: true });
    expect((await bob.next('newConsumer')).consumer.producer.paused).toBe(true);
  });

  it('flows when accepted and not paused by who receives it, in whichever order', async () => {
    const [alice, bob] = [await enter('alice'), await enter('bob')];
    await sendAudio(alice);
    const { consumer } = await bob.next('newConsumer');
    await consumer.pause();
    await consumer.accept();
    expect(consumer.paused).toBe(true);
    await consumer.resume();
    await consumer.resume();
    expect(consumer.paused).toBe(false);
  });

  it('over data channels reaches the others too', async () => {
    const [alice, bob] = [await enter('alice'), await enter('bob')];
    const sctpStreamParameters = { streamId: 0, ordered: true };
    const offered = bob.next('newDataConsumer');
    const dataProducer = await alice.peer.produceData(alice.send, {
      sctpStreamParameters,
      label: 'chat',
      protocol: 'p',
    });
    const { dataConsumer } = await offered;
    expect(dataConsumer).toMatchObject({ dataProducer, peer: alice.peer, label: 'chat', protocol: 'p' });
    await dataConsumer.accept();
    const carol = await enter('carol');
    expect((await carol.next('newDataConsumer')).dataConsumer.dataProducer).toBe(dataProducer);
    dataProducer.close();
    expect(bob.log).toEqual(['newDataConsumer', 'newPeer', 'dataConsumerClosed']);
    expect(bob.peer.dataConsumers.size).toBe(0);
  });
});

describe('who closes whom', () => {
  async function twoInACall() {
    const [alice, bob] = [await enter('alice'), await enter('bob')];
    const producer = await sendAudio(alice);
    const { consumer } = await bob.next('newConsumer');
    alice.log.length = 0;
    bob.log.length = 0;
    return { alice, bob, producer, consumer };
  }

  it('a producer closes its consumers; its owner is told where it did not do it', async () => {
    const { alice, bob, producer, consumer } = await twoInACall();
    const told = Promise.all([bob.next('consumerClosed'), alice.next('producerClosed')]);
    producer.close('server', 'muted for good');
    producer.close('server');
    expect(await told).toEqual([
      { consumer, reason: 'producerClosed' },
      { producer, by: 'server', reason: 'muted for good' },
    ]);
    expect(consumer.closed).toBe(true);
    expect(alice.peer.producers.size + bob.peer.consumers.size).toBe(0);

    const second = await sendAudio(alice);
    second.close('owner');
    expect(alice.log).toEqual(['producerClosed']);
  });

  it('a transport closes what is on it; its owner is told of the transport alone', async () => {
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
    await alice.peer.produce(send, { kind: 'audio', rtpParameters: audioParameters() });
    await bob.next('newConsumer');
  }

  it('a peer closes all that it had, and is told last', async () => {
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

  it('a room tells each of its peers that it closed, and nothing of the others', async () => {
    const { alice, bob, producer, consumer } = await twoInACall();
    registry.get('room')?.close({ reason: 'roomClosed', appData: 5 });
    expect([alice.log, bob.log]).toEqual([['closed'], ['closed']]);
    expect(producer.closed && consumer.closed).toBe(true);
    expect(registry.get('room')).toBeUndefined();
    expect(registry.list()).toEqual([]);
  });

  it('what was being made when its owner closed is closed too', async () => {
    const { alice, bob } = await twoInACall();
    const making = Promise.allSettled([
      sendAudio(alice),
      alice.peer.createTransport({ isProducing: true, isConsuming: false }),
      alice.peer.produceData(alice.send, { sctpStreamParameters: { streamId: 1 }, label: '', protocol: '' }),
    ]);
    alice.peer.close({ reason: 'left' });
    for (const { status } of await making) expect(status).toBe('rejected');
    const [worker] = await backend().dump();
    expect(worker?.routers).toMatchObject([{ transports: 2, producers: 0, consumers: 0 }]);
    expect(bob.peer.consumers.size).toBe(0);
  });

  it('the last that can be seen closes the room', async () => {
    const { alice, bob } = await twoInACall();
    const spy = await enter('spy', { hidden: true });
    alice.peer.close({ reason: 'left' });
    expect(registry.get('room')).toBeDefined();
    bob.peer.close({ reason: 'left' });
    expect(registry.get('room')).toBeUndefined();
    expect(spy.log.at(-1)).toBe('closed');
  });
});

describe('a hidden peer', () => {
  it('sees and hears, and nobody knows', async () => {
    const alice = await enter('alice');
    const producer = await sendAudio(alice);
    const spy = await enter('spy', { hidden: true });
    expect((await spy.next('newConsumer')).consumer.producer).toBe(producer);
    const bob = await registry.enter('room', { id: 'bob', dialect: 'test' });
    expect(bob.join({})).toEqual([alice.peer]);
    spy.peer.setDisplayName('Spy');
    spy.peer.close({ reason: 'left' });
    expect(alice.log).toEqual(['newPeer']);
  });

  it('may not produce', async () => {
    await enter('alice');
    const spy = await enter('spy', { hidden: true });
    await expect(sendAudio(spy)).rejects.toThrow(refusal('hiddenPeer'));
  });
});

describe('two rooms', () => {
  it('know nothing of each other', async () => {
    const here = await enter('alice', { roomId: 'here' });
    const there = await enter('bob', { roomId: 'there' });
    const namesake = await enter('alice', { roomId: 'there' });
    await sendAudio(here);
    here.peer.sendText('hello?');
    await sendAudio(namesake);
    await there.next('newConsumer');
    expect(there.log).toEqual(['newPeer', 'newConsumer']);
    expect(here.log).toEqual([]);
    registry.closeRoom('here');
    expect(there.log).toEqual(['newPeer', 'newConsumer']);
  });
});
