import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SharedNotification } from '../dialects/SharedNotification.ts';
import type { Authorize } from '../auth/authorize.ts';
import { sendRequest, closeOf, openEntry } from '../testing/openEntry.ts';
import { openRelay } from '../testing/openRelay.ts';
import { refusalOf } from '../testing/refusalOf.ts';
import { StallingClock } from '../testing/StallingClock.ts';
import type { EntryCounters } from './HttpEntry.ts';
import { selfSignedPair } from './tls.ts';

describe('HttpEntry', () => {
  it('closes a connection whose message is too large with 1009, and logs it', async () => {
    await using world = await openEntry({ maxMessageBytes: 2048 });
    const client = await world.connect();
    expect(await sendRequest(client, 'hello', 'x'.repeat(1900))).toMatchObject({ ok: true });
    client.send('x'.repeat(2049));
    expect(await closeOf(client)).toEqual([1009, 'messageTooLarge']);
    expect(world.dialect.closed).toEqual([world.dialect.connection.id]);
    expect(world.logs.lines).toContainEqual(
      expect.objectContaining({
        msg: 'closing connection: invalid WebSocket message',
        code: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
      }),
    );
  });

  it('closes a connection that sends text other than UTF-8 with 1007', async () => {
    await using world = await openEntry();
    const client = await world.connect();
    client.send(Buffer.from([0xc3, 0x28]), { binary: false });
    expect(await closeOf(client)).toEqual([1007, 'badMessages']);
  });

  it('closes a connection that does not read, and keeps one that reads', async () => {
    await using world = await openEntry({ maxBufferedBytes: 256 * 1024 });
    const reader = await world.connect('/?roomId=r&peerId=reader');
    const sleeper = await world.connect('/?roomId=r&peerId=sleeper');
    const [toReader, toSleeper] = world.dialect.connections;
    sleeper.pause();

    const data = { padding: 'x'.repeat(64 * 1024) };
    let rounds = 0;
    // The kernel buffers some megabytes before anything waits in the process.
    for (; rounds < 2000 && toSleeper?.closed === false; rounds += 1) {
      toSleeper.notify('news', data);
      toReader?.notify('news', data);
      await once(reader, 'message');
    }
    expect(toSleeper?.closed).toBe(true);
    expect(toReader?.closed).toBe(false);
    expect(world.dialect.closed).toEqual([toSleeper?.id]);
    expect(world.logs.lines).toContainEqual(
      expect.objectContaining({ msg: 'disconnecting client that reads too slowly', peerId: 'sleeper' }),
    );
    sleeper.resume();
    expect(await closeOf(sleeper)).toEqual([1006, '']);
    expect(await sendRequest(reader, 'still there?')).toMatchObject({ ok: true });
  });

  it('keeps a client that reads one very long message slowly, and closes one that reads nothing of it', async () => {
    await using world = await openEntry();
    const reader = await world.connect('/?roomId=r&peerId=reader');
    const sleeper = await world.connect('/?roomId=r&peerId=sleeper');
    const [toReader, toSleeper] = world.dialect.connections;
    reader.pause();
    sleeper.pause();
    const data = 'é'.repeat(15 * 1024 * 1024);
    toReader?.notify('roster', data);
    toSleeper?.notify('roster', data);
    world.clock.advance(9_999);
    expect(world.dialect.closed).toEqual([]);

    reader.resume();
    const [text] = (await once(reader, 'message')) as [Buffer];
    expect(JSON.parse(text.toString())).toEqual({ notification: true, method: 'roster', data });
    world.clock.advance(1);
    world.clock.advance(10_000);
    expect(world.dialect.closed).toEqual([toSleeper?.id]);
    expect(world.logs.lines).toContainEqual(
      expect.objectContaining({ msg: 'disconnecting client that reads too slowly', peerId: 'sleeper' }),
    );
    expect(await sendRequest(reader, 'still there?')).toMatchObject({ ok: true });
  }, 30_000);

  it('keeps the queues of all clients within one budget, and closes clients that read nothing', async () => {
    const maxBufferedTotalBytes = 1024 * 1024;
    const cutOffs: string[] = [];
    const counters: EntryCounters = {
      countConnection() {},
      countRefusal() {},
      countDescriptorRefusal() {},
      countDropped() {},
      countEnd: (reason) => cutOffs.push(reason),
    };
    await using world = await openEntry({ maxBufferedTotalBytes, maxBufferedBytes: 1024 * 1024, counters });
    const reader = await world.connect('/?roomId=r&peerId=reader');
    for (let n = 0; n < 12; n += 1) (await world.connect(`/?roomId=r&peerId=sleeper${String(n)}`)).pause();
    const [toReader, ...toSleepers] = world.dialect.connections;

    let most = 0;
    for (let round = 0; round < 1000 && toSleepers.some(({ closed }) => !closed); round += 1) {
      const shared = new SharedNotification('news', { round, padding: 'x'.repeat(64 * 1024) });
      for (const connection of world.dialect.connections) connection.notifyShared(shared);
      most = Math.max(most, world.sendBudget.heldBytes);
      await once(reader, 'message');
    }
    expect(toSleepers.every(({ closed }) => closed)).toBe(true);
    expect(toReader?.closed).toBe(false);
    expect(most).toBeGreaterThan(maxBufferedTotalBytes / 2);
    expect(most).toBeLessThanOrEqual(maxBufferedTotalBytes);
    expect(world.sendBudget.heldBytes).toBe(0);
    expect(new Set(cutOffs)).toEqual(new Set(['bufferTotal']));
    expect(await sendRequest(reader, 'still there?')).toMatchObject({ ok: true });
  }, 30_000);

  it('reports when a client is behind, so that droppable messages are dropped, and counts and logs this once a minute', async () => {
    let dropped = 0;
    const counters: EntryCounters = {
      countConnection() {},
      countRefusal() {},
      countDescriptorRefusal() {},
      countEnd() {},
      countDropped: () => (dropped += 1),
    };
    await using world = await openEntry({ counters, maxBufferedBytes: 1024 * 1024 });
    const client = await world.connect();
    const { connection } = world.dialect;
    client.pause();
    expect(connection.shouldDrop()).toBe(false);
    connection.notify('roster', 'x'.repeat(20 * 1024 * 1024));
    for (let n = 0; n < 3; n += 1) expect(connection.shouldDrop()).toBe(true);
    const warning = 'dropping lossy messages: the client reads slowly';
    expect(world.logs.messages().filter((text) => text === warning)).toHaveLength(1);
    expect(dropped).toBe(3);
    client.resume();
    await once(client, 'message');
    await sendRequest(client, 'hello');
    expect(connection.shouldDrop()).toBe(false);
  }, 30_000);
});

