import type { World } from '../fixtures/test.ts';
import type { LateJoinerOptions } from './lateJoiner.ts';
import type { Network } from './Network.ts';

/** Opens a room with one peer that sends its camera. */
export async function openRoom(world: World, network: Network): Promise<LateJoinerOptions> {
  const roomId = 'room';
  const sender = await world.joinAs('sender', { serverUrl: network.serverUrl, roomId });
  const connection = network.connections;
  await sender.publish('camera');
  return { world, network, roomId, sender: network.trafficOf(connection) };
}
