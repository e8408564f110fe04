import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket as ServerSocket } from 'socket.io';
import { type ManagerOptions, type Socket, type SocketOptions, io } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deferred, ManualClock } from '@tureen/kernel';
import { mediasoupV3 } from '../entries/mediasoupV3.ts';
import { FakeEngine } from '../media/fake/FakeEngine.ts';
import { Room } from '../room/Room.ts';
import { silentLogger } from '../shared/logger.ts';
import { ScriptedServer } from '@tureen/testkit/scripted/ScriptedServer';
import { whenCalled } from '@tureen/testkit/whenCalled';
import { wireTo } from '@tureen/testkit/scripted/scriptedWire';
import type { ProtooFrame } from '@tureen/protocol/common';
import type { TransportClosed } from './SignalingTransport.ts';
import { SignalingChannel } from './SignalingChannel.ts';
import { SocketIoTransport, type SocketIoTransportOptions } from './SocketIoTransport.ts';
import { Trace } from './Trace.ts';

let http: HttpServer;
let server: Server;
let url: string;
let arrivals: ServerSocket[];
let clients: Socket[];

beforeEach(async () => {
  arrivals = [];
  clients = [];
  http = createServer();
  server = new Server(http, { transports: ['websocket'] });
  server.on('connection', (socket) => arrivals.push(socket));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});

afterEach(async () => {
  for (const client of clients) client.disconnect();
  await server.close();
});

/** Creates a socket as an app does, with reconnection. */
function appSocket(options: Partial<ManagerOptions & SocketOptions> = {}): Socket {
  const socket = io(url, { transports: ['websocket'], forceNew: true, autoConnect: false, ...options });
  clients.push(socket);
  return socket;
}

function attempt(socket: SocketIoTransportOptions['socket']) {
  const frames: ProtooFrame[] = [];
  const malformed: unknown[][] = [];
  const malformedWaiters: ((report: unknown[]) => void)[] = [];
  const waiters: ((frame: ProtooFrame) => void)[] = [];
  const closed = deferred<TransportClosed>();
  const abort = new AbortController();
  const connected = new SocketIoTransport({ socket }).connect({
    params: { roomId: 'r1', peerId: 'alice' },
    signal: abort.signal,
    onFrame: (frame) => {
      frames.push(frame);
      waiters.shift()?.(frame);
    },
    onMalformed: (...report) => {
      malformed.push(report);
      malformedWaiters.shift()?.(report);
    },
    onClosed: closed.resolve,
  });
  const next = () => new Promise<ProtooFrame>((resolve) => waiters.push(resolve));
  const nextMalformed = () => new Promise<unknown[]>((resolve) => malformedWaiters.push(resolve));
  return { connected, frames, next, malformed, nextMalformed, closed: closed.promise, abort };
}

const request = (method: string, data: unknown = {}) => ({ kind: 'request', id: 7, method, data }) as const;

