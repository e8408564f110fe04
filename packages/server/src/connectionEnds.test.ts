import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { endReasons } from '@tureen/protocol/common';
import type { EndReason } from '@tureen/protocol/common';
import { SignJWT } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';
import { ManualClock } from '@tureen/kernel';
import { codeIn, pageOf, rowsOf, sectionOf } from '@tureen/testkit/markdown/markdown';
import type { ServerSettings } from './config/index.ts';
import { connectionEnds } from './http/connectionEnds.ts';
import type { ConnectionEndReason } from './http/connectionEnds.ts';
import type { EntryCounters } from './http/HttpEntry.ts';
import { startServer } from './main.ts';
import { capturedLogs } from './testing/capturedLogs.ts';
import { sendRequest, closeOf, openEntry } from './testing/openEntry.ts';
import type { OpenEntryOptions } from './testing/openEntry.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A server with one media worker, whose time stands still, and its clients. */
async function openServer(settings: Partial<ServerSettings> = {}) {
  const clock = new ManualClock();
  const parts = { clock, logger: capturedLogs().logger };
  const server = await startServer({ port: 0, workers: 1, metrics: 'local', ...settings }, parts);
  cleanups.push(() => server.close());
  const connect = async (peerId: string, roomId = 'r') => {
    const client = new WebSocket(`${server.url.replace('http', 'ws')}/mediasoup-v3?roomId=${roomId}&peerId=${peerId}`);
    cleanups.push(() => {
      client.terminate();
    });
    await once(client, 'open');
    return client;
  };
  const join = async (peerId: string) => {
    const client = await connect(peerId);
    expect(await sendRequest(client, 'join', { displayName: peerId })).toMatchObject({ ok: true });
    return client;
  };
  /** The reasons that are counted, and how often. */
  const counted = async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const lines = text.matchAll(/^tureen_connections_ended_total\{reason="(\w+)"\} ([1-9]\d*)$/gm);
    return [...lines].map(([, reason, count]) => [reason, Number(count)]);
  };
  return { server, clock, connect, join, counted };
}

/** An entry alone, where no rooms are needed. */
async function openCounted(options: OpenEntryOptions = {}) {
  const ended = new Map<string, number>();
  const refused: [number, string][] = [];
  const counters: EntryCounters = {
    countConnection() {},
    countDropped() {},
    countDescriptorRefusal() {},
    countRefusal: (status, reason) => refused.push([status, reason]),
    countEnd: (reason) => ended.set(reason, (ended.get(reason) ?? 0) + 1),
  };
  const world = await openEntry({ counters, ...options });
  cleanups.push(() => world[Symbol.asyncDispose]());
  return { ...world, refused, counted: () => [...ended] };
}

interface Counted {
  counted(): unknown;
}

/** Opens an entry with one client, of whom `act` makes the server want to get rid. */
const entry =
  (
    options: OpenEntryOptions,
    act: (client: WebSocket, world: Awaited<ReturnType<typeof openCounted>>) => unknown,
    clientOptions: ClientOptions = {},
  ) =>
  async (): Promise<Counted> => {
    const world = await openCounted(options);
    const client = await world.connect(undefined, clientOptions);
    const closed = world.dialect.nextClosed();
    await act(client, world);
    await closed;
    return world;
  };

/** Does the same with a whole server. */
const server =
  (settings: Partial<ServerSettings>, act: (world: Awaited<ReturnType<typeof openServer>>) => Promise<WebSocket>) =>
  async (): Promise<Counted> => {
    const world = await openServer(settings);
    const client = await act(world);
    if (client.readyState !== client.CLOSED) await closeOf(client);
    return world;
  };

const jwtSecret = 'correct horse battery staple, all over again';

