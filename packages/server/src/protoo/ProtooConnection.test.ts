import { once } from 'node:events';
import Peer from 'protoo-client/lib/Peer.js';
import type { ProtooMessage } from 'protoo-client/lib/Peer.js';
import WebSocketTransport from 'protoo-client/lib/transports/WebSocketTransport.js';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { ConnectionClosedError, ProtocolError } from '../dialects/Connection.ts';
import type { RequestResult } from '../dialects/Connection.ts';
import { SharedNotification } from '../dialects/SharedNotification.ts';
import { ProtooConnection } from './ProtooConnection.ts';
import type { MessageCounters } from './ProtooConnection.ts';
import { sendRequest, closeOf, openEntry } from '../testing/openEntry.ts';

/** Opens a genuine protoo client. */
async function openPeer(url: string): Promise<Peer & Disposable> {
  const peer = new Peer(new WebSocketTransport(`${url}/?roomId=r&peerId=p`, { retry: { retries: 0 } }));
  await new Promise<void>((resolve, reject) => {
    peer.on('open', resolve);
    peer.on('failed', () => {
      reject(new Error('failed'));
    });
  });
  return Object.assign(peer, {
    [Symbol.dispose]: () => {
      peer.close();
    },
  });
}

describe('a genuine protoo client', () => {
  it('receives responses and requests, and responds', async () => {
    await using world = await openEntry();
    using peer = await openPeer(world.ws);
    expect(await peer.request('echo', { a: [1, 2] })).toEqual({ method: 'echo', data: { a: [1, 2] } });
    expect(await peer.request('echo')).toEqual({ method: 'echo', data: {} });

    peer.on('request', (request, accept, reject) => {
      if (request.method === 'newConsumer') accept({ got: request.data });
      else reject(488, 'not that one');
    });
    expect(await world.dialect.connection.request('newConsumer', { id: 'c1' })).toEqual({ got: { id: 'c1' } });
    await expect(world.dialect.connection.request('other', {})).rejects.toMatchObject({
      message: 'not that one',
      code: 488,
    });
  });

  it('receives and sends notifications, in order', async () => {
    await using world = await openEntry();
    using peer = await openPeer(world.ws);
    const heard: ProtooMessage[] = [];
    peer.on('notification', (notification) => heard.push(notification));
    world.dialect.connection.notify('first', { n: 1 });
    world.dialect.connection.notify('second', { n: 2 });
    await peer.notify('pauseProducer', { producerId: 'x' });
    await peer.request('echo');
    expect(heard.map(({ method, data }) => [method, data])).toEqual([
      ['first', { n: 1 }],
      ['second', { n: 2 }],
    ]);
    expect(world.dialect.notifications).toEqual([{ method: 'pauseProducer', data: { producerId: 'x' } }]);
  });

  it('responds to the ping that measures the round trip', async () => {
    await using world = await openEntry();
    using peer = await openPeer(world.ws);
    const ms = await new Promise<number>((resolve) => {
      world.dialect.connection.measureRoundTrip(resolve);
    });
    expect(ms).toBeGreaterThanOrEqual(0);
    expect(peer.closed).toBe(false);
  });

  it('receives the reason of a full room in the refusal', async () => {
    await using world = await openEntry({
      onClient: (client) => {
        const connection = new ProtooConnection(client, {
          clock: new ManualClock(),
          maxBadMessages: 0,
          maxRefusedRequests: 0,
        });
        connection.handlers = {
          onRequest: () => Promise.reject(new ProtocolError(403, 'the room is full', 'roomFull')),
          onNotification: () => undefined,
          onClosed() {},
        };
      },
    });
    const client = await world.connect();
    expect(await sendRequest(client, 'join')).toEqual({
      response: true,
      id: 7,
      ok: false,
      errorCode: 403,
      errorReason: 'the room is full',
      endReason: 'roomFull',
    });
    using peer = await openPeer(world.ws);
    await expect(peer.request('join')).rejects.toMatchObject({ code: 403, message: 'the room is full' });
  });

  it('receives the text of a refusal, and no internal text of a failure', async () => {
    await using world = await openEntry();
    using peer = await openPeer(world.ws);
    await expect(peer.request('refuse')).rejects.toMatchObject({ code: 403, message: 'not for you' });
    await expect(peer.request('fail')).rejects.toMatchObject({ code: 500, message: 'internal error' });
    expect(world.logs.lines).toContainEqual(
      expect.objectContaining({
        msg: 'request failed',
        method: 'fail',
        err: expect.objectContaining({ message: 'disk password is hunter2' }) as object,
      }),
    );
    expect(await peer.request('echo', { still: 'here' })).toMatchObject({ data: { still: 'here' } });
  });

  it('causes no error in the log when it disconnects before its response', async () => {
    await using world = await openEntry();
    const client = await world.connect();
    const { connection } = world.dialect;
    const { promise, reject } = Promise.withResolvers<RequestResult>();
    const asked = new Promise<void>((resolve) => {
      connection.handlers = {
        onRequest: () => {
          resolve();
          return promise;
        },
        onNotification: () => undefined,
        onClosed() {
          reject(new ConnectionClosedError('the connection closed before the room was open'));
        },
      };
    });
    client.send(JSON.stringify({ request: true, id: 5, method: 'join', data: {} }));
    await asked;
    connection.close('kicked');
    await expect(promise).rejects.toThrow('before the room was open');
    expect(world.logs.lines.filter(({ level }) => level >= 40)).toEqual([]);
    expect(world.logs.messages()).toContain('dropping request: the connection closed');
  });

  it('does not reconnect after the dialect closed', async () => {
    await using world = await openEntry();
    using peer = await openPeer(world.ws);
    const events: string[] = [];
    peer.on('disconnected', () => events.push('disconnected'));
    const closed = new Promise<void>((resolve) => peer.on('close', resolve));
    world.dialect.connection.close('kicked');
    await closed;
    expect(events).toEqual([]);
    expect(world.dialect.closed).toEqual([world.dialect.connection.id]);
  });
});

