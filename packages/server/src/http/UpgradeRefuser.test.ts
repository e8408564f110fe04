import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { SignJWT } from 'jose';
import WebSocketTransport from 'protoo-client/lib/transports/WebSocketTransport.js';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { jwtAuthorizer } from '../auth/jwtAuthorizer.ts';
import { closeOf, openEntry } from '../testing/openEntry.ts';
import type { OpenEntryOptions } from '../testing/openEntry.ts';
import { answerOf } from '../testing/refusalOf.ts';

const ORIGIN = 'https://meet.example';
/** Through a proxy, since the limit per address excludes loopback. */
const headers = { 'x-forwarded-for': '192.0.2.1' };
const PAGE = { origin: ORIGIN, headers };
const limited = { maxConnectionsPerAddress: 1, trustProxy: true };
const AT = '/mediasoup-v3?roomId=r&peerId=p';
const secret = 'x'.repeat(32);
const authorize = jwtAuthorizer({ secret });
const expiredToken = await new SignJWT({ roomId: 'r', peerId: 'p' })
  .setProtectedHeader({ alg: 'HS256' })
  .setExpirationTime('-1 hour')
  .sign(new TextEncoder().encode(secret));

/** Connects as a page, which reads close codes but no HTTP status. */
function openPage(
  url: string,
  options: { origin: string; headers: Record<string, string> } = PAGE,
  protocols: string | string[] = 'protoo',
) {
  return new WebSocket(url, protocols, options);
}

/** Opens a page whose WebSocket does not respond to a close frame. */
async function openStubbornPage(port: number) {
  const socket = connect(port, '127.0.0.1');
  const head = [
    `GET ${AT} HTTP/1.1`,
    'Host: x',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    `Origin: ${ORIGIN}`,
    'X-Forwarded-For: 192.0.2.1',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 101 /);
  return socket;
}

interface Case {
  readonly options?: OpenEntryOptions;
  readonly path?: string;
  readonly close: [code: number, reason: string];
}

const finalRefusals: Record<string, Case> = {
  'without a token': { options: { authorize }, close: [4000, 'unauthorized: token missing'] },
  'with an unreadable token': {
    options: { authorize },
    path: `${AT}&token=nonsense`,
    close: [4000, 'unauthorized: token not valid: ERR_JWS_INVALID'],
  },
  'with an expired token': {
    options: { authorize },
    path: `${AT}&token=${expiredToken}`,
    close: [4000, 'tokenExpired: token expired'],
  },
  'that the app denies': {
    options: { authorize: () => ({ allowed: false, reason: 'members only' }) },
    close: [4000, 'forbidden: members only'],
  },
  'of another origin': { options: { allowedOrigins: ['https://other.example'] }, close: [4000, 'originNotAllowed'] },
  'at an unknown path': {
    path: '/nowhere?roomId=r&peerId=p',
    close: [4000, 'unknownDialect: unknown path /nowhere; use /mediasoup-v3'],
  },
  'without a peer id': { path: '/mediasoup-v3?roomId=r', close: [4000, 'badRequest: missing query parameter peerId'] },
};

