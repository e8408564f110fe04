import { describe, expect, it } from 'vitest';
import type { RoomRegistry } from '../../packages/server/src/rooms/RoomRegistry.ts';
import type { MemoryConnection } from '../../packages/server/src/testing/MemoryConnection.ts';
import { offer } from '../../packages/server/src/testing/offers.ts';
import { openV2Rooms } from '../../packages/server/src/testing/openV2Rooms.ts';
import { openPushPullRooms } from '../../packages/server/src/testing/openPushPullRooms.ts';
import { useBackend } from '../../packages/server/src/testing/useBackend.ts';
import type { V2Client } from '../../packages/server/src/testing/V2Client.ts';
import { dialects, isV2, type DialectName, type V2Name, type Message } from './dialects.ts';
import { samplesOf } from './samples.ts';

const backend = useBackend();

/** Peer with every kind of entity. */
interface Participant {
  readonly id: string;
  readonly roomId: string;
  readonly connection: MemoryConnection;
  /** IDs of the peer's entities, by the names in its dialect's messages. */
  readonly ids: readonly (string | number)[];
}

interface World extends Disposable {
  readonly registry: RoomRegistry;
  readonly mallory: Participant;
  /** A peer in mallory's room, and a peer in another room. */
  readonly others: readonly [neighbor: Participant, stranger: Participant];
}

const people = [
  ['mallory', 'room'],
  ['neighbor', 'room'],
  ['stranger', 'elsewhere'],
] as const;

const open = (dialect: DialectName): Promise<World> => {
  if (dialect === 'push-pull') return openPushPull();
  return isV2(dialect) ? openV2(dialect) : openV3();
};

function idsOf(registry: RoomRegistry, roomId: string, id: string): string[] {
  const peer = registry.get(roomId)?.peers.get(id);
  if (peer === undefined) throw new Error(`no peer ${id}`);
  const { transports, sending, receiving } = peer;
  const { producers, dataProducers } = sending;
  const { consumers, dataConsumers } = receiving;
  return [transports, producers, consumers, dataProducers, dataConsumers].flatMap((map) => [...map.keys()]);
}

/** Opens a world with two peers per room, so that each has consumers too. */
async function openV3(): Promise<World> {
  const rooms = openV2Rooms(backend());
  const clients = [];
  for (const [id, roomId] of [...people, ['other', 'elsewhere'] as const]) {
    const client = rooms.connectV3(id, roomId);
    await client.enter({ displayName: id });
    await client.produce('audio');
    await client.produceData();
    clients.push({ id, roomId, connection: client.connection });
  }
  for (const { connection } of clients) {
    await connection.received('newConsumer');
    await connection.received('newDataConsumer');
  }
  return worldOf(
    rooms,
    clients.map((client) => ({ ...client, ids: idsOf(rooms.registry, client.roomId, client.id) })),
  );
}

async function openV2(dialect: V2Name): Promise<World> {
  const rooms = openV2Rooms(backend());
  const clients: { id: string; roomId: string; client: V2Client; produced: number }[] = [];
  for (const [id, roomId] of [...people, ['other', 'elsewhere'] as const]) {
    const client = rooms.connect(dialect, id, roomId);
    await client.join();
    await client.createTransport('recv');
    clients.push({ id, roomId, client, produced: await client.produce('audio') });
  }
  const participants: Participant[] = [];
  for (const { id, roomId, client, produced } of clients) {
    const peer = rooms.registry.get(roomId)?.peers.get(id);
    await peer?.receiving.whenOffersMade();
    const told = client.all('newConsumer').map((payload) => payload.id as number);
    const ids = [client.send?.id ?? 0, client.recv?.id ?? 0, produced, ...told];
    participants.push({ id, roomId, connection: client.connection, ids });
  }
  return worldOf(rooms, participants);
}

async function openPushPull(): Promise<World> {
  const rooms = openPushPullRooms(backend());
  const participants: Participant[] = [];
  for (const [id, roomId] of people) {
    const client = rooms.connect(id, roomId);
    await client.join({ extensions: ['pushers'] });
    const { pushers = [] } = await client.push(offer('firefox-push-video'));
    participants.push({ id, roomId, connection: client.connection, ids: pushers.map(({ pusherId }) => pusherId) });
  }
  return worldOf(rooms, participants);
}