describe('a request that arrives twice', () => {
  it('is handled once until its response is sent', async () => {
    await using world = await openEntry();
    const client = await world.connect();
    const { connection } = world.dialect;
    const asked: unknown[] = [];
    const { promise, resolve } = Promise.withResolvers<RequestResult>();
    connection.handlers = {
      ...connection.handlers,
      onRequest: (method, data) => {
        if (method === 'echo') return Promise.resolve({ data });
        asked.push(data);
        return promise;
      },
    };
    const frame = (n: number) => JSON.stringify({ request: true, id: 5, method: 'push', data: { n } });
    client.send(frame(1));
    client.send(frame(2));
    await sendRequest(client, 'echo');
    expect(asked).toEqual([{ n: 1 }]);
    const answered = once(client, 'message');
    resolve({ data: { done: true } });
    expect(JSON.parse(String((await answered)[0]))).toMatchObject({
      response: true,
      id: 5,
      ok: true,
      data: { done: true },
    });
    client.send(frame(3));
    await sendRequest(client, 'echo');
    expect(asked).toEqual([{ n: 1 }, { n: 3 }]);
  });
});

describe('closing', () => {
  it('sends earlier notifications, then the code and reason, and notifies the dialect once', async () => {
    await using world = await openEntry();
    const client = await world.connect();
    const { connection } = world.dialect;
    const heard = once(client, 'message');
    connection.notify('roomClosed', { reason: 'over' });
    connection.close('roomClosed');
    connection.close('kicked', 'again');
    expect(connection.closed).toBe(true);
    expect(world.dialect.closed).toEqual([connection.id]);

    expect(String(await heard)).toContain('roomClosed');
    expect(await closeOf(client)).toEqual([4000, 'roomClosed']);
    expect(world.dialect.closed).toEqual([connection.id]);
  });

  it('shortens a reason that is too long for a close frame', async () => {
    await using world = await openEntry();
    const client = await world.connect();
    world.dialect.connection.close('kicked', 'é'.repeat(100));
    expect(await closeOf(client)).toEqual([4000, `kicked: ${'é'.repeat(57)}`]);
  });

  it('rejects pending requests of the server at either end, and later ones', async () => {
    await using world = await openEntry();
    for (const close of ['client', 'dialect'] as const) {
      const client = await world.connect();
      const connection = world.dialect.connections.at(-1)!;
      const waiting = connection.request('newConsumer', {});
      const outcome = expect(waiting).rejects.toThrow(ConnectionClosedError);
      await once(client, 'message');
      if (close === 'client') client.terminate();
      else connection.close('kicked');
      await outcome;
      await expect(connection.request('newConsumer', {})).rejects.toThrow(ConnectionClosedError);
      connection.notify('news', {});
    }
  });

  it('ignores messages of the client after the dialect closed', async () => {
    await using world = await openEntry();
    const client = await world.connect();
    client.pause();
    world.dialect.connection.close('kicked');
    client.send(JSON.stringify({ notification: true, method: 'late', data: {} }));
    client.resume();
    await once(client, 'close');
    expect(world.dialect.notifications).toEqual([]);
  });
});