describe('a refused page', () => {
  it.each(Object.entries(finalRefusals))('receives a final close code and the reason: %s', async (_who, refused) => {
    const { options = {}, path = AT, close } = refused;
    await using world = await openEntry(options);
    const page = openPage(`${world.ws}${path}`);
    expect(await closeOf(page)).toEqual(close);
    expect(page.protocol).toBe('protoo');
    expect(world.dialect.connections).toEqual([]);
  });

  it('receives a final close code with its own subprotocol, which the server echoes', async () => {
    await using world = await openEntry();
    const page = openPage(`${world.ws}${AT}`, PAGE, ['chat', 'soap']);
    expect(await closeOf(page)).toEqual([4000, 'badRequest: subprotocol must be protoo, or none; offered: chat, soap']);
    expect(page.protocol).toBe('chat');
  });

  it('receives an HTTP status when it offers only a token, which no response repeats', async () => {
    await using world = await openEntry();
    const refusal = await answerOf(`${world.ws}${AT}`, { protocols: ['bearer.secret'], ...PAGE });
    expect(refusal).toMatchObject({ status: 400, body: { reason: 'badRequest' } });
    expect(JSON.stringify(refusal.headers)).not.toContain('secret');
  });

  it('waits one second for a close code that allows another attempt', async () => {
    await using world = await openEntry(limited);
    await world.connect(undefined, { headers });
    const page = openPage(`${world.ws}${AT}`);
    await once(page, 'open');
    const closed = closeOf(page);
    world.clock.advance(999);
    expect(page.readyState).toBe(WebSocket.OPEN);
    world.clock.advance(1);
    expect(await closed).toEqual([1013, 'tooManyConnections: too many connections from this address']);
  });

  it('may connect again after the server stops', async () => {
    await using world = await openEntry();
    void world.entry.drain(0);
    const page = openPage(`${world.ws}${AT}`);
    await once(page, 'open');
    const closed = closeOf(page);
    world.clock.advance(1000);
    expect(await closed).toEqual([1012, 'shuttingDown: the server is stopping']);
  });

  it('may connect again when the authorize hook does not decide', async () => {
    const asked = Promise.withResolvers<undefined>();
    await using world = await openEntry({
      authorizeTimeoutMs: 2000,
      authorize: () => {
        asked.resolve(undefined);
        return new Promise(() => {});
      },
    });
    const page = openPage(`${world.ws}${AT}`);
    await asked.promise;
    world.clock.advance(2000);
    await once(page, 'open');
    const closed = closeOf(page);
    world.clock.advance(1000);
    expect(await closed).toEqual([1013, 'authorizationUnavailable: authorization timed out']);
  });

  it('is disconnected one second after the close frame when it does not respond', async () => {
    await using world = await openEntry({ authorize });
    const page = await openStubbornPage(world.port);
    const gone = once(page, 'close');
    world.clock.advance(999);
    expect(page.destroyed).toBe(false);
    world.clock.advance(1);
    await gone;
    expect(world.clock.pending).toBe(0);
  });

  it('is counted among the connections of its address, and not among the clients', async () => {
    await using world = await openEntry({ ...limited, authorize });
    const page = await openStubbornPage(world.port);
    expect(await answerOf(`${world.ws}${AT}`, { headers })).toMatchObject({
      status: 429,
      body: { reason: 'tooManyConnections' },
    });
    // Waits for no client, as there is none.
    await world.entry.drain(10_000);
    world.clock.advance(1000);
    await once(page, 'close');
    expect(world.logs.messages()).not.toContain('opened connection');
  });

  it('receives an HTTP status while 256 other refused pages stay open', async () => {
    await using world = await openEntry({ authorize });
    const pages = await Promise.all(Array.from({ length: 256 }, () => openStubbornPage(world.port)));
    expect(await answerOf(`${world.ws}${AT}`, PAGE)).toMatchObject({ status: 401 });
    const gone = pages.map((page) => once(page, 'close'));
    world.clock.advance(1000);
    await Promise.all(gone);
    expect(await closeOf(openPage(`${world.ws}${AT}`))).toEqual([4000, 'unauthorized: token missing']);
  });

  it('has its messages dropped, however large, and still receives the reason', async () => {
    await using world = await openEntry(limited);
    await world.connect(undefined, { headers });
    const page = openPage(`${world.ws}${AT}`);
    await once(page, 'open');
    page.send('hello');
    page.send('x'.repeat(300 * 1024));
    const closed = closeOf(page);
    world.clock.advance(1000);
    expect(await closed).toEqual([1013, 'tooManyConnections: too many connections from this address']);
    expect(world.dialect.notifications).toEqual([]);
  });
});