describe('SocketIoTransport.connect', () => {
  it('passes the parameters of the dialect to the function, at each attempt', async () => {
    const asked: object[] = [];
    const source = (params: Readonly<Record<string, string>>) => {
      asked.push(params);
      return Promise.resolve(appSocket({ query: params }));
    };
    for (const { connected } of [attempt(source), attempt(source)]) (await connected).close();
    expect(asked).toEqual(Array(2).fill({ roomId: 'r1', peerId: 'alice' }));
    expect(arrivals[0]?.handshake.query).toMatchObject({ roomId: 'r1', peerId: 'alice' });
  });

  it('accepts a socket that is connected already', async () => {
    const socket = appSocket();
    const isThere = new Promise<void>((resolve) => socket.on('connect', resolve));
    socket.connect();
    await isThere;
    (await attempt(socket).connected).close();
    expect(arrivals).toHaveLength(1);
  });

  it('reuses the same socket for the next attempt', async () => {
    const socket = appSocket();
    (await attempt(socket).connected).close();
    expect(socket.connected).toBe(false);
    (await attempt(socket).connected).close();
    expect(arrivals).toHaveLength(2);
  });

  it('rejects if no server listens, and Socket.IO does not retry', async () => {
    const socket = io('http://127.0.0.1:9', { transports: ['websocket'], forceNew: true, autoConnect: false });
    clients.push(socket);
    await expect(attempt(socket).connected).rejects.toMatchObject({ code: 'connectionFailed', retryable: true });
    expect(socket.active).toBe(false);
    expect(socket.listeners('connect')).toEqual([]);
    expect(socket.listenersAny()).toEqual([]);
  });

  it('rejects with closedByServer and the reason if the server denies the connection', async () => {
    server.use((_socket, next) => {
      next(new Error('forbidden: no such room'));
    });
    await expect(attempt(appSocket()).connected).rejects.toMatchObject({
      code: 'closedByServer',
      reason: 'forbidden',
      retryable: false,
      message: 'the server denied the Socket.IO connection: forbidden: no such room',
    });
  });

  it('has no reason if the server denies the connection without one', async () => {
    server.use((_socket, next) => {
      next(new Error(''));
    });
    const denied = { code: 'closedByServer', reason: undefined, hint: undefined };
    await expect(attempt(appSocket()).connected).rejects.toMatchObject(denied);
  });

  it('rejects if the function for the socket fails', async () => {
    const cause = new Error('no token');
    await expect(attempt(() => Promise.reject(cause)).connected).rejects.toMatchObject({
      code: 'connectionFailed',
      cause,
    });
    const throwing = () => {
      throw cause;
    };
    await expect(attempt(throwing).connected).rejects.toMatchObject({ code: 'connectionFailed', cause });
  });

  it.each([undefined, null, 'socket', {}, new WebSocket('ws://127.0.0.1:9')])(
    'rejects %o as a socket with invalidArgument',
    async (bad) => {
      await expect(attempt((() => bad) as never).connected).rejects.toMatchObject({ code: 'invalidArgument' });
    },
  );

  it('rejects and removes its listeners if the socket throws in connect()', async () => {
    const socket = appSocket();
    socket.connect = () => {
      throw new Error('broken');
    };
    await expect(attempt(socket).connected).rejects.toMatchObject({ message: expect.stringContaining('broken') });
    expect(socket.listenersAny()).toEqual([]);
  });

  it('closes when the signal aborts: before the socket exists, while it connects, and once it is open', async () => {
    const made = deferred<Socket>();
    const early = attempt(() => made.promise);
    early.abort.abort();
    const socket = appSocket();
    made.resolve(socket);
    await expect(early.connected).rejects.toMatchObject({ code: 'aborted' });

    const connect = vi.spyOn(socket, 'connect');
    const opening = attempt(() => socket);
    await whenCalled(connect);
    opening.abort.abort();
    await expect(opening.connected).rejects.toMatchObject({ code: 'aborted' });
    expect(socket.active).toBe(false);

    const open = attempt(socket);
    await open.connected;
    const gone = new Promise((resolve) => arrivals.at(-1)?.once('disconnect', resolve));
    open.abort.abort();
    await gone;
  });
});