describe('malformed input', () => {
  const garbage: [what: string, sent: string | Buffer, reason: RegExp][] = [
    ['text that is no JSON', '{"request":', /not JSON/],
    ['nothing', '', /not JSON/],
    ['null', 'null', /^Expected request/],
    ['an array', '[1]', /^Expected request/],
    ['an object of another kind', '{"hello":1}', /^Expected request/],
    ['a request without id', '{"request":true,"method":"echo"}', /^id: /],
    ['a request whose id is text', '{"request":true,"id":"7","method":"echo"}', /^id: /],
    ['a request without method', '{"request":true,"id":7}', /^method: /],
    ['a notification whose method is a number', '{"notification":true,"method":5}', /^method: /],
    ['a response without id', '{"response":true,"ok":true}', /^id: /],
    ['bytes', Buffer.from([1, 2, 3]), /binary message/],
    [
      'a notification that the dialect refuses',
      '{"notification":true,"method":"bad"}',
      /bad: producerId: expected text/,
    ],
  ];

  it.each(garbage)('is logged and counted, and the connection stays open: %s', async (_what, sent, reason) => {
    await using world = await openEntry({ maxBadMessages: 2 });
    const client = await world.connect();
    client.send(sent);
    expect(await sendRequest(client, 'echo', { fine: true })).toMatchObject({
      ok: true,
      data: { data: { fine: true } },
    });
    expect(world.logs.lines).toContainEqual(
      expect.objectContaining({
        msg: 'ignoring bad message',
        reason: expect.stringMatching(reason) as string,
        total: 1,
      }),
    );
  });

  it('is not counted for a response to no request, which may be late', async () => {
    await using world = await openEntry({ maxBadMessages: 1 });
    const client = await world.connect();
    for (let n = 0; n < 5; n += 1) client.send(JSON.stringify({ response: true, id: n, ok: true, data: {} }));
    expect(await sendRequest(client, 'echo')).toMatchObject({ ok: true });
  });

  it('does not close the connection when the dialect fails over a notification', async () => {
    await using world = await openEntry();
    const client = await world.connect();
    client.send(JSON.stringify({ notification: true, method: 'fail' }));
    expect(await sendRequest(client, 'echo')).toMatchObject({ ok: true });
    expect(world.logs.messages()).toContain('notification failed');
  });

  it('closes the connection with 1008 beyond the limit per minute', async () => {
    await using world = await openEntry({ maxBadMessages: 3 });
    const client = await world.connect();
    for (let n = 0; n < 3; n += 1) client.send('garbage');
    expect(await sendRequest(client, 'echo')).toMatchObject({ ok: true });

    world.clock.advance(60_000);
    for (let n = 0; n < 3; n += 1) client.send('garbage');
    expect(await sendRequest(client, 'echo')).toMatchObject({ ok: true });

    client.send('garbage');
    expect(await closeOf(client)).toEqual([1008, 'badMessages: too many bad messages']);
  });
});