describe('a refused upgrade request that is not a WebSocket handshake', () => {
  const handshake = { 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' };

  it.each<[what: string, headers: Record<string, string>]>([
    ['without a key', { 'Sec-WebSocket-Version': '13' }],
    ['of an unknown version', { ...handshake, 'Sec-WebSocket-Version': '99' }],
    ['that offers a subprotocol twice', { ...handshake, 'Sec-WebSocket-Protocol': 'protoo, protoo' }],
  ])('receives the reason of the refusal, %s', async (_what, fields) => {
    await using world = await openEntry({ authorize });
    const socket = connect(world.port, '127.0.0.1');
    const all = { Host: 'x', Connection: 'Upgrade', Upgrade: 'websocket', Origin: ORIGIN, ...fields };
    const head = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    socket.write(`GET ${AT} HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 401 .*\r\nTureen-Reason: unauthorized\r\n/s);
    await once(socket, 'close');
    // The refuser does not mistake the next page for that request.
    expect(await closeOf(openPage(`${world.ws}${AT}`))).toEqual([4000, 'unauthorized: token missing']);
  });
});

describe('a refused page of a foreign origin', () => {
  it.each(['/nowhere', '/mediasoup-v3', AT])('receives nothing about %s, even while the server stops', async (path) => {
    await using world = await openEntry({ allowedOrigins: ['https://other.example'], authorize });
    void world.entry.drain(0);
    expect(await closeOf(openPage(`${world.ws}${path}`))).toEqual([4000, 'originNotAllowed']);
  });
});

describe('a refused page with a genuine protoo client', () => {
  /** Connects with the genuine client, and records its events. */
  function connectPage(url: string) {
    const transport = new WebSocketTransport(url, PAGE);
    const events: string[] = [];
    const next = new EventEmitter();
    for (const event of ['open', 'failed', 'disconnected', 'close'] as const)
      transport.on(event, () => {
        events.push(event);
        next.emit(event);
      });
    return {
      events,
      next,
      [Symbol.dispose]: () => {
        transport.close();
      },
    };
  }

  it('does not connect again after a final reason', async () => {
    await using world = await openEntry({ authorize });
    using page = connectPage(`${world.ws}${AT}`);
    await once(page.next, 'close');
    expect(page.events).toEqual(['open', 'close']);
  });

  it('connects again after a second when another attempt can help', async () => {
    await using world = await openEntry(limited);
    await world.connect(undefined, { headers });
    using page = connectPage(`${world.ws}${AT}`);
    const refusals = () => world.logs.messages().filter((message) => message === 'refused connection').length;
    for (const times of [1, 2, 3]) {
      await once(page.next, 'open');
      world.clock.advance(999);
      expect(refusals()).toBe(times);
      const gone = once(page.next, 'disconnected');
      world.clock.advance(1);
      await gone;
    }
    expect(page.events.slice(0, 4)).toEqual(['open', 'disconnected', 'open', 'disconnected']);
  });
});

describe('a refused program', () => {
  it('receives the reason in the header and the body of the HTTP response', async () => {
    await using world = await openEntry({ authorize });
    const { status, headers: answered, body } = await answerOf(`${world.ws}${AT}`);
    expect({ status, body }).toEqual({ status: 401, body: { reason: 'unauthorized', error: 'token missing' } });
    expect(answered).toMatchObject({
      'tureen-reason': 'unauthorized',
      'content-type': 'application/json; charset=utf-8',
    });
    expect(answered['retry-after']).toBeUndefined();
  });

  it('receives Retry-After when another attempt can help', async () => {
    await using world = await openEntry(limited);
    await world.connect(undefined, { headers });
    expect((await answerOf(`${world.ws}${AT}`, { headers })).headers).toMatchObject({ 'retry-after': '1' });
  });

  it('receives close codes as a page does when it uses the WebSocket of Node', async () => {
    await using world = await openEntry({ authorize });
    const client = new globalThis.WebSocket(`${world.ws}${AT}`, 'protoo');
    const [{ code, reason }] = (await once(client, 'close')) as [CloseEvent];
    expect([code, reason]).toEqual([4000, 'unauthorized: token missing']);
  });
});
