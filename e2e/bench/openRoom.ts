import type { World } from '../fixtures/test.ts';
import type { LateJoinerOptions } from './lateJoiner.ts';
import type { Network } from './Network.ts';

/** A room with one peer that sends its camera. */
export interface OpenRoom {
  readonly room: LateJoinerOptions;
  /** Closes the page of the sender. Call this before the network closes: the sender would try to reconnect. */
  readonly close: () => Promise<void>;
}

/** Opens a room with one peer that sends its camera. */
export async function openRoom(world: World, network: Network): Promise<OpenRoom> {
  const roomId = 'room';
  const sender = await world.joinAs('sender', { serverUrl: network.serverUrl, roomId });
  const connection = network.connections;
  await sender.publish('camera');
  return {
    room: { world, network, roomId, sender: network.trafficOf(connection) },
    close: () => sender.page.context().close(),
  };
}