describe('a connection of SocketIoTransport', () => {
  async function open() {
    const socket = appSocket();
    const world = attempt(socket);
    const connection = await world.connected;
    await server.fetchSockets();
    return { ...world, socket, connection, peer: arrivals.at(-1)! };
  }

  it('emits a request with an ack, and delivers the ack as the response of its ID', async () => {
    const { connection, peer, next } = await open();
    peer.on('join', (data: unknown, ack: (response: object) => void) => {
      ack({ ok: true, data: { echo: data } });
    });
    const response = next();
    connection.send(request('join', { displayName: 'Alice' }));
    expect(await response).toEqual({ kind: 'response', id: 7, ok: true, data: { echo: { displayName: 'Alice' } } });
  });

  it.each([
    [{ ok: false, errorCode: 403, errorReason: 'no' }, 403, 'no'],
    [{ ok: false, errorCode: 'no' }, 500, 'no'],
    [{ ok: false }, 500, ''],
  ])('delivers the ack %j as an error response', async (refusal, errorCode, errorReason) => {
    const { connection, peer, next, malformed } = await open();
    peer.on('join', (_data: unknown, ack: (response: object) => void) => {
      ack(refusal);
    });
    const response = next();
    connection.send(request('join'));
    expect(await response).toEqual({ kind: 'response', id: 7, ok: false, errorCode, errorReason });
    expect(malformed).toEqual([]);
  });

  it.each([undefined, null, 'ok', 5, [], {}, { ok: 'yes' }, { data: {} }])(
    'reports an ack of %j as malformed, for the request of its ID',
    async (ack) => {
      const { connection, peer, frames, nextMalformed } = await open();
      peer.on('join', (_data: unknown, respond: (ack: unknown) => void) => {
        respond(ack);
      });
      const malformed = nextMalformed();
      connection.send(request('join'));
      expect(await malformed).toEqual([expect.stringContaining(`the ack of 'join'`), 7]);
      expect(frames).toEqual([]);
    },
  );

  it('emits a notification without an ack, and an empty object for no data', async () => {
    const { connection, peer } = await open();
    const arrived = new Promise<unknown[]>((resolve) => {
      peer.onAny((...args: unknown[]) => {
        resolve(args);
      });
    });
    connection.send({ kind: 'notification', method: 'pauseProducer', data: undefined });
    expect(await arrived).toEqual(['pauseProducer', {}]);
  });

  it('delivers events with an ack as requests, and others as notifications', async () => {
    const { connection, peer, next, frames } = await open();
    let arrived = next();
    peer.emit('newPeer', { id: 'bob' });
    expect(await arrived).toEqual({ kind: 'notification', method: 'newPeer', data: { id: 'bob' } });

    arrived = next();
    const granted = peer.emitWithAck('newConsumer', { id: 'c1' });
    const asked = await arrived;
    expect(asked).toMatchObject({ kind: 'request', method: 'newConsumer', data: { id: 'c1' } });
    const { id } = asked as ProtooFrame & { kind: 'request' };
    connection.send({ kind: 'response', id, ok: true, data: undefined });
    connection.send({ kind: 'response', id, ok: true, data: { again: true } });
    expect(await granted).toEqual({ ok: true, data: {} });

    arrived = next();
    const refused = peer.emitWithAck('nonsense');
    const second = (await arrived) as ProtooFrame & { kind: 'request' };
    expect(second).toMatchObject({ method: 'nonsense', data: {} });
    expect(second.id).not.toBe(id);
    connection.send({ kind: 'response', id: second.id, ok: false, errorCode: 400, errorReason: 'no' });
    expect(await refused).toEqual({ ok: false, errorCode: 400, errorReason: 'no' });

    arrived = next();
    peer.emit('bare');
    expect(await arrived).toEqual({ kind: 'notification', method: 'bare', data: {} });
    expect(frames).toHaveLength(4);
  });

  it('drops a response to no request: no event and no ack leaves the socket', async () => {
    const { connection, peer } = await open();
    const arrived: unknown[][] = [];
    const next = new Promise<void>((resolve) => {
      peer.onAny((...args: unknown[]) => {
        arrived.push(args);
        resolve();
      });
    });
    let acks = 0;
    peer.conn.on('packet', ({ data }: { data: unknown }) => {
      // 3 marks an ack in the protocol of Socket.IO.
      if (String(data).startsWith('3')) acks += 1;
    });
    connection.send({ kind: 'response', id: 99, ok: true, data: {} });
    connection.send({ kind: 'notification', method: 'next', data: {} });
    await next;
    expect([arrived, acks]).toEqual([[['next', {}]], 0]);
  });

  it('throws connectionLost after close, and buffers nothing', async () => {
    const { connection, socket } = await open();
    connection.close();
    connection.close();
    expect(() => {
      connection.send(request('join'));
    }).toThrow(expect.objectContaining({ code: 'connectionLost' }));
    expect(socket.sendBuffer).toEqual([]);
  });

  it('throws from send for a circular object and for a reserved event name', async () => {
    const { connection } = await open();
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    expect(() => {
      connection.send(request('join', circular));
    }).toThrow();
    expect(() => {
      connection.send(request('connect'));
    }).toThrow(/reserved/);
  });

  it('delivers neither acks nor events after close', async () => {
    const { connection, socket, frames } = await open();
    const acks: ((response: object) => void)[] = [];
    socket.emit = (...args: unknown[]) => {
      acks.push(args.at(-1) as (response: object) => void);
      return socket;
    };
    connection.send(request('join'));
    connection.close();
    acks[0]?.({ ok: true, data: {} });
    expect(frames).toEqual([]);
    expect(socket.listenersAny()).toEqual([]);
  });
});