describe('a connection without a request', () => {
  it.each([
    ['silent', ''],
    ['slow to say what it wants', 'GET /?roomId=r&peerId=p HTTP/1.1\r\nHost: x\r\nUpgrade: web'],
  ])('is closed because it is %s', async (_how, said) => {
    await using world = await openEntry({ requestTimeoutMs: 40 });
    const client = await world.connect();
    const socket = connect(world.port, '127.0.0.1');
    socket.write(said);
    socket.resume();
    await once(socket, 'close');
    // An accepted connection has no such deadline.
    expect(await sendRequest(client, 'hello')).toMatchObject({ ok: true });
  });
});

describe('joins of one peer', () => {
  const alice = '/mediasoup-v3?roomId=r&peerId=alice';

  it('are refused with 429 and Retry-After beyond the limit per minute, and counted', async () => {
    const refusals: [number, string][] = [];
    const counters: EntryCounters = {
      countConnection() {},
      countRefusal: (...refusal) => refusals.push(refusal),
      countDropped() {},
      countDescriptorRefusal() {},
      countEnd() {},
    };
    await using world = await openEntry({ maxJoinsPerPeer: 3, counters });
    for (let n = 0; n < 3; n += 1) await world.connect(alice);
    const refused = once(new WebSocket(`${world.ws}${alice}`, 'protoo'), 'unexpected-response');
    const [, answer] = (await refused) as [unknown, IncomingMessage];
    expect(answer).toMatchObject({ statusCode: 429, headers: { 'retry-after': '20' } });
    expect((await answer.toArray()).join('')).toContain('too many joins');
    expect(refusals).toEqual([[429, 'tooManyJoins']]);
    expect(world.dialect.connections).toHaveLength(3);

    await world.connect('/mediasoup-v3?roomId=r&peerId=bob');
    await world.connect('/mediasoup-v3?roomId=other&peerId=alice');
    world.clock.advance(19_999);
    expect(await refusalOf(`${world.ws}${alice}`)).toMatchObject({ status: 429 });
    world.clock.advance(1);
    await world.connect(alice);
  });

  it('close the WebSocket of a page with 1013 and the reason, one second after it opened', async () => {
    await using world = await openEntry({ maxJoinsPerPeer: 1 });
    const fromPage = { origin: 'https://app.example' };
    await world.connect(alice, fromPage);
    const refused = await world.connect(alice, fromPage);
    const closed = closeOf(refused);
    world.clock.advance(999);
    expect(refused.readyState).toBe(WebSocket.OPEN);
    world.clock.advance(1);
    expect(await closed).toEqual([1013, 'tooManyJoins: too many joins of this peer per minute']);
    expect(world.dialect.connections).toHaveLength(1);
  });

  it('are counted by the normalized peer ID', async () => {
    await using world = await openEntry({ maxJoinsPerPeer: 1 });
    await world.connect(alice);
    for (const id of ['alice', '%20alice', 'alice%20', '+alice'])
      expect(await refusalOf(`${world.ws}/mediasoup-v3?roomId=r&peerId=${id}`)).toMatchObject({ status: 429 });
  });

  it('are not counted for a client that authorize refuses', async () => {
    const authorize: Authorize = ({ params }) => ({ allowed: params.get('token') === 'right' });
    await using world = await openEntry({ maxJoinsPerPeer: 2, authorize });
    for (let n = 0; n < 10; n += 1)
      expect(await refusalOf(`${world.ws}${alice}&token=wrong`)).toMatchObject({ status: 403 });
    await world.connect(`${alice}&token=right`);
    await world.connect(`${alice}&token=right`);
    expect(await refusalOf(`${world.ws}${alice}&token=right`)).toMatchObject({ status: 429 });
  });
});

