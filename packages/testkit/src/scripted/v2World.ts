import { ManualClock } from '@tureen/kernel';
import { canonicalMethod as alphaMethod } from '@tureen/protocol/mediasoup-v2-alpha';
import { canonicalMethod as betaMethod } from '@tureen/protocol/mediasoup-v2-beta';
import {
  type MediaEngine,
  mediasoupV2,
  mediasoupV2Alpha,
  mediasoupV2Beta,
  Room,
  type RoomOptions,
} from '@tureen/client';
import type { FakeEngineOptions, SessionOptions } from '@tureen/client/internals';
import { FakeEngine } from '@tureen/client/testing';
import { ScriptedV2Server, v2Consumer } from './ScriptedV2Server.ts';
import { hear } from './roomWorld.ts';
import { steppedPolicy } from './steppedPolicy.ts';
import { whenRead } from './waits.ts';

const makers = {
  'mediasoup-v2': { make: mediasoupV2, word: (name: string) => name },
  'mediasoup-v2-beta': { make: mediasoupV2Beta, word: betaMethod },
  'mediasoup-v2-alpha': { make: mediasoupV2Alpha, word: alphaMethod },
};

export type V2DialectName = keyof typeof makers;
export const v2Dialects = Object.keys(makers) as V2DialectName[];

export interface V2WorldOptions extends Partial<RoomOptions> {
  readonly dialectOptions?: SessionOptions | undefined;
  readonly engineOptions?: FakeEngineOptions | undefined;
  /** Replaces the fake engine. */
  readonly engine?: MediaEngine | undefined;
  /** Extensions that the server announces. */
  readonly extensions?: string[] | undefined;
}

/** Alice's room on a scripted server of the dialect, with a record of its events. */
export function v2World(name: V2DialectName, options: V2WorldOptions = {}) {
  const { dialectOptions, engineOptions, engine: other, extensions = [], ...roomOptions } = options;
  const { make, word } = makers[name];
  const server = new ScriptedV2Server();
  server.extensions = extensions;
  const engine = new FakeEngine(engineOptions);
  const clock = new ManualClock();
  const warnings: unknown[] = [];
  const quiet = () => {};
  const stepped = steppedPolicy();
  const room = new Room({
    roomId: 'r1',
    peerId: 'alice',
    dialect: make({ ...dialectOptions, engine: other ?? engine }),
    transport: server.transport,
    clock,
    logger: { debug: quiet, info: quiet, warn: (message) => warnings.push(message), error: quiet },
    reconnectPolicy: stepped.policy,
    ...roomOptions,
  });
  stepped.follow(room);
  /** Sends a notification under its name in mediasoup-v2. */
  const notify = (method: string, data: object = {}) => {
    server.notify(word(method), data);
  };
  return { server, engine, clock, room, said: hear(room), word, notify, warnings };
}

/** {@link v2World} after joining, with bob in the room. The record is empty. */
export async function joinedWorld(name: V2DialectName, options: V2WorldOptions = {}) {
  const world = v2World(name, options);
  world.server.peers = [{ name: 'bob' }];
  await world.room.join();
  world.said.length = 0;
  world.server.received.length = 0;
  return world;
}

/** {@link joinedWorld} with a consumer of bob's camera, ID 3333. */
export async function consumingWorld(name: V2DialectName, options: V2WorldOptions = {}) {
  const world = await joinedWorld(name, options);
  await whenRead(world.room, () => {
    world.notify('newConsumer', v2Consumer(3333, { peerName: 'bob' }));
  });
  const consumer = world.room.consumers.get('3333');
  if (consumer === undefined) throw new Error('the consumer was not received');
  world.said.length = 0;
  world.server.received.length = 0;
  return { ...world, consumer };
}
