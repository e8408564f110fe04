import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { createMediasoupBackend } from '../engine/mediasoup/index.ts';
import { hang, pass, turn, wake } from '../engine/mediasoup/testing/hang.ts';
import type { MediaBackend } from '../engine/MediaBackend.ts';
import { RECONNECT_PACE_MS } from '../shared/pacing.ts';
import { capturedLogs } from '../testing/capturedLogs.ts';
import type { MemoryConnection } from '../testing/MemoryConnection.ts';
import { openV2Rooms } from '../testing/openV2Rooms.ts';
import { openPushPullRooms } from '../testing/openPushPullRooms.ts';
import { openRooms } from '../testing/openRooms.ts';
import { v2Names } from '../testing/V2Client.ts';

/** First request of a client, and its connection. */
interface Newcomer {
  readonly connection: MemoryConnection;
  sendRequest(): Promise<unknown>;
}

interface World extends Disposable {
  readonly clock: ManualClock;
  connect(): Newcomer;
}

const joinTimeoutMs = 5000;
const clock = new ManualClock();
let backend: MediaBackend;
let pid: number;

const worlds: Record<string, () => World> = {
  'mediasoup-v3': () => {
    const rooms = openRooms(backend, { joinTimeoutMs });
    return withClients(rooms, () => {
      const client = rooms.connect('alice');
      return { connection: client.connection, sendRequest: () => client.loadDevice() };
    });
  },
  'mediasoup-v3, demo-faithful': () => {
    const rooms = openRooms(backend, { joinTimeoutMs, demoFaithful: true });
    return withClients(rooms, () => {
      const client = rooms.connect('alice');
      return { connection: client.connection, sendRequest: () => client.loadDevice() };
    });
  },
  ...Object.fromEntries(
    v2Names.map((dialect) => [
      dialect,
      () => {
        const rooms = openV2Rooms(backend, { joinTimeoutMs });
        return withClients(rooms, () => {
          const client = rooms.connect(dialect, 'alice');
          return { connection: client.connection, sendRequest: () => client.join() };
        });
      },
    ]),
  ),
  ...Object.fromEntries(
    (['standard', 'rtcpilot'] as const).map((profile) => [
      `push-pull, ${profile}`,
      () => {
        const rooms = openPushPullRooms(backend, { joinTimeoutMs, profile });
        return withClients(rooms, () => {
          const client = rooms.connect('alice');
          return { connection: client.connection, sendRequest: () => client.join() };
        });
      },
    ]),
  ),
};

/** Codes for imitations of other servers, which have no 503. */
const refusedWith: Readonly<Record<string, number>> = {
  'mediasoup-v3, demo-faithful': 500,
  'push-pull, rtcpilot': -1,
};

function withClients(rooms: { readonly clock: ManualClock } & Disposable, connect: () => Newcomer): World {
  return {
    clock: rooms.clock,
    connect,
    [Symbol.dispose]() {
      rooms[Symbol.dispose]();
    },
  };
}

beforeAll(async () => {
  backend = await createMediasoupBackend({ logger: capturedLogs().logger, workers: 1, clock, workerKillMs: 0 });
});
beforeEach(() => {
  pid = backend.workers[0]!.pid;
});
afterEach(() => {
  wake(pid);
});
afterAll(() => backend.close());

describe.each(Object.keys(worlds))('%s, while the media worker hangs', (name) => {
  it('ends a join that the server did not finish with 1012, so that the client reconnects', async () => {
    using world = worlds[name]!();
    hang(pid);
    const client = world.connect();
    const asked = client.sendRequest().catch((error: unknown) => error);
    await turn();
    world.clock.advance(joinTimeoutMs);
    expect(await client.connection.whenClosed()).toEqual({
      kind: 'closed',
      code: 1012,
      reason: 'unavailable: the server did not respond in time',
    });
    wake(pid);
    await asked;
    world.clock.advance(60_000);
    expect(world.clock.pending).toBe(0);
  });

  it('refuses a join at the deadline of the engine, and closes with 1012', async () => {
    using world = worlds[name]!();
    hang(pid);
    const client = world.connect();
    const refused = expect(client.sendRequest()).rejects.toMatchObject({ code: refusedWith[name] ?? 503 });
    await turn();
    // In one step, so that the worker does not become suspect.
    clock.advance(10_000);
    await refused;
    await turn();
    world.clock.advance(RECONNECT_PACE_MS);
    expect(await client.connection.whenClosed()).toEqual({
      kind: 'closed',
      code: 1012,
      reason: 'unavailable: the media worker does not respond',
    });
    wake(pid);
  });

  it('refuses a join at once when no worker is running, and closes with 1012', async () => {
    using world = worlds[name]!();
    hang(pid);
    await pass(clock, 5000);
    expect(backend.workers).toMatchObject([{ state: 'suspect' }]);
    const client = world.connect();
    await expect(client.sendRequest()).rejects.toMatchObject({ code: refusedWith[name] ?? 503 });
    await turn();
    world.clock.advance(RECONNECT_PACE_MS);
    expect(await client.connection.whenClosed()).toEqual({
      kind: 'closed',
      code: 1012,
      reason: 'unavailable: no media worker is available',
    });
    const recovered = new Promise((resolve) => backend.once('workerRecovered', resolve));
    wake(pid);
    await recovered;
    await world.connect().sendRequest();
  });
});
