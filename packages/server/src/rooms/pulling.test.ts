import { describe, expect, it } from 'vitest';
import { capturedLogs } from '../testing/capturedLogs.ts';
import { audioParameters, only, videoParameters } from '../testing/rtp.ts';
import { useBackend } from '../testing/useBackend.ts';
import type { Peer } from './Peer.ts';
import type { PeerEvents } from './PeerEvents.ts';
import { RoomRegistry } from './RoomRegistry.ts';

const backend = useBackend();

/** Records a peer's notifications about producers and other peers, with their names and subjects. */
function listen(peer: Peer) {
  const heard: string[] = [];
  const record = <K extends keyof PeerEvents>(event: K, toText: (payload: PeerEvents[K]) => string) =>
    peer.on(event, (payload) => {
      heard.push(`${event} ${toText(payload)}`);
    });
  record('newProducer', ({ producer: { peer: other, kind } }) => `${other.id} ${kind}`);
  record('remoteProducerPaused', ({ producer: { kind }, by }) => `${kind} ${by}`);
  record('remoteProducerResumed', ({ producer: { kind }, by }) => `${kind} ${by}`);
  record('remoteProducerClosed', ({ producer: { kind }, reason }) => `${kind} ${reason}`);
  record('consumerClosed', ({ reason }) => reason);
  record('peerReconnecting', ({ peer: { id } }) => id);
  record('peerReconnected', ({ peer: { id } }) => id);
  record('peerClosed', ({ reason }) => reason);
  return heard;
}

async function meet() {
  const registry = new RoomRegistry({ backend: backend(), logger: capturedLogs().logger });
  const peers = await Promise.all(['alice', 'bob'].map((id) => registry.enter('room', { id, dialect: 'test' })));
  const [alice, bob] = peers as [Peer, Peer];
  for (const peer of peers) peer.join({});
  const sending = await alice.createTransport({ isProducing: true, isConsuming: false });
  const receiving = await bob.createTransport({ isProducing: false, isConsuming: true });
  return { registry, alice, bob, sending, receiving, heard: listen(bob), [Symbol.dispose]: () => registry.close() };
}

const audio = () => ({ kind: 'audio' as const, rtpParameters: audioParameters() });
const video = () => ({ kind: 'video' as const, rtpParameters: videoParameters() });

describe('notifications of producers', () => {
  it('reach peers that consume nothing, in order, but not the owner', async () => {
    using room = await meet();
    const own = listen(room.alice);
    const producer = await room.alice.sending.produce(room.sending, audio());
    await producer.pause('owner');
    await producer.resume('server');
    producer.close('owner');
    expect(room.heard).toEqual([
      'newProducer alice audio',
      'remoteProducerPaused audio remote',
      'remoteProducerResumed audio server',
      'remoteProducerClosed audio producerClosed',
    ]);
    expect(own).toEqual([]);
  });

  it('precede the close of the transport or peer that closed them', async () => {
    using room = await meet();
    await room.alice.sending.produce(room.sending, audio());
    room.sending.close('owner');
    const again = await room.alice.createTransport({ isProducing: true, isConsuming: false });
    await room.alice.sending.produce(again, video());
    room.alice.close({ reason: 'left' });
    expect(room.heard).toEqual([
      'newProducer alice audio',
      'remoteProducerClosed audio transportClosed',
      'newProducer alice video',
      'remoteProducerClosed video peerClosed',
      'peerClosed left',
    ]);
  });
});

describe('produceTogether', () => {
  it('announces all producers in one turn, once all are created', async () => {
    using room = await meet();
    const turns: number[] = [];
    let turn = 0;
    room.bob.on('newProducer', () => {
      turns.push(turn);
      queueMicrotask(() => (turn += 1));
    });
    const producers = await room.alice.sending.produceTogether(room.sending, [audio(), video()]);
    expect(producers.map(({ kind }) => kind)).toEqual(['audio', 'video']);
    expect(turns).toEqual([0, 0]);
  });

  it('creates none where one fails, and frees their places', async () => {
    using room = await meet();
    const twice = audio();
    await expect(room.alice.sending.produceTogether(room.sending, [twice, video(), twice])).rejects.toThrow();
    expect(room.heard).toEqual([]);
    expect(room.alice.sending.producers.size).toBe(0);
    expect(await backend().dump()).toMatchObject([{ routers: [{ producers: 0 }] }]);
    await room.alice.sending.produceTogether(room.sending, Array.from({ length: 32 }, audio));
    await expect(room.alice.sending.produce(room.sending, audio())).rejects.toMatchObject({ code: 'tooManyProducers' });
  });

  it('is refused before the join, and to a hidden peer', async () => {
    using room = await meet();
    const hidden = await room.registry.enter('room', { id: 'hidden', dialect: 'test' });
    const transport = await hidden.createTransport({ isProducing: true, isConsuming: false });
    await expect(hidden.sending.produceTogether(transport, [audio()])).rejects.toMatchObject({ code: 'notJoined' });
    hidden.join({ hidden: true });
    await expect(hidden.sending.produceTogether(transport, [audio()])).rejects.toMatchObject({ code: 'hiddenPeer' });
  });
});

