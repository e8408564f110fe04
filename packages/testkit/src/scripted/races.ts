import { deferred } from '@tureen/kernel';
import type { RoomOptions } from '@tureen/client';
import { expectUnchanged } from '../expectUnchanged.ts';
import { fakeTrack, roomWorld } from './roomWorld.ts';

export type World = ReturnType<typeof roomWorld>;

/** Calls `act` as the message of that number, of either direction, crosses; resolves when it has. */
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

/** The messages that cross while `work` is done. */
export async function messagesOf({ room }: World, work: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  const stop = room.trace(({ direction, kind, method }) => seen.push(`${direction} ${kind} ${method}`));
  await work();
  stop();
  return seen;
}

/** Asserts that the room holds no media, timer, connection, peer or producer, now and after all pending promises have run. */
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

/** Alice with a camera and a consumer of bob's, and what a loss and the way back are: with or without her place kept. */
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
  const comesBack = async () => {
    const back = room.waitFor('reconnected');
    clock.advance(100);
    await back;
  };
  server.received.length = 0;
  return { ...world, consumer, producer, drop, comesBack };
}

/** Alice, who has just come, on a server that announces that it can do this. */
export async function joined(extensions: string[] = []) {
  const world = roomWorld();
  world.server.extensions = extensions;
  await world.room.join();
  world.server.received.length = 0;
  return world;
}
