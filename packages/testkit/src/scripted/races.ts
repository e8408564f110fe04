import { deferred } from '@tureen/kernel';
import type { RoomOptions } from '@tureen/client';
import { expectUnchanged } from '../expectUnchanged.ts';
import { fakeTrack, roomWorld } from './roomWorld.ts';

export type World = ReturnType<typeof roomWorld>;

/** Calls `act` when the message of this number passes, in either direction. Resolves when it has passed. */
export function atMessage({ room }: World, number: number, act: () => void): Promise<string> {
  const crossed = deferred<string>();
  let seen = 0;
  const stop = room.trace(({ direction, kind, method }) => {
    seen += 1;
    if (seen !== number) return;
    stop();
    act();
    crossed.resolve(`${direction} ${kind} ${method}`);
  });
  return crossed.promise;
}

/** Messages that pass during `work`. */
export async function messagesOf({ room }: World, work: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  const stop = room.trace(({ direction, kind, method }) => seen.push(`${direction} ${kind} ${method}`));
  await work();
  stop();
  return seen;
}

/** Asserts that the room has no media, timer, connection, peer or producer, now and after all pending promises have run. */
export async function nothingIsLeft({ room, engine, clock, server }: World): Promise<void> {
  const read = () => {
    const { peers, producers } = room.snapshot();
    return {
      media: Object.values(engine.counts).filter((count) => count !== 0),
      timers: clock.pending,
      connections: server.connections.filter(({ closed }) => !closed).length,
      peers,
      producers,
    };
  };
  await expectUnchanged(read, { media: [], timers: 0, connections: 0, peers: [], producers: [] });
}

/** Alice with a camera and a consumer of bob, with functions to drop the connection and reconnect. `isKept`: the server resumes her. */
export async function inCall({ isKept = false, ...options }: Partial<RoomOptions> & { isKept?: boolean } = {}) {
  const world = roomWorld(options);
  const { room, server, clock } = world;
  server.peers = [{ id: 'bob' }];
  if (isKept) {
    server.on('join', ({ resumeToken, holds }) => {
      const { producers = [], consumers = [] } = (holds ?? {}) as { producers?: string[]; consumers?: string[] };
      const resumed = {
        producers: producers.map((id) => ({ id, paused: false })),
        consumers: consumers.map((id) => ({ id, paused: false, producerPaused: false })),
        dataProducers: [],
        dataConsumers: [],
      };
      const extensions = ['resumeToken', 'producePaused', 'closeConsumer'];
      return { peers: server.peers, extensions, resumeToken: 't', ...(resumeToken === undefined ? {} : { resumed }) };
    });
  }
  await room.join();
  const arrived = room.waitFor('newConsumer');
  void server.offer('c1', { peerId: 'bob', producerId: 'bobs-camera' });
  const { consumer } = await arrived;
  const producer = await room.produce(fakeTrack('video'), { source: 'camera' });
  const drop = async () => {
    const lost = room.waitFor('reconnecting');
    server.drop();
    await lost;
  };
  const reconnect = async () => {
    const back = room.waitFor('reconnected');
    clock.advance(100);
    await back;
  };
  server.received.length = 0;
  return { ...world, consumer, producer, drop, reconnect };
}

/** Alice, just joined, on a server that announces these extensions. */
export async function joined(extensions: string[] = []) {
  const world = roomWorld();
  world.server.extensions = extensions;
  await world.room.join();
  world.server.received.length = 0;
  return world;
}