/** What makes the server end a connection for each reason; `no connection`: it only refuses one before it is open. */
const endings: Readonly<Record<ConnectionEndReason, (() => Promise<Counted>) | 'no connection'>> = {
  unauthorized: 'no connection',
  forbidden: 'no connection',
  originNotAllowed: 'no connection',
  hostNotAllowed: 'no connection',
  unknownDialect: 'no connection',
  badRequest: 'no connection',
  tooManyConnections: 'no connection',
  duplicatedPeer: 'no connection',
  authorizationUnavailable: 'no connection',
  notPermitted: 'no connection',
  idle: 'no connection',
  mediaLost: 'no connection',
  unavailable: 'no connection',
  tooManyJoins: server({ maxJoinsPerPeer: 1, pingIntervalMs: 0 }, async ({ server: { url }, clock }) => {
    const who = { roomId: 'r', userId: 'alice' };
    const joinTo = async (ok: boolean) => {
      const alice = new WebSocket(`${url.replace('http', 'ws')}/push-pull`);
      cleanups.push(() => {
        alice.terminate();
      });
      await once(alice, 'open');
      expect(await sendRequest(alice, 'join', { ...who, userName: 'Alice' })).toMatchObject({ ok });
      return alice;
    };
    await joinTo(true);
    const refused = await joinTo(false);
    clock.advance(1000);
    return refused;
  }),
  roomFull: server({ maxPeersPerRoom: 1 }, async ({ join, connect }) => {
    await join('alice');
    return connect('bob');
  }),
  tooManyRooms: server({ maxRooms: 1 }, async ({ join, connect }) => {
    await join('alice');
    return connect('bob', 'another');
  }),
  tokenExpired: server({ jwtSecret, endWithToken: true, pingIntervalMs: 0 }, async ({ server: { url }, clock }) => {
    const claims = { roomId: 'r', peerId: 'alice', exp: Math.floor(Date.now() / 1000) + 60 };
    const token = new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(jwtSecret));
    const alice = new WebSocket(`${url.replace('http', 'ws')}/mediasoup-v3?roomId=r&peerId=alice&token=${await token}`);
    await once(alice, 'open');
    expect(await sendRequest(alice, 'join', { displayName: 'alice' })).toMatchObject({ ok: true });
    clock.advance(70_000);
    return alice;
  }),
  left: server({}, async ({ join }) => {
    const alice = await join('alice');
    alice.send(JSON.stringify({ request: true, id: 3, method: 'leaveRoom' }));
    return alice;
  }),
  kicked: server({}, async (world) => {
    const alice = await world.join('alice');
    expect(world.server.registry.kick('r', 'alice')).toBe(true);
    return alice;
  }),
  replaced: server({}, async ({ join }) => {
    const alice = await join('alice');
    await join('alice');
    return alice;
  }),
  roomClosed: server({}, async (world) => {
    const alice = await world.join('alice');
    expect(world.server.registry.closeRoom('r')).toBe(true);
    return alice;
  }),
  joinTimeout: server({ joinTimeoutMs: 3000 }, async ({ connect, clock }) => {
    const alice = await connect('alice');
    expect(await sendRequest(alice, 'getRouterRtpCapabilities')).toMatchObject({ ok: true });
    clock.advance(3000);
    return alice;
  }),
  workerDied: server({}, async (world) => {
    const alice = await world.join('alice');
    const health = (await (await fetch(`${world.server.url}/health`)).json()) as { workers: { pid: number }[] };
    process.kill(health.workers[0]!.pid, 'SIGKILL');
    return alice;
  }),
  tooManyMessages: entry({ maxMessagesPerSec: 1 }, (client) => {
    for (let n = 0; n < 11; n += 1) client.ping();
  }),
  tooManyBytes: entry({ maxBytesPerSec: 1, maxMessageBytes: 2048 }, (client) => {
    for (let n = 0; n < 2; n += 1) client.send('x'.repeat(2000));
  }),
  badMessages: entry({ maxBadMessages: 1 }, (client) => {
    for (let n = 0; n < 2; n += 1) client.send('no JSON');
  }),
  refusedRequests: entry({ maxRefusedRequests: 1 }, (client) => {
    for (let id = 0; id < 2; id += 1) client.send(JSON.stringify({ request: true, id, method: 'refuse' }));
  }),
  messageTooLarge: entry({ maxMessageBytes: 2048 }, (client) => {
    client.send('x'.repeat(2049));
  }),
  slowReader: entry({ slowReaderMs: 5000 }, (client, { dialect, clock }) => {
    client.pause();
    dialect.connection.notify('roster', 'x'.repeat(20 * 1024 * 1024));
    clock.advance(5000);
  }),
  bufferTotal: entry(
    { maxBufferedTotalBytes: 1024 * 1024, maxBufferedBytes: 64 * 1024 * 1024 },
    (client, { dialect }) => {
      client.pause();
      for (let n = 0; n < 2; n += 1) dialect.connection.notify('roster', 'x'.repeat(20 * 1024 * 1024));
    },
  ),
  noPong: entry(
    { pingIntervalMs: 1000 },
    async (client, { clock }) => {
      clock.advance(1000);
      await once(client, 'ping');
      clock.advance(1000);
    },
    { autoPong: false },
  ),
  shuttingDown: entry({}, (_client, world) => {
    void world.entry.close();
  }),
  internalError: async () => {
    const world = await openCounted({
      onClient: () => {
        throw new Error('no room in here');
      },
    });
    expect(await closeOf(await world.connect())).toEqual([1011, 'internalError']);
    return world;
  },
};