describe('refused requests', () => {
  it('are counted apart from malformed input, and close the connection with 1008 beyond their limit', async () => {
    const counted: string[] = [];
    const messageCounters: MessageCounters = {
      countMessage() {},
      countBadMessage: () => counted.push('bad'),
      countRefusedRequest: () => counted.push('refused'),
    };
    await using world = await openEntry({ maxBadMessages: 1, maxRefusedRequests: 3, messageCounters });
    const client = await world.connect();
    for (let minute = 0; minute < 2; minute += 1) {
      for (let n = 0; n < 3; n += 1) expect(await sendRequest(client, 'refuse')).toMatchObject({ errorCode: 403 });
      expect(await sendRequest(client, 'echo')).toMatchObject({ ok: true });
      world.clock.advance(60_000);
    }
    for (let n = 0; n < 3; n += 1) await sendRequest(client, 'refuse');
    client.send(JSON.stringify({ request: true, id: 9, method: 'refuse', data: {} }));
    expect(await closeOf(client)).toEqual([1008, 'refusedRequests: too many refused requests']);
    expect(counted).toEqual(Array.from({ length: 10 }, () => 'refused'));
  });

  it('count more the longer they are', async () => {
    await using world = await openEntry({ maxRefusedRequests: 30 });
    const client = await world.connect();
    // With 60 kB each counts as 15 or 16.
    expect(await sendRequest(client, 'refuse', 'x'.repeat(60_000))).toMatchObject({ errorCode: 403 });
    client.send(JSON.stringify({ request: true, id: 9, method: 'refuse', data: 'x'.repeat(64_000) }));
    expect(await closeOf(client)).toEqual([1008, 'refusedRequests: too many refused requests']);
  });

  it('include notifications without effect, and requests without a response', async () => {
    await using world = await openEntry({ maxRefusedRequests: 1 });
    const client = await world.connect();
    client.send(JSON.stringify({ notification: true, method: 'late' }));
    expect(await sendRequest(client, 'echo')).toMatchObject({ ok: true });
    client.send(JSON.stringify({ request: true, id: 9, method: 'ignore' }));
    expect(await closeOf(client)).toEqual([1008, 'refusedRequests: too many refused requests']);
  });

  it('exclude internal errors', async () => {
    await using world = await openEntry({ maxRefusedRequests: 1 });
    const client = await world.connect();
    for (let n = 0; n < 5; n += 1) expect(await sendRequest(client, 'fail')).toMatchObject({ errorCode: 500 });
    expect(await sendRequest(client, 'echo')).toMatchObject({ ok: true });
  });
});

describe('a notification to many clients', () => {
  it('is serialized once, and arrives at each client as any notification', async () => {
    await using world = await openEntry();
    const clients = [await world.connect('/?roomId=r&peerId=a'), await world.connect('/?roomId=r&peerId=b')];
    let times = 0;
    const toJSON = () => ({ text: 'hello', times: (times += 1) });
    const heard = Promise.all(clients.map((client) => once(client, 'message')));
    const shared = new SharedNotification('textMessage', { toJSON });
    for (const connection of world.dialect.connections) connection.notifyShared(shared);
    const frame = { notification: true, method: 'textMessage', data: { text: 'hello', times: 1 } };
    expect((await heard).map(([text]) => JSON.parse(String(text)) as unknown)).toEqual([frame, frame]);
  });
});

describe('afterSent', () => {
  it('runs after the response was passed to the socket, however slowly the client reads', async () => {
    await using world = await openEntry({ maxMessageBytes: 4 * 1024 * 1024, maxBufferedBytes: 4 * 1024 * 1024 });
    const client = await world.connect();
    const frames: Record<string, unknown>[] = [];
    const second = new Promise<void>((resolve) => {
      client.on('message', (text: Buffer) => {
        frames.push(JSON.parse(text.toString()) as Record<string, unknown>);
        if (frames.length === 2) resolve();
      });
    });
    world.dialect.afterSent = (connection) => {
      connection.notify('after', {});
    };
    client.pause();
    client.send(JSON.stringify({ request: true, id: 1, method: 'echo', data: { text: 'x'.repeat(2 * 1024 * 1024) } }));
    client.resume();
    await second;
    expect(frames).toMatchObject([
      { response: true, id: 1, ok: true },
      { notification: true, method: 'after' },
    ]);
  });

  it('runs once after a refusal', async () => {
    await using world = await openEntry();
    const client = await world.connect();
    const { connection } = world.dialect;
    const log: string[] = [];
    connection.handlers = {
      ...connection.handlers,
      onRequest: () =>
        Promise.resolve({ error: new ProtocolError(403, 'not for you'), afterSent: () => log.push('refused') }),
    };
    expect(await sendRequest(client, 'refuse')).toMatchObject({ ok: false, errorCode: 403 });
    expect(log).toEqual(['refused']);
  });

  it('runs when the connection closed before the response', async () => {
    await using world = await openEntry();
    const client = await world.connect();
    const { connection } = world.dialect;
    const requested = Promise.withResolvers<void>();
    const response = Promise.withResolvers<RequestResult>();
    const afterSent = Promise.withResolvers<boolean>();
    connection.handlers = {
      ...connection.handlers,
      onRequest: () => {
        requested.resolve();
        return response.promise;
      },
    };
    client.send(JSON.stringify({ request: true, id: 1, method: 'slow', data: {} }));
    await requested.promise;
    const closed = world.dialect.nextClosed();
    client.terminate();
    await closed;
    response.resolve({
      data: {},
      afterSent: () => {
        afterSent.resolve(connection.closed);
      },
    });
    expect(await afterSent.promise).toBe(true);
  });
});