describe('a client that sends too much', () => {
  it('is closed with 1008 beyond its messages per second, and other clients are not', async () => {
    await using world = await openEntry({ maxMessagesPerSec: 2 });
    const talker = await world.connect('/?roomId=r&peerId=talker');
    const other = await world.connect('/?roomId=r&peerId=other');
    for (let n = 0; n < 20; n += 1) expect(await sendRequest(talker, 'hello')).toMatchObject({ ok: true });

    world.clock.advance(1000);
    for (let n = 0; n < 2; n += 1) expect(await sendRequest(talker, 'hello')).toMatchObject({ ok: true });

    const closed = closeOf(talker);
    talker.send(JSON.stringify({ notification: true, method: 'one too many', data: {} }));
    expect(await closed).toEqual([1008, 'tooManyMessages']);
    expect(world.dialect.notifications).toEqual([]);
    expect(world.dialect.closed).toHaveLength(1);
    expect(world.logs.lines).toContainEqual(
      expect.objectContaining({ msg: 'closing connection: too many messages', peerId: 'talker' }),
    );
    expect(await sendRequest(other, 'hello')).toMatchObject({ ok: true });
  });

  it('is closed with 1008 beyond its bytes per second, and other clients are not', async () => {
    const cutOffs: string[] = [];
    const counters: EntryCounters = {
      countConnection() {},
      countRefusal() {},
      countDescriptorRefusal() {},
      countDropped() {},
      countEnd: (reason) => cutOffs.push(reason),
    };
    await using world = await openEntry({ maxBytesPerSec: 10_000, maxMessageBytes: 64 * 1024, counters });
    const talker = await world.connect('/?roomId=r&peerId=talker');
    const other = await world.connect('/?roomId=r&peerId=other');
    const padding = 'x'.repeat(9_900);
    for (let n = 0; n < 8; n += 1) expect(await sendRequest(talker, 'hello', padding)).toMatchObject({ ok: true });
    world.clock.advance(1000);
    expect(await sendRequest(talker, 'hello', padding)).toMatchObject({ ok: true });

    const closed = closeOf(talker);
    talker.send(JSON.stringify({ notification: true, method: 'too much', data: padding }));
    expect(await closed).toEqual([1008, 'tooManyBytes']);
    expect(world.dialect.notifications).toEqual([]);
    expect(cutOffs).toEqual(['tooManyBytes']);
    expect(world.logs.lines).toContainEqual(
      expect.objectContaining({ msg: 'closing connection: too many bytes', peerId: 'talker' }),
    );
    expect(await sendRequest(other, 'hello')).toMatchObject({ ok: true });
  });

  it('may send one message of the largest size at any byte rate', async () => {
    await using world = await openEntry({ maxBytesPerSec: 1, maxMessageBytes: 2048 });
    const client = await world.connect();
    expect(await sendRequest(client, 'hello', 'x'.repeat(1900))).toMatchObject({ ok: true });
  });

  it.each(['ping', 'pong'] as const)('is closed for %ss alone', async (kind) => {
    await using world = await openEntry({ maxMessagesPerSec: 1 });
    const client = await world.connect();
    for (let n = 0; n < 11; n += 1) client[kind]();
    expect(await closeOf(client)).toEqual([1008, 'tooManyMessages']);
  });

  it('is disconnected when it does not respond to the close frame', async () => {
    await using world = await openEntry({ maxMessagesPerSec: 1 });
    const socket = connect(world.port, '127.0.0.1');
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';
    socket.write(
      `GET /?roomId=r&peerId=p HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n`,
    );
    await once(socket, 'data');
    const ended = once(socket, 'close');
    const ping = Buffer.from([0x89, 0x80, 0, 0, 0, 0]);
    const closed = world.dialect.nextClosed();
    socket.write(Buffer.concat(Array.from({ length: 11 }, () => ping)));
    await closed;
    socket.resume();
    world.clock.advance(5000);
    await ended;
    expect(world.clock.pending).toBe(0);
  });

  it('accumulates at most ten seconds of allowance', async () => {
    await using world = await openEntry({ maxMessagesPerSec: 1 });
    const client = await world.connect();
    world.clock.advance(3_600_000);
    for (let n = 0; n < 10; n += 1) expect(await sendRequest(client, 'hello')).toMatchObject({ ok: true });
    client.send('{}');
    expect(await closeOf(client)).toEqual([1008, 'tooManyMessages']);
  });
});

