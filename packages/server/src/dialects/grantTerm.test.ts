import { describe, expect, it } from 'vitest';
import type { MemoryConnection } from '../testing/MemoryConnection.ts';
import { openV2Rooms } from '../testing/openV2Rooms.ts';
import { openPushPullRooms } from '../testing/openPushPullRooms.ts';
import { openRooms } from '../testing/openRooms.ts';
import { useBackend } from '../testing/useBackend.ts';
import { v2Names } from '../testing/V2Client.ts';
import type { Grant } from './grant.ts';

const backend = useBackend();

const DAY_MS = 86_400_000;
/** Longer than a timer of Node can count. */
const LONG_MS = 60 * DAY_MS;
/** Time that may pass on the wall clock while a test runs, in ms. */
const SLACK_MS = 60_000;

const holds = { producers: [], consumers: [] };

/** Client whose session can end and resume, in any dialect. */
interface Session {
  readonly clock: { advance: (ms: number) => void; readonly pending: number };
  /** Connection of the client, which has joined. */
  readonly connection: MemoryConnection;
  /** Returns whether the room still has the peer. */
  readonly isThere: () => boolean;
  /** Resumes the session on another connection with that grant. */
  readonly resume: (grant: Grant) => Promise<MemoryConnection>;
  readonly close: () => void;
}

async function v3(variant: 'classic' | 'notify', grant: Grant): Promise<Session> {
  const rooms = openRooms(backend(), { variant });
  const client = rooms.connect('alice', 'room', grant);
  const { resumeToken } = await client.enter({ canResume: true });
  return {
    clock: rooms.clock,
    connection: client.connection,
    isThere: () => rooms.registry.get('room')?.peers.has('alice') === true,
    async resume(next) {
      const { connection } = rooms.connect('alice', 'room', next);
      await client.resume(connection, resumeToken, holds);
      return connection;
    },
    close: () => {
      rooms[Symbol.dispose]();
    },
  };
}

async function family(dialect: (typeof v2Names)[number], grant: Grant): Promise<Session> {
  const rooms = openV2Rooms(backend());
  const client = rooms.connect(dialect, 'alice', 'room', grant);
  const { resumeToken } = await client.join({ extensions: ['resumeToken'] });
  return {
    clock: rooms.clock,
    connection: client.connection,
    isThere: () => rooms.registry.get('room')?.peers.has('alice') === true,
    async resume(next) {
      const { connection } = rooms.connect(dialect, 'alice', 'room', next);
      await client.resume(connection, resumeToken, holds);
      return connection;
    },
    close: () => {
      rooms[Symbol.dispose]();
    },
  };
}

async function pushPull(profile: 'standard' | 'rtcpilot', grant: Grant): Promise<Session> {
  const rooms = openPushPullRooms(backend(), { profile });
  const extensions = profile === 'standard' ? (['resumeToken'] as const) : [];
  const connect = (next: Grant) => {
    const client = rooms.connect('alice');
    client.connection.grant = next;
    return client;
  };
  const client = connect(grant);
  const { resumeToken } = await client.join({ extensions });
  return {
    clock: rooms.clock,
    connection: client.connection,
    isThere: () => rooms.registry.get('room')?.peers.has('alice') === true,
    async resume(next) {
      const again = connect(next);
      await again.join(resumeToken === undefined ? {} : { extensions, resumeToken, holds });
      return again.connection;
    },
    close: () => {
      rooms[Symbol.dispose]();
    },
  };
}

const dialects: readonly (readonly [string, (grant: Grant) => Promise<Session>])[] = [
  ['mediasoup-v3, classic', (grant) => v3('classic', grant)],
  ['mediasoup-v3, notify', (grant) => v3('notify', grant)],
  ...v2Names.map((dialect) => [dialect, (grant: Grant) => family(dialect, grant)] as const),
  ['push-pull', (grant) => pushPull('standard', grant)],
  ['push-pull, as RTCPilot', (grant) => pushPull('rtcpilot', grant)],
];

const isAlive = (session: Session) => session.isThere() && !session.connection.closed;

describe.each(dialects)('a session of %s', (name, open) => {
  // push-pull forgets a user without heartbeats: longer terms would need a client that sends them.
  const termMs = name.startsWith('push-pull') ? 20_000 : LONG_MS;
  const slackMs = Math.min(SLACK_MS, termMs / 2);

  it('ends with 4000 when the grant of its connection expires', async () => {
    const session = await open({ expiresAt: Date.now() + termMs });
    session.clock.advance(termMs - slackMs);
    expect(isAlive(session)).toBe(true);
    session.clock.advance(slackMs);
    expect(session.isThere()).toBe(false);
    expect(await session.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'tokenExpired' });
    session.close();
  });

  it('lasts as long as the grant of the connection that resumes the session', async () => {
    const session = await open({ expiresAt: Date.now() + termMs });
    const connection = await session.resume({ expiresAt: Date.now() + 1.5 * termMs });
    session.clock.advance(termMs);
    expect([session.isThere(), connection.closed]).toEqual([true, false]);
    session.clock.advance(termMs / 2);
    expect(session.isThere()).toBe(false);
    expect(await connection.whenClosed()).toMatchObject({ code: 4000, reason: 'tokenExpired' });
    session.close();
  });

  it('does not expire when the grant has no end, even when an earlier grant had one', async () => {
    const session = await open({ expiresAt: Date.now() + termMs });
    const connection = await session.resume({});
    session.clock.advance(termMs);
    expect([session.isThere(), connection.closed]).toEqual([true, false]);
    session.close();
  });
});

describe('a disconnected peer', () => {
  it('is closed when the grant of its last connection expires', async () => {
    const rooms = openRooms(backend(), { reconnectGraceMs: 30_000 });
    using _ = rooms;
    const alice = rooms.connect('alice', 'room', { expiresAt: Date.now() + 20_000 });
    await alice.enter({ canResume: true });
    const bob = await rooms.join('bob');
    alice.connection.drop();
    expect(rooms.registry.get('room')?.peers.has('alice')).toBe(true);
    rooms.clock.advance(20_000);
    expect(await bob.connection.received('peerClosed')).toEqual({
      peerId: 'alice',
      reason: 'tokenExpired',
    });
    expect(rooms.registry.get('room')?.peers.has('alice')).toBe(false);
  });
});

describe('a connection that closes before its grant expires', () => {
  it('leaves no timer', async () => {
    const rooms = openRooms(backend());
    using _ = rooms;
    await rooms.join('bob');
    const before = rooms.clock.pending;
    const alice = rooms.connect('alice', 'room', { expiresAt: Date.now() + LONG_MS });
    await alice.enter();
    expect(rooms.clock.pending).toBe(before + 1);
    alice.connection.drop(1001);
    expect(rooms.clock.pending).toBe(before);
  });
});
