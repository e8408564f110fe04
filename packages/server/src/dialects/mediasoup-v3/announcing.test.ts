import type { types } from 'mediasoup';
import { describe, expect, it } from 'vitest';
import { emitOn } from '@tureen/kernel';
import { MediasoupTransport } from '../../engine/mediasoup/MediasoupTransport.ts';
import { WorkerCalls } from '../../engine/mediasoup/WorkerCalls.ts';
import type { Peer } from '../../rooms/Peer.ts';
import { Transport } from '../../rooms/Transport.ts';
import type { V3Client } from '../../testing/V3Client.ts';
import { watchRouters } from '../../engine/mediasoup/testing/watchRouters.ts';
import { openRooms } from '../../testing/openRooms.ts';
import { RtpSource } from '../../engine/mediasoup/testing/RtpSource.ts';
import { useBackend } from '../../testing/useBackend.ts';
import { emitOnPeer } from '../../rooms/emitOnPeer.ts';

const routers = watchRouters();
const backend = useBackend();

/** Opens a call in which Alice sends audio whose packets the test creates, without a network; Bob receives it. */
async function openTalk(variant: 'classic' | 'notify') {
  const rooms = openRooms(backend(), { variant });
  const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
  const peer = rooms.registry.get('room')!.peers.get('alice')!;
  const direct = await routers.latest.createDirectTransport();
  const transport = new Transport({
    // A producer needs none of the additional members of a WebRtcTransport.
    media: new MediasoupTransport(direct as never, { calls: new WorkerCalls(), onListenerError: () => {} }),
    owner: peer,
    isProducing: true,
    isConsuming: false,
    onClosed: () => {},
  });
  const source = new RtpSource();
  const made = new Promise<types.Producer>((resolve) => {
    direct.observer.once('newproducer', resolve);
  });
  const { id: producerId } = await peer.sending.produce(transport, {
    kind: 'audio',
    rtpParameters: source.rtpParameters,
  });
  await bob.connection.received('consumerScore');
  return {
    rooms,
    alice,
    bob,
    peer,
    producerId,
    speak: async () => {
      source.speak(await made);
    },
    [Symbol.dispose]() {
      rooms.registry.close();
    },
  };
}

describe.each(['classic', 'notify'] as const)('activeSpeaker, %s', (variant) => {
  it('goes to every peer, also when all are silent', async () => {
    using talk = await openTalk(variant);
    const { alice, bob, speak } = talk;
    await speak();
    const isSpeaking = ({ peerId }: { peerId?: string | null }) => peerId === 'alice';
    const isSilence = ({ peerId }: { peerId?: string | null }) => (peerId ?? null) === null;
    for (const { connection } of [alice, bob]) {
      if (variant === 'classic') {
        expect(await connection.received('activeSpeaker', isSpeaking)).toEqual({ peerId: 'alice', volume: -20 });
        expect(await connection.received('activeSpeaker', isSilence)).toEqual({ peerId: null });
        expect(connection.allReceived('speakingPeers')).toEqual([]);
      } else {
        expect(await connection.received('speakingPeers')).toEqual({ peerVolumes: [{ peerId: 'alice', volume: -20 }] });
        expect(await connection.received('activeSpeaker', isSpeaking)).toEqual({ peerId: 'alice' });
        expect(await connection.received('activeSpeaker', isSilence)).toEqual({});
        expect(connection.allReceived('speakingPeers').at(-1)).toEqual({ peerVolumes: [] });
      }
    }
  });
});

describe('scores', () => {
  it('go to the sender and the receiver of received media', async () => {
    using talk = await openTalk('classic');
    const { alice, bob, producerId, speak } = talk;
    await speak();
    expect(await alice.connection.received('producerScore')).toEqual({
      producerId,
      score: [{ encodingIdx: 0, ssrc: expect.any(Number), score: 10 }],
    });
    const isGood = ({ score }: { score: { producerScore: number } }) => score.producerScore === 10;
    expect(await bob.connection.received('consumerScore', isGood)).toMatchObject({ score: { producerScores: [10] } });
    expect(bob.connection.allReceived('producerScore')).toEqual([]);
  });

  it('are sent on request, as are statistics', async () => {
    using talk = await openTalk('classic');
    const { alice, producerId, speak } = talk;
    await speak();
    await alice.connection.received('producerScore');
    const stats = await alice.sendMessage('getProducerStats', { producerId });
    expect(stats).toMatchObject([{ type: 'inbound-rtp', kind: 'audio', packetCount: expect.any(Number), score: 10 }]);
  });
});

