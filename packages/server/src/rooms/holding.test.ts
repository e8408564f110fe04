import { describe, expect, it } from 'vitest';
import { RoomMember } from '../testing/RoomMember.ts';
import { capturedLogs } from '../testing/capturedLogs.ts';
import { audioParameters, only, videoParameters } from '../testing/rtp.ts';
import { useBackend } from '../testing/useBackend.ts';
import type { Peer } from './Peer.ts';
import type { ResumableIds } from './PeerOptions.ts';
import { RoomRegistry } from './RoomRegistry.ts';

const backend = useBackend();

const audio = () => ({ kind: 'audio', rtpParameters: audioParameters() }) as const;
const video = () => ({ kind: 'video', rtpParameters: videoParameters() }) as const;
/** Resumes the client of `peer`, which still has only `ids`. */
function retain({ sending, receiving }: Peer, ids: Partial<ResumableIds> = {}): void {
  const none = new Set<string>();
  const all = { producers: none, consumers: none, dataProducers: none, dataConsumers: none, ...ids };
  sending.retainOnly(all);
  receiving.retainOnly(all);
}

/** Opens a room: Alice sends, and Bob receives according to `receives`. */
async function openRoom(receives?: 'audio') {
  const registry = new RoomRegistry({ backend: backend(), logger: capturedLogs().logger });
  const alice = await RoomMember.enter(registry, 'alice');
  const capabilities = only('audio', alice.peer.room.rtpCapabilities);
  const bob = await RoomMember.enter(registry, 'bob', receives === undefined ? {} : { receives: capabilities });
  return { registry, alice, bob, [Symbol.dispose]: () => registry.close() };
}

describe('a disconnected peer', () => {
  it('is offered everything it missed once it resumes, once', async () => {
    using room = await openRoom();
    const { alice, bob } = room;
    bob.peer.setReconnecting(true);
    const producer = await alice.peer.sending.produce(alice.send, audio());
    await alice.peer.room.whenOffersMade();
    expect([bob.peer.receiving.consumers.size, bob.log.includes('newConsumer')]).toEqual([0, false]);
    bob.peer.setReconnecting(false);
    const offered = bob.next('newConsumer');
    bob.peer.receiving.offerMissing();
    bob.peer.receiving.offerMissing();
    expect((await offered).consumer.producer).toBe(producer);
    await bob.peer.receiving.whenOffersMade();
    expect(bob.peer.receiving.consumers.size).toBe(1);
  });

  it('retains what its client has, and is offered again what its client lacks', async () => {
    using room = await openRoom();
    const { alice, bob } = room;
    const [first, second] = [
      await alice.peer.sending.produce(alice.send, audio()),
      await alice.peer.sending.produce(alice.send, video()),
    ];
    await alice.peer.room.whenOffersMade();
    const [kept] = [...bob.peer.receiving.consumers.values()].filter(({ producer }) => producer === first);
    const own = await bob.peer.sending.produce(bob.send, audio());
    bob.peer.setReconnecting(true);
    retain(bob.peer, { consumers: new Set([kept!.id]), producers: new Set([own.id]) });
    expect([...bob.peer.receiving.consumers.values()]).toEqual([kept]);
    expect([...bob.peer.sending.producers.values()]).toEqual([own]);
    bob.peer.setReconnecting(false);
    const offered = bob.next('newConsumer');
    bob.peer.receiving.offerMissing();
    expect((await offered).consumer.producer).toBe(second);
    expect(kept!.closed).toBe(false);
  });

  it('is not offered again what it closed or cannot decode, until it replaces its transport', async () => {
    using room = await openRoom('audio');
    const { alice, bob } = room;
    await alice.peer.sending.produce(alice.send, video());
    await alice.peer.sending.produce(alice.send, audio());
    await alice.peer.room.whenOffersMade();
    const [unwanted] = bob.peer.receiving.consumers.values();
    unwanted!.close('owner');
    bob.peer.setReconnecting(true);
    retain(bob.peer);
    bob.peer.setReconnecting(false);
    bob.log.length = 0;
    bob.peer.receiving.offerMissing();
    await bob.peer.receiving.whenOffersMade();
    expect(bob.log).toEqual([]);
    // On another transport all offers are made again.
    const recv = await bob.peer.createTransport({ isProducing: false, isConsuming: true });
    bob.peer.receiving.consume({ ...bob.peer.receiving.options!, transport: recv });
    await bob.peer.receiving.whenOffersMade();
    expect(bob.log).toEqual(['consumerUnsupported', 'newConsumer']);
  });

  it('is offered a consumer once that was being created when it resumed', async () => {
    using room = await openRoom();
    const { alice, bob } = room;
    await alice.peer.sending.produce(alice.send, audio());
    bob.peer.setReconnecting(true);
    retain(bob.peer);
    bob.peer.setReconnecting(false);
    bob.peer.receiving.offerMissing();
    await bob.peer.receiving.whenOffersMade();
    expect(bob.peer.receiving.consumers.size).toBe(1);
  });

  it.each(['test', 'another dialect'])('is replaced by a peer that joins under its ID, by %s', async (dialect) => {
    using room = await openRoom();
    const { registry, alice, bob } = room;
    await expect(RoomMember.enter(registry, 'alice', { dialect })).rejects.toMatchObject({ code: 'duplicatedPeer' });
    alice.peer.setReconnecting(true);
    const gone = bob.next('peerClosed');
    const other = await RoomMember.enter(registry, 'alice', { dialect });
    expect(await gone).toMatchObject({ peer: alice.peer, reason: 'replaced' });
    expect(registry.get('room')?.peers.get('alice')).toBe(other.peer);
  });
});