describe('pings', () => {
  it('detect a client that disconnected silently', async () => {
    await using world = await openEntry({ pingIntervalMs: 15_000 });
    const client = await world.connect(undefined, { autoPong: false });
    world.clock.advance(15_000);
    await once(client, 'ping');
    expect(world.dialect.connection.closed).toBe(false);

    const closed = closeOf(client);
    world.clock.advance(15_000);
    expect(world.dialect.connection.closed).toBe(true);
    expect(world.dialect.closed).toEqual([world.dialect.connection.id]);
    expect(await closed).toEqual([1006, '']);
    expect(world.logs.messages()).toContain('disconnecting client that does not respond to pings');
    expect(world.clock.pending).toBe(0);
  });

  it('keep a client that responds to pings or sends messages', async () => {
    await using world = await openEntry({ pingIntervalMs: 15_000 });
    const answering = await world.connect('/?roomId=r&peerId=answering');
    const talking = await world.connect('/?roomId=r&peerId=talking', { autoPong: false });
    for (let round = 0; round < 3; round += 1) {
      const pinged = once(answering, 'ping');
      world.clock.advance(15_000);
      await pinged;
      // The pong was sent before this request, so it arrives before the response.
      await sendRequest(answering, 'hello');
      await sendRequest(talking, 'hello');
    }
    expect(world.dialect.connections.map((connection) => connection.closed)).toEqual([false, false]);
  });

  it('keep a client whose pong arrived during a stall of the event loop', async () => {
    const clock = new StallingClock();
    await using world = await openEntry({ pingIntervalMs: 16_000, clock });
    const client = await world.connect(undefined, { autoPong: false });
    const pinged = once(client, 'ping');
    clock.advance(16_000);
    await pinged;
    clock.stall(60_000);
    clock.advance(16_000);
    expect(world.dialect.connection.closed).toBe(false);
    // Input that the server reads after the stall.
    await sendRequest(client, 'hello');
    clock.advance(2000);
    expect(world.dialect.connection.closed).toBe(false);
    const cutOff = closeOf(client);
    clock.advance(16_000);
    expect(await cutOff).toEqual([1006, '']);
  });

  it.each(['swallows all traffic', 'stops reading'] as const)('detect a network that %s', async (how) => {
    await using world = await openEntry({ pingIntervalMs: 10_000 });
    await using relay = await openRelay(world.port);
    const client = await world.connect(undefined, { createConnection: () => connect(relay.port, '127.0.0.1') });
    const pinged = once(client, 'ping');
    world.clock.advance(10_000);
    await pinged;
    await sendRequest(client, 'hello');

    if (how === 'stops reading') relay.pause();
    else relay.swallow();
    world.clock.advance(10_000);
    expect(world.dialect.connection.closed).toBe(false);
    world.clock.advance(10_000);
    // Like a client whose network broke: only the server notices.
    expect(world.dialect.closeCodes).toEqual([1006]);
    expect(client.readyState).toBe(client.OPEN);
    expect(world.clock.pending).toBe(0);
  });

  it('detect activity and silence through TLS', async () => {
    const tls = await selfSignedPair(['127.0.0.1']);
    await using world = await openEntry({ pingIntervalMs: 10_000, tls });
    await using relay = await openRelay(world.port);
    const client = new WebSocket(`wss://127.0.0.1:${String(relay.port)}/?roomId=r&peerId=p`, { ca: tls.cert });
    await once(client, 'open');
    for (let round = 0; round < 3; round += 1) {
      world.clock.advance(10_000);
      await sendRequest(client, 'hello');
    }
    relay.swallow();
    world.clock.advance(10_000);
    expect(world.dialect.closeCodes).toEqual([]);
    world.clock.advance(10_000);
    expect(world.dialect.closeCodes).toEqual([1006]);
    client.terminate();
  });

  it('count the beginning of a long message as activity', async () => {
    await using world = await openEntry({ pingIntervalMs: 10_000 });
    const socket = connect(world.port, '127.0.0.1');
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';
    socket.write(
      `GET /?roomId=r&peerId=p HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n`,
    );
    await once(socket, 'data');
    world.clock.advance(10_000);
    // A text of 1000 bytes, a few at a time, so that no pong fits in.
    socket.write(Buffer.from([0x81, 0xfe, 0x03, 0xe8, 0, 0, 0, 0]));
    for (let round = 0; round < 3; round += 1) {
      const bystander = await world.connect(`/?roomId=r&peerId=b${String(round)}`);
      socket.write('xxx');
      await sendRequest(bystander, 'hello');
      world.clock.advance(10_000);
    }
    expect(world.dialect.connections[0]?.closed).toBe(false);
    socket.destroy();
  });

  it('are not sent when disabled', async () => {
    await using world = await openEntry({ pingIntervalMs: 0 });
    await world.connect();
    expect(world.clock.pending).toBe(0);
  });
});