// Only a real network path causes these notifications, so here the room emits them; the browser tests cover the path.
describe('a notification of the media worker', () => {
  async function openCall(options: Parameters<typeof openRooms>[1] = {}) {
    const rooms = openRooms(backend(), options);
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    await alice.produce('video');
    await bob.connection.received('consumerScore');
    const peer = rooms.registry.get('room')!.peers.get('bob')!;
    return {
      rooms,
      alice,
      bob,
      peer,
      consumer: [...peer.receiving.consumers.values()][0]!,
      transport: peer.transports.get(bob.recvTransport!.id)!,
      [Symbol.dispose]() {
        rooms.registry.close();
      },
    };
  }

  it.each([
    ['classic', { spatialLayer: 1, temporalLayer: 2 }, { spatialLayer: null, temporalLayer: null }],
    ['notify', { layers: { spatialLayer: 1, temporalLayer: 2 } }, {}],
  ] as const)('about layers, %s', async (variant, some, none) => {
    using call = await openCall({ variant });
    const { bob, peer, consumer } = call;
    emitOnPeer(peer, 'consumerLayersChanged', { consumer, layers: { spatialLayer: 1, temporalLayer: 2 } });
    emitOnPeer(peer, 'consumerLayersChanged', { consumer, layers: null });
    const consumerId = consumer.id;
    expect(bob.connection.allReceived('consumerLayersChanged')).toEqual([
      { consumerId, ...some },
      { consumerId, ...none },
    ]);
  });

  it.each([
    ['classic', 1],
    ['notify', 0],
  ] as const)('about bandwidth, %s', async (variant, times) => {
    using call = await openCall({ variant });
    const { bob, peer, transport } = call;
    const bwe = { desiredBitrate: 3, effectiveDesiredBitrate: 2, availableBitrate: 1 };
    emitOnPeer(peer, 'downlinkBwe', { transport, bwe });
    expect(bob.connection.allReceived('downlinkBwe')).toEqual(Array.from({ length: times }, () => bwe));
  });
});

describe('a lost media connection', () => {
  /** Emits the events of the worker for a lost connection. */
  function lose(call: { peer: Peer; media: MediasoupTransport }, what: 'ice' | 'dtls') {
    if (what === 'ice') emitOn(call.media, 'iceStateChanged', { state: 'disconnected' });
    else emitOn(call.media, 'dtlsStateChanged', { state: 'closed' });
  }

  async function openConnection(options: Parameters<typeof openRooms>[1] = {}) {
    const rooms = openRooms(backend(), options);
    const alice = await rooms.join('alice');
    await alice.connection.sendRequest('getTransportStats', { transportId: alice.sendTransport!.id });
    const peer = rooms.registry.get('room')!.peers.get('alice')!;
    const transport = peer.transports.get(alice.sendTransport!.id)!;
    return {
      alice,
      peer,
      transport,
      media: transport.media as MediasoupTransport,
      [Symbol.dispose]() {
        rooms.registry.close();
      },
    };
  }

  const produceData = ({ alice, transport }: { alice: V3Client; transport: Transport }) =>
    alice.sendMessage('produceData', {
      transportId: transport.id,
      sctpStreamParameters: { streamId: 0, ordered: true },
      label: 'chat',
      protocol: '',
      appData: {},
    });

  it('notifies no peer when ICE is lost, as ICE can be restarted', async () => {
    using call = await openConnection();
    lose(call, 'ice');
    expect(call.transport.iceState).toBe('disconnected');
    expect(call.alice.connection.allReceived('transportClosed')).toEqual([]);
    await call.alice.restartIce(call.transport.id);
  });

  it('closes the transport when DTLS is lost, and its owner is notified and stays', async () => {
    using call = await openConnection();
    lose(call, 'dtls');
    expect(await call.alice.connection.received('transportClosed')).toEqual({
      transportId: call.transport.id,
      reason: 'dtlsClosed',
    });
    expect(call.peer.transports.has(call.transport.id)).toBe(false);
    expect(call.peer.state).toBe('joined');
  });

  it.each([
    ['failed', 'sctpFailed'],
    ['closed', 'sctpClosed'],
  ] as const)('closes the transport when SCTP %s after it was connected', async (state, reason) => {
    using call = await openConnection();
    await produceData(call);
    emitOn(call.media, 'sctpStateChanged', { state: 'connected' });
    expect(call.transport.closed).toBe(false);
    emitOn(call.media, 'sctpStateChanged', { state });
    expect(await call.alice.connection.received('transportClosed')).toEqual({
      transportId: call.transport.id,
      reason,
    });
    expect(call.peer.state).toBe('joined');
  });

  it('closes a transport without data channels only when it gets one', async () => {
    using call = await openConnection();
    for (const state of ['connected', 'failed'] as const) emitOn(call.media, 'sctpStateChanged', { state });
    expect(call.transport.closed).toBe(false);
    await produceData(call);
    expect(await call.alice.connection.received('transportClosed')).toEqual({
      transportId: call.transport.id,
      reason: 'sctpFailed',
    });
  });

  it('closes nothing when SCTP never connected', async () => {
    using call = await openConnection();
    emitOn(call.media, 'sctpStateChanged', { state: 'connecting' });
    emitOn(call.media, 'sctpStateChanged', { state: 'failed' });
    expect(call.transport.closed).toBe(false);
    expect(call.alice.connection.allReceived('transportClosed')).toEqual([]);
  });

  it('closes nothing when SCTP is lost and the server imitates the stock server', async () => {
    using call = await openConnection({ demoFaithful: true });
    for (const state of ['connected', 'failed'] as const) emitOn(call.media, 'sctpStateChanged', { state });
    expect(call.transport.closed).toBe(false);
    expect(call.peer.state).toBe('joined');
  });

  it.each(['ice', 'dtls'] as const)('ends the peer when the stock server would: %s', async (what) => {
    using call = await openConnection({ demoFaithful: true });
    lose(call, what);
    expect(await call.alice.connection.whenClosed()).toMatchObject({ code: 4000 });
  });
});