const ends = Object.entries(endings).filter(
  (row): row is [string, () => Promise<Counted>] => row[1] !== 'no connection',
);

describe('tureen_connections_ended_total', () => {
  it.each(ends)('counts a connection that the server ends with %s', async (reason, end) => {
    const world = await end();
    expect(await world.counted()).toEqual([[reason, 1]]);
  });

  it('has every reason from the start, at zero', async () => {
    const { server: running } = await openServer();
    const text = await (await fetch(`${running.url}/metrics`)).text();
    const lines = text.matchAll(/^tureen_connections_ended_total\{reason="(\w+)"\} 0$/gm);
    expect([...lines].map(([, reason]) => reason)).toEqual(connectionEnds);
  });

  it.each(endReasons)('counts a close frame with the reason %s', async (reason) => {
    const world = await openCounted();
    await world.connect();
    world.dialect.connection.close(reason, 'a text for people');
    expect(world.counted()).toEqual([[reason, 1]]);
  });

  it('does not count a connection that the client ends', async () => {
    const world = await openCounted();
    const client = await world.connect();
    const closed = world.dialect.nextClosed();
    client.close();
    await closed;
    expect(world.counted()).toEqual([]);
  });
});

/** What refuses a client before its connection is open. */
const refusals: readonly [
  status: number,
  reason: EndReason,
  options: OpenEntryOptions,
  request?: ClientOptions & { path?: string },
][] = [
  [401, 'unauthorized', { authorize: () => ({ allowed: false, code: 'unauthorized' }) }],
  [401, 'tokenExpired', { authorize: () => ({ allowed: false, code: 'tokenExpired' }) }],
  [403, 'forbidden', { authorize: () => ({ allowed: false }) }],
  [403, 'originNotAllowed', { allowedOrigins: ['https://meet.example'] }, { origin: 'https://evil.example' }],
  [404, 'unknownDialect', {}, { path: '/mediasoup-v4?roomId=r&peerId=p' }],
  [400, 'badRequest', {}, { path: '/mediasoup-v3?roomId=r' }],
  [429, 'tooManyConnections', { maxConnectionsPerAddress: 1, trustProxy: true }],
  [429, 'tooManyJoins', { maxJoinsPerPeer: 1 }],
];

describe('tureen_refusals_total', () => {
  it.each(refusals)('counts a refusal with %i %s', async (status, reason, options, request = {}) => {
    const world = await openCounted(options);
    const { path = '/mediasoup-v3?roomId=r&peerId=p', ...rest } = request;
    const connect = () => world.connect(path, { headers: { 'x-forwarded-for': '192.0.2.1' }, ...rest });
    if (status === 429) await connect();
    // A page cannot read a status: its connection is accepted and closed, which is no end of a session.
    if (request.origin !== undefined) expect((await closeOf(await connect()))[0]).toBe(4000);
    else await expect(connect()).rejects.toThrow(String(status));
    expect(world.refused).toEqual([[status, reason]]);
    expect(world.counted()).toEqual([]);
  });

  it('counts a refusal by a server that stops', async () => {
    const world = await openCounted();
    const drained = world.entry.drain(1000);
    await expect(world.connect()).rejects.toThrow('503');
    expect(world.refused).toEqual([[503, 'shuttingDown']]);
    await drained;
  });

  it('counts a request that is no WebSocket handshake', async () => {
    const world = await openCounted();
    const socket = connectSocket(world.port, '127.0.0.1');
    socket.write('GET /?roomId=r&peerId=p HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    socket.resume();
    await once(socket, 'close');
    expect(world.refused).toEqual([[400, 'badRequest']]);
  });
});

it('docs/server-monitoring.md describes every reason', () => {
  const rows = rowsOf(sectionOf(pageOf('docs/server-monitoring.md'), 'Reasons'));
  const described = rows.flatMap(([cell = '']) => codeIn(cell));
  expect(described.toSorted()).toEqual(connectionEnds.toSorted());
});