function worldOf(rooms: { readonly registry: RoomRegistry } & Disposable, all: readonly Participant[]): World {
  const [mallory, neighbor, stranger] = all;
  if (mallory === undefined || neighbor === undefined || stranger === undefined) throw new Error('a peer is missing');
  const dispose = () => {
    rooms[Symbol.dispose]();
  };
  return { registry: rooms.registry, mallory, others: [neighbor, stranger], [Symbol.dispose]: dispose };
}

/** Fields of a message that name an entity. */
function entityFields(dialect: DialectName, { data }: Message): readonly string[] {
  const { method } = Object(data) as { readonly method?: string };
  return Object.keys(Object(data) as object).filter(
    (key) =>
      /^(transport|producer|consumer|dataProducer|dataConsumer|pusher)Ids?$/.test(key) ||
      key === 'specs' ||
      // A client chooses the ID of an entity that it creates.
      (key === 'id' && isV2(dialect) && method?.startsWith('create') !== true),
  );
}

/** The example, sent by mallory, with the ID of another peer's entity. */
function aimed(
  { data }: Message,
  field: string,
  foreign: string | number,
  owner: Participant,
  mallory: Participant,
): object {
  const example = Object(data) as Record<string, unknown>;
  const named = typeof example[field] === 'number' || isNaN(Number(foreign)) ? foreign : String(foreign);
  const who = 'userId' in example ? { roomId: mallory.roomId, userId: mallory.id } : {};
  const target = 'targetUserId' in example ? { targetUserId: owner.id } : {};
  const value = field === 'specs' ? [{ type: 'video', pusherId: foreign }] : field.endsWith('Ids') ? [foreign] : named;
  const sdp = field === 'specs' ? { sdp: { type: 'offer', sdp: offer('firefox-pull-video-aligned') } } : {};
  return { ...example, ...who, ...target, ...sdp, [field]: value };
}

describe.each(dialects)('in %s', (dialect) => {
  const messages = samplesOf(dialect, 'server').messages.filter(
    (message) => entityFields(dialect, message).length > 0 && !(isV2(dialect) && /^[a-z]+[A-Z]/.test(message.method)),
  );

  it('refuses each request about the entity of another peer as unknown, in the same room and in another, and changes nothing', async () => {
    using world = await open(dialect);
    const { registry, mallory, others } = world;
    const state = () => registry.list();
    const before = state();
    for (const { connection } of others) connection.arrivals.length = 0;
    const tried = new Set<string>();
    for (const [message, field, owner, foreign] of attempts(dialect, messages, world)) {
      const data = aimed(message, field, foreign, owner, mallory);
      const outcome = await outcomeOf(mallory.connection, { ...message, data });
      const method = (data as { method?: string }).method ?? message.method;
      tried.add(method);
      // Messages without a response, or with an empty response to a notification sent as a request, are refused silently.
      if (message.kind === 'request' && message.method !== 'mediasoup-notification')
        expect(`${method} ${field}: ${outcome}`).toMatch(/: (404|-1) .*not found/);
    }
    expect(state()).toEqual(before);
    expect(others.flatMap(({ connection }) => connection.arrivals)).toEqual([]);
    expect(tried.size).toBeGreaterThan(5);
  });
});

type Attempt = readonly [message: Message, field: string, owner: Participant, foreign: string | number];

function attempts(dialect: DialectName, messages: readonly Message[], { mallory, others }: World): Attempt[] {
  return (
    messages
      .flatMap((message) => entityFields(dialect, message).map((field) => [message, field] as const))
      .flatMap(([message, field]) => others.map((owner) => [message, field, owner] as const))
      // A pull of a peer in the same room is allowed.
      .filter(([{ method }, , owner]) => method !== 'pull' || owner.roomId !== mallory.roomId)
      .flatMap(([message, field, owner]) => owner.ids.map((id) => [message, field, owner, id] as const))
  );
}

async function outcomeOf(connection: MemoryConnection, { method, kind, data }: Message): Promise<string> {
  if (kind === 'notification') {
    connection.sendNotification(method, data);
    return 'told';
  }
  try {
    await connection.sendRequest(method, data);
    return 'done';
  } catch (error) {
    const { code, message } = error as { code: number; message: string };
    return `${String(code)} ${message}`;
  }
}
