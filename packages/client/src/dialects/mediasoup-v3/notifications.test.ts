import { describe, expect, it } from 'vitest';
import { roomWorld } from '@tureen/testkit/scripted/roomWorld';

/** Joins, with Bob in the room. */
async function withBob() {
  const world = roomWorld();
  world.server.peers = [{ id: 'bob', displayName: 'Bob' }];
  await world.room.join();
  const bob = world.room.peers.get('bob');
  if (bob === undefined) throw new Error('the room has no peer bob');
  return { ...world, bob };
}

describe('A notification of a mediasoup-v3 server', () => {
  it('names the speaking peers with their volumes', async () => {
    const { room, server, bob } = await withBob();
    const spoken = room.waitFor('speakingPeers');
    server.notify('speakingPeers', { peerVolumes: [{ peerId: 'bob', volume: -31 }] });
    expect(await spoken).toEqual({ speakers: [{ peer: bob, peerId: 'bob', volume: -31 }] });
  });

  it('reports the estimated bandwidth of the downlink', async () => {
    const { room, server } = await withBob();
    const estimate = { desiredBitrate: 900_000, effectiveDesiredBitrate: 800_000, availableBitrate: 700_000 };
    const estimated = room.waitFor('downlinkBwe');
    server.notify('downlinkBwe', estimate);
    expect(await estimated).toEqual(estimate);
  });

  it('marks a peer as reconnecting and as reconnected', async () => {
    const { room, server, bob } = await withBob();
    const lost = room.waitFor('peerReconnecting');
    server.notify('peerReconnecting', { peerId: 'bob' });
    expect((await lost).peer).toBe(bob);
    expect(bob.reconnecting).toBe(true);

    const back = room.waitFor('peerReconnected');
    server.notify('peerReconnected', { peerId: 'bob' });
    expect((await back).peer).toBe(bob);
    expect(bob.reconnecting).toBe(false);
  });
});
