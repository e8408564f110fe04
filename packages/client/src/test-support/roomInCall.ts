import { fakeTrack, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import type { RoomOptions } from '../room/options.ts';

/** Joins Alice's room with a producer, and a consumer of Bob's track. */
export async function inCall(options: Partial<RoomOptions> = {}) {
  const world = roomWorld(options);
  const { room, server, said } = world;
  server.peers = [
    { id: 'bob', displayName: 'Bob' },
    { id: 'carol', displayName: 'Carol' },
  ];
  await room.join({ displayName: 'Alice' });
  const arrived = room.waitFor('newConsumer');
  void server.offer('c1', { peerId: 'bob', producerId: 'bobs-camera' });
  const { consumer } = await arrived;
  const track = fakeTrack('video');
  const producer = await room.produce(track, { source: 'camera' });
  said.length = 0;
  server.received.length = 0;
  return { ...world, consumer, producer, track };
}
