import { once } from 'node:events';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ManualClock } from '@tureen/kernel';
import type { ServerSettings } from '../config/index.ts';
import { startServer } from '../main.ts';
import { capturedLogs } from '../testing/capturedLogs.ts';
import { sendRequest, closeOf } from '../testing/openEntry.ts';
import { refusalOf } from '../testing/refusalOf.ts';

const jwtSecret = 'correct horse battery staple, all over again';
const HOUR_SEC = 3600;

const device = { flag: 'x', name: 'x', version: '1' };
const rtpCapabilities = { codecs: [], headerExtensions: [] };

/** Path, method and data with which clients of each dialect join. */
const ways: readonly (readonly [path: string, method: string, data: object])[] = [
  ['/mediasoup-v3?roomId=r&peerId=alice', 'join', { displayName: 'A', device, rtpCapabilities }],
  ['/mediasoup-v2?roomId=r&peerName=alice', 'join', { peerName: 'alice', rtpCapabilities }],
  ['/push-pull?', 'join', { roomId: 'r', userId: 'alice', userName: 'A' }],
];
const v3 = ways[0]!;

async function open(settings: Partial<ServerSettings>) {
  const clock = new ManualClock();
  const { logger } = capturedLogs();
  // Only the token ends a session here.
  const quiet = { port: 0, workers: 1, pingIntervalMs: 0, jwtSecret } as const;
  const server = await startServer({ ...quiet, ...settings }, { clock, logger });
  const base = server.url.replace('http', 'ws');
  const urlWith = async (path: string, lifetimeSec: number) => {
    const exp = Math.floor(Date.now() / 1000) + lifetimeSec;
    const jwt = new SignJWT({ roomId: 'r', peerId: 'alice', exp }).setProtectedHeader({ alg: 'HS256' });
    return `${base}${path}&token=${await jwt.sign(new TextEncoder().encode(jwtSecret))}`;
  };
  return {
    clock,
    server,
    urlWith,
    async join([path, method, data]: (typeof ways)[number], lifetimeSec: number) {
      const client = new WebSocket(await urlWith(path, lifetimeSec), 'protoo');
      await once(client, 'open');
      expect(await sendRequest(client, method, data)).toMatchObject({ ok: true });
      return client;
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

describe('A server with endWithToken', () => {
  it.each(ways)('ends the session at %s when its token expires, with 4000 tokenExpired', async (...way) => {
    await using world = await open({ endWithToken: true });
    // push-pull forgets a user that sends no heartbeats for longer than this.
    const lifetimeSec = way[0] === '/push-pull?' ? 30 : 24 * HOUR_SEC;
    const client = await world.join(way, lifetimeSec);
    const closing = closeOf(client);
    world.clock.advance((lifetimeSec / 2) * 1000);
    expect(world.server.registry.peerCount).toBe(1);
    world.clock.advance((lifetimeSec / 2 + 5) * 1000);
    expect(world.server.registry.peerCount).toBe(0);
    const [code, reason] = await closing;
    expect(code).toBe(4000);
    expect(reason).toMatch(/^tokenExpired/);
  });

  it('refuses an expired token with 401, as expired and not as forged', async () => {
    await using world = await open({ endWithToken: true });
    const expired = await world.urlWith(v3[0], -HOUR_SEC);
    expect(await refusalOf(expired)).toMatchObject({ status: 401, body: expect.stringContaining('expired') as string });
    expect(await refusalOf(`${expired}x`)).toMatchObject({
      status: 401,
      body: expect.stringContaining('SIGNATURE') as string,
    });
  });
});

describe('A server without endWithToken', () => {
  it('lets a session outlive its token', async () => {
    await using world = await open({});
    const client = await world.join(v3, 60);
    world.clock.advance(24 * HOUR_SEC * 1000);
    expect(world.server.registry.peerCount).toBe(1);
    expect(await sendRequest(client, 'getRouterRtpCapabilities')).toMatchObject({ ok: true });
    client.terminate();
  });
});