describe('the end of a SocketIoTransport connection', () => {
  it('reports `io server disconnect` as by the server, and Socket.IO does not reconnect', async () => {
    const socket = appSocket();
    const { connected, closed } = attempt(socket);
    await connected;
    await server.fetchSockets();
    arrivals[0]?.disconnect();
    expect(await closed).toEqual({ by: 'server', reason: 'io server disconnect' });
    expect(socket.active).toBe(false);
  });

  it('reports other reasons as by the network, and Socket.IO does not reconnect', async () => {
    const socket = appSocket({ reconnection: true, reconnectionDelay: 1 });
    const { connected, closed } = attempt(socket);
    await connected;
    const tries: string[] = [];
    socket.io.on('reconnect_attempt', () => tries.push('tried'));
    arrivals[0]?.conn.close();
    expect(await closed).toMatchObject({ by: 'network', reason: expect.stringContaining('transport') });
    expect(socket.active).toBe(false);
    (await attempt(socket).connected).close();
    expect(tries).toEqual([]);
  });

  it('keeps other namespaces of the connection open', async () => {
    server.of('/app');
    const apps = io(`${url}/app`, { transports: ['websocket'], forceNew: true });
    clients.push(apps);
    await new Promise<void>((resolve) => apps.on('connect', resolve));
    const socket = apps.io.socket('/');
    (await attempt(socket).connected).close();
    expect([socket.connected, apps.connected]).toEqual([false, true]);
  });
});

describe('a channel over SocketIoTransport', () => {
  it('times out without an ack, and drops a late or second ack', async () => {
    const acks: ((response: object) => void)[] = [];
    const socket = appSocket();
    const emit = socket.emit.bind(socket);
    socket.emit = (method: string, ...args: unknown[]) => {
      acks.push(args.at(-1) as (response: object) => void);
      return emit(method, ...args);
    };
    const clock = new ManualClock();
    const channel = new SignalingChannel({
      transport: new SocketIoTransport({ socket }),
      clock,
      logger: silentLogger,
      trace: new Trace(),
      requestTimeoutMs: 1000,
      handlers: { onClosed: () => {} },
    });
    await channel.connect({});
    const never = channel.request('join', {});
    clock.advance(1000);
    await expect(never).rejects.toMatchObject({ code: 'requestTimeout', method: 'join' });
    acks[0]?.({ ok: true, data: 'late' });
    const answered = channel.request('join', {});
    for (const data of ['once', 'twice']) acks[1]?.({ ok: true, data });
    expect(await answered).toBe('once');
    expect([channel.open, channel.pendingCount, clock.pending]).toEqual([true, 0, 0]);
    channel.close();
  });
});

describe('a room over SocketIoTransport', () => {
  it('joins, consumes, reconnects by its own policy, and leaves when kicked', async () => {
    const scripted = new ScriptedServer();
    scripted.peers = [{ id: 'bob' }];
    server.on('connection', (socket) => {
      const acks = new Map<number, (response: object) => void>();
      const line = wireTo(scripted, {
        params: socket.handshake.auth,
        onFrame: (frame) => {
          if (frame.kind === 'notification') socket.emit(frame.method, frame.data);
          else if (frame.kind === 'response') acks.get(frame.id)?.(frame);
          else {
            socket.emit(frame.method, frame.data, (response: { ok: true; data: unknown }) => {
              send({ ...response, kind: 'response', id: frame.id });
            });
          }
        },
        onClosed: () => {
          socket.disconnect();
        },
      });
      const send = (frame: ProtooFrame) => {
        void line.then((open) => {
          open.send(frame);
        });
      };
      let lastId = 0;
      socket.onAny((method: string, data: unknown, ack?: (response: object) => void) => {
        const id = ++lastId;
        if (ack !== undefined) acks.set(id, ack);
        send(ack === undefined ? { kind: 'notification', method, data } : { kind: 'request', id, method, data });
      });
    });
    const room = new Room({
      roomId: 'r1',
      peerId: 'alice',
      dialect: mediasoupV3({ engine: new FakeEngine() }),
      transport: new SocketIoTransport({ socket: (auth) => appSocket({ auth }) }),
      reconnectPolicy: () => 0,
    });
    const arrived = room.waitFor('newConsumer');
    await room.join({ displayName: 'Alice' });
    expect(scripted.connection.params).toEqual({ roomId: 'r1', peerId: 'alice', welcome: '1' });
    expect((await scripted.offer('c1', { peerId: 'bob' })).ok).toBe(true);
    expect((await arrived).consumer.peer.id).toBe('bob');

    const back = room.waitFor('reconnected');
    arrivals[0]?.conn.close();
    await back;
    expect(arrivals).toHaveLength(2);

    const left = room.waitFor('left');
    scripted.drop({ by: 'server' });
    expect(await left).toMatchObject({ reason: 'closedByServer' });
    expect(clients.every((socket) => !socket.active)).toBe(true);
  });
});
