import { describe, expect, it } from 'vitest';
import type { RoomRegistry } from '../rooms/RoomRegistry.ts';
import type { MemoryConnection } from '../testing/MemoryConnection.ts';
import { openPushPullRooms } from '../testing/openPushPullRooms.ts';
import { openRooms } from '../testing/openRooms.ts';
import { openV2Rooms } from '../testing/openV2Rooms.ts';
import { useBackend } from '../testing/useBackend.ts';
import { v2Names } from '../testing/V2Client.ts';
import type { V2Name } from '../testing/V2Client.ts';

const backend = useBackend();

/** Connected client. */
interface Joiner {
  readonly connection: MemoryConnection;
  /** Joins, or resumes with a token. Resolves with the token of the response. */
  join(token?: string): Promise<string | undefined>;
}

interface World extends Disposable {
  readonly registry: RoomRegistry;
  connect(): Promise<Joiner>;
}

function openV3World(): World {
  const rooms = openRooms(backend());
  return {
    registry: rooms.registry,
    connect() {
      const client = rooms.connect('alice');
      const join = async (resumeToken?: string) =>
        (await client.join({ consume: false, canResume: true, resumeToken })).resumeToken;
      return Promise.resolve({ connection: client.connection, join });
    },
    [Symbol.dispose]: () => {
      rooms.registry.close();
    },
  };
}

function openV2World(dialect: V2Name): World {
  const rooms = openV2Rooms(backend());
  return {
    registry: rooms.registry,
    async connect() {
      const client = rooms.connect(dialect, 'alice');
      const rtpCapabilities = { codecs: [], headerExtensions: [] };
      if (dialect !== 'mediasoup-v2-alpha') await client.loadDevice();
      const join = async (resumeToken?: string) =>
        (await client.join({ rtpCapabilities, extensions: ['resumeToken'], resumeToken, holds: {} })).resumeToken;
      return { connection: client.connection, join };
    },
    [Symbol.dispose]: () => {
      rooms.registry.close();
    },
  };
}

function openPushPullWorld(): World {
  const rooms = openPushPullRooms(backend());
  return {
    registry: rooms.registry,
    connect() {
      const client = rooms.connect('alice');
      const join = async (resumeToken?: string) => {
        const resuming = resumeToken === undefined ? {} : { resumeToken, holds: { producers: [], consumers: [] } };
        return (await client.join({ extensions: ['resumeToken'], ...resuming })).resumeToken;
      };
      return Promise.resolve({ connection: client.connection, join });
    },
    [Symbol.dispose]: () => {
      rooms.registry.close();
    },
  };
}

const worlds: Readonly<Record<string, () => World>> = {
  'mediasoup-v3': openV3World,
  ...Object.fromEntries(v2Names.map((dialect) => [dialect, () => openV2World(dialect)])),
  'push-pull': openPushPullWorld,
};

/** Lets another peer join, of which every client is notified. */
async function joinAs(registry: RoomRegistry, id: string): Promise<void> {
  (await registry.enter('room', { id, dialect: 'test' })).join({});
}

/** Returns the kinds of arrivals from the first join response on, and of arrivals that name `id`. */
function arrivalsNaming({ arrivals }: MemoryConnection, id: string): string[] {
  return arrivals.flatMap((arrival) => {
    const isResponse = arrival.kind === 'answer' && JSON.stringify(arrival.data).includes('resumeToken');
    if (isResponse) return ['response'];
    return arrival.kind === 'notification' && JSON.stringify(arrival.data).includes(id) ? ['notification'] : [];
  });
}

/** Holds back the responses of a connection. */
function delayResponses(connection: MemoryConnection) {
  const made = Promise.withResolvers<Record<string, unknown>>();
  const sent = Promise.withResolvers<void>();
  connection.beforeSent = (_method, response) => {
    made.resolve(response as Record<string, unknown>);
    return sent.promise;
  };
  return { made: made.promise, send: sent.resolve };
}

describe.each(Object.entries(worlds))('a join in %s', (_dialect, open) => {
  it('holds notifications until its response was passed to the socket', async () => {
    using world = open();
    const { connection, join } = await world.connect();
    const response = delayResponses(connection);
    const joined = join();
    await response.made;
    await joinAs(world.registry, 'late');
    expect(arrivalsNaming(connection, 'late')).toEqual([]);
    response.send();
    await joined;
    expect(arrivalsNaming(connection, 'late')).toEqual(['response', 'notification']);
    await joinAs(world.registry, 'later');
    expect(arrivalsNaming(connection, 'later')).toEqual(['response', 'notification']);
  });

  it('holds notifications of a resume until its response was passed to the socket', async () => {
    using world = open();
    const first = await world.connect();
    const token = await first.join();
    first.connection.drop();
    const second = await world.connect();
    const response = delayResponses(second.connection);
    const resumed = second.join(token);
    await response.made;
    await joinAs(world.registry, 'late');
    expect(arrivalsNaming(second.connection, 'late')).toEqual([]);
    response.send();
    await resumed;
    expect(arrivalsNaming(second.connection, 'late')).toEqual(['response', 'notification']);
  });

  it('drops held notifications when the socket closes before the response was sent', async () => {
    using world = open();
    const { connection, join } = await world.connect();
    const response = delayResponses(connection);
    const joined = join();
    await response.made;
    await joinAs(world.registry, 'late');
    connection.drop();
    response.send();
    await joined;
    expect(arrivalsNaming(connection, 'late')).toEqual([]);
  });

  it('does not release the notifications of a connection that resumed meanwhile', async () => {
    using world = open();
    const first = await world.connect();
    const lost = delayResponses(first.connection);
    const joined = first.join();
    const { resumeToken } = await lost.made;
    first.connection.drop();
    const second = await world.connect();
    const response = delayResponses(second.connection);
    const resumed = second.join(String(resumeToken));
    await response.made;
    lost.send();
    await joined;
    await joinAs(world.registry, 'late');
    expect(arrivalsNaming(second.connection, 'late')).toEqual([]);
    response.send();
    await resumed;
    expect(arrivalsNaming(second.connection, 'late')).toEqual(['response', 'notification']);
  });
});

describe.each(Object.entries(worlds).filter(([dialect]) => dialect !== 'push-pull'))(
  'a second join in %s',
  (_, open) => {
    it('holds notifications until its refusal was passed to the socket', async () => {
      using world = open();
      const { connection, join } = await world.connect();
      await join();
      const response = delayResponses(connection);
      const refused = join();
      await response.made;
      await joinAs(world.registry, 'late');
      response.send();
      await expect(refused).rejects.toThrow();
      expect(connection.arrivals.map(({ kind }) => kind).slice(-2)).toEqual(['refusal', 'notification']);
    });
  },
);