describe('pull', () => {
  it('creates one consumer as requested, without an offer', async () => {
    using room = await meet();
    const producer = await room.alice.sending.produce(room.sending, video());
    const offered: unknown[] = [];
    room.bob.on('newConsumer', (event) => offered.push(event));
    const rtpCapabilities = only('video', room.bob.room.rtpCapabilities);
    const consumer = await room.bob.receiving.pull(producer, { transport: room.receiving, rtpCapabilities, mid: 'x7' });
    expect(consumer.rtpParameters.mid).toBe('x7');
    expect(consumer.transport).toBe(room.receiving);
    expect([...room.bob.receiving.consumers.values()]).toEqual([consumer]);
    expect(offered).toEqual([]);
    producer.close('owner');
    expect(room.heard).toEqual([
      'newProducer alice video',
      'consumerClosed producerClosed',
      'remoteProducerClosed video producerClosed',
    ]);
    expect(room.bob.receiving.consumers.size).toBe(0);
  });

  it('has no retransmissions where the capabilities have none', async () => {
    using room = await meet();
    const producer = await room.alice.sending.produce(room.sending, video());
    const { codecs = [], headerExtensions = [] } = room.bob.room.rtpCapabilities;
    const plain = codecs.filter(({ mimeType }) => mimeType === 'video/VP8');
    const { rtpParameters } = await room.bob.receiving.pull(producer, {
      transport: room.receiving,
      rtpCapabilities: { codecs: plain, headerExtensions },
      mid: '0',
    });
    expect(rtpParameters.codecs.map(({ mimeType }) => mimeType)).toEqual(['video/VP8']);
    expect(rtpParameters.encodings?.[0]?.rtx).toBeUndefined();
  });

  it('is refused where the peer cannot decode the producer, or either closed', async () => {
    using room = await meet();
    const producer = await room.alice.sending.produce(room.sending, video());
    const options = { transport: room.receiving, mid: '0' };
    await expect(
      room.bob.receiving.pull(producer, { ...options, rtpCapabilities: only('audio', room.bob.room.rtpCapabilities) }),
    ).rejects.toMatchObject({ code: 'invalidParameters' });
    const pulling = room.bob.receiving.pull(producer, { ...options, rtpCapabilities: room.bob.room.rtpCapabilities });
    producer.close('owner');
    await expect(pulling).rejects.toMatchObject({ code: 'closed' });
    room.bob.close({ reason: 'left' });
    await expect(
      room.bob.receiving.pull(producer, { ...options, rtpCapabilities: room.bob.room.rtpCapabilities }),
    ).rejects.toMatchObject({ code: 'closed' });
  });

  it('allows more transports where the dialect needs them', async () => {
    using room = await meet();
    const peer = await room.registry.enter('room', {
      id: 'carol',
      dialect: 'test',
      extraTransports: 3,
      defaultMaxTransports: 16,
    });
    const make = () => peer.createTransport({ isProducing: false, isConsuming: true });
    await Promise.all(Array.from({ length: 19 }, make));
    await expect(make()).rejects.toMatchObject({ code: 'tooManyTransports' });
  });
});

describe('a peer that lost its connection', () => {
  it('is announced when it disconnects and when it resumes, once each', async () => {
    using room = await meet();
    room.alice.setReconnecting(false);
    room.alice.setReconnecting(true);
    room.alice.setReconnecting(true);
    expect(room.alice.reconnecting).toBe(true);
    room.alice.setReconnecting(false);
    expect(room.heard).toEqual(['peerReconnecting alice', 'peerReconnected alice']);
  });

  it('is not announced where it is hidden', async () => {
    using room = await meet();
    const hidden = await room.registry.enter('room', { id: 'hidden', dialect: 'test' });
    hidden.join({ hidden: true });
    hidden.setReconnecting(true);
    expect(room.heard).toEqual([]);
  });
});