describe('an entry that stops', () => {
  it('refuses new clients, keeps connected ones, and closes those with 1012 at the end', async () => {
    await using world = await openEntry();
    const client = await world.connect();
    world.entry.stopAccepting();
    await expect(world.connect('/?roomId=r&peerId=late')).rejects.toThrow();
    expect(await sendRequest(client, 'still there?')).toMatchObject({ ok: true });

    const closed = closeOf(client);
    await world.entry.close();
    expect(await closed).toEqual([1012, 'shuttingDown']);
    expect(world.dialect.closed).toEqual([world.dialect.connection.id]);
  });

  it('refuses an upgrade on an earlier connection with 503', async () => {
    await using world = await openEntry();
    const socket = connect(world.port, '127.0.0.1');
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';
    socket.write('GET /health HTTP/1.1\r\nHost: x\r\n');
    await once(socket, 'connect');
    await world.connect();
    world.entry.stopAccepting();
    socket.write('\r\n');
    await once(socket, 'data');
    socket.write(
      `GET /?roomId=r&peerId=p HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n`,
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('503');
  });

  it('disconnects clients that do not finish the closing handshake', async () => {
    await using world = await openEntry();
    const deaf = await world.connect();
    deaf.pause();
    const silent = connect(world.port, '127.0.0.1');
    await once(silent, 'connect');

    const stopped = world.entry.close();
    const gone = once(silent, 'close');
    world.clock.advance(1000);
    await stopped;
    await gone;
    expect(world.clock.pending).toBe(0);
  });

  it('closes each client once when called twice', async () => {
    await using world = await openEntry();
    const client = await world.connect();
    const closed = closeOf(client);
    const first = world.entry.close();
    expect(world.entry.close()).toBe(first);
    await first;
    expect(await closed).toEqual([1012, 'shuttingDown']);
    await world.entry.close();
    expect(world.dialect.closeCodes).toEqual([1012]);
    expect(world.clock.pending).toBe(0);
  });
});
