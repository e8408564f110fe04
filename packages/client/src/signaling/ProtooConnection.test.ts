import type { ProtooFrame } from '@tureen/protocol/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { ManualClock } from '@tureen/kernel';
import { silentLogger } from '../shared/logger.ts';
import { Recorder } from '../shared/Recorder.ts';
import { TureenError } from '../shared/errors.ts';
import { ProtooConnection, type SocketHandlers } from './ProtooConnection.ts';
import { SignalingChannel } from './SignalingChannel.ts';
import type { ConnectOptions, SignalingTransport, TransportClosed } from './SignalingTransport.ts';
import { Trace } from './Trace.ts';

/** Timeout of a request in protoo-client's `Peer` while no other request is pending, in ms. */
const peerTimeoutMs = 22_500;

type Wire = { request?: true; response?: true; id?: number; method?: string } & Record<string, unknown>;

/**
 * Running timers of `Peer`. `timerCounts` has their number at each change. Other code of the process may have timers too, such as
 * an HTTP client of another test file.
 */
const peerTimers = new Set<unknown>();
let timerCounts: Recorder<number>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  peerTimers.clear();
  timerCounts = new Recorder();
  const { setTimeout: start, clearTimeout: stop } = globalThis;
  const drop = (timer: unknown) => {
    if (peerTimers.delete(timer)) timerCounts.push(peerTimers.size);
  };
  vi.spyOn(globalThis, 'setTimeout').mockImplementation((run: () => void, ms = 0) => {
    const timer = start(() => {
      drop(timer);
      run();
    }, ms);
    if (ms >= peerTimeoutMs) timerCounts.push(peerTimers.add(timer).size);
    return timer;
  });
  vi.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
    drop(timer);
    stop(timer);
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Server end of a socket without a network. */
class ScriptedSocket {
  readonly written: Wire[] = [];
  isClosed = false;
  /** Runs while a message is written. */
  onWrite: (message: Wire) => void = () => {};
  handlers!: SocketHandlers;

  open(handlers: SocketHandlers) {
    this.handlers = handlers;
    return {
      send: (message: object) => {
        if (this.isClosed) throw new TureenError('connectionLost', 'closed');
        this.written.push(JSON.parse(JSON.stringify(message)) as Wire);
        this.onWrite(this.written.at(-1)!);
      },
      close: () => {
        this.isClosed = true;
      },
    };
  }

  respond(id: number, data: unknown = {}): void {
    this.handlers.onFrame({ kind: 'response', id, ok: true, data });
  }

  notify(method: string): void {
    this.handlers.onFrame({ kind: 'notification', method, data: {} });
  }
}

async function open() {
  const socket = new ScriptedSocket();
  const frames = new Recorder<ProtooFrame>();
  const closings = new Recorder<TransportClosed>();
  const abort = new AbortController();
  const options: ConnectOptions = {
    params: {},
    signal: abort.signal,
    onFrame: (frame) => frames.push(frame),
    onMalformed: () => {},
    onClosed: (closed) => closings.push(closed),
  };
  const connection = new ProtooConnection(options);
  await connection.open(async (handlers) => socket.open(handlers));
  return { socket, connection, frames, closings, abort };
}

/** Opens a channel over the connection, with the room's own timeouts. */
async function openChannel(requestTimeoutMs: number) {
  const socket = new ScriptedSocket();
  const clock = new ManualClock();
  const dropped = new Recorder<unknown>();
  const transport: SignalingTransport = {
    connect: async (options) => {
      const connection = new ProtooConnection(options);
      await connection.open(async (handlers) => socket.open(handlers));
      return connection;
    },
  };
  const channel = new SignalingChannel({
    transport,
    clock,
    logger: { ...silentLogger, debug: (_message, details) => dropped.push(details) },
    trace: new Trace(),
    requestTimeoutMs,
    handlers: { onClosed: () => {} },
  });
  await channel.connect({});
  return { socket, clock, channel, dropped };
}

const request = (id: number): ProtooFrame => ({ kind: 'request', id, method: 'join', data: {} });

describe('ProtooConnection', () => {
  it('writes requests with the ID of the room', async () => {
    const { socket, connection } = await open();
    connection.send({ kind: 'request', id: 41, method: 'join', data: undefined });
    expect(socket.written).toEqual([{ request: true, id: 41, method: 'join', data: {} }]);
    connection.close();
  });

  it('delivers the code, reason and end reason of an error response', async () => {
    const { socket, connection, frames } = await open();
    connection.send(request(1));
    const response = {
      kind: 'response',
      id: 1,
      ok: false,
      errorCode: 403,
      errorReason: 'no',
      endReason: 'roomFull',
    } as const;
    socket.handlers.onFrame(response);
    await frames.reaches(1);
    expect(frames).toEqual([response]);
    connection.close();
  });

  it('delivers a response that arrives while the request is being written', async () => {
    const { socket, connection, frames } = await open();
    socket.onWrite = ({ id }) => {
      socket.respond(id!, { inside: true });
    };
    connection.send(request(1));
    await frames.reaches(1);
    expect(frames).toEqual([{ kind: 'response', id: 1, ok: true, data: { inside: true } }]);
    expect(peerTimers.size).toBe(0);
  });

  it('delivers a response that arrives in the task in which the request was sent', async () => {
    const { socket, connection, frames } = await open();
    connection.send(request(1));
    socket.respond(1);
    await frames.reaches(1);
    expect(frames).toHaveLength(1);
    expect(peerTimers.size).toBe(0);
  });

  it('keeps the order of responses, notifications and the end that arrive in one task', async () => {
    const { socket, connection, frames, closings } = await open();
    for (const id of [1, 2]) connection.send(request(id));
    await expectUnchanged(() => frames, []);
    socket.notify('first');
    socket.respond(2);
    socket.notify('second');
    socket.respond(1);
    socket.notify('third');
    socket.handlers.onClosed({ by: 'network', code: 1006 });
    expect(closings).toEqual([]);
    await closings.reaches(1);
    expect(frames.map((frame) => ('method' in frame ? frame.method : frame.id))).toEqual([
      'first',
      2,
      'second',
      1,
      'third',
    ]);
    expect(closings).toEqual([{ by: 'network', code: 1006 }]);
  });

  it('delivers a second response and a response to no request, for the room to drop', async () => {
    const { socket, connection, frames } = await open();
    connection.send(request(1));
    for (const id of [1, 1, 99]) socket.respond(id);
    await frames.reaches(3);
    expect(frames.map((frame) => 'id' in frame && frame.id)).toEqual([1, 1, 99]);
    connection.close();
  });

  it('responds to two requests of one ID twice, and drops a response to no request', async () => {
    const { socket, connection } = await open();
    for (const method of ['newConsumer', 'newDataConsumer'])
      socket.handlers.onFrame({ kind: 'request', id: 5, method, data: {} });
    connection.send({ kind: 'response', id: 5, ok: true, data: { first: true } });
    connection.send({ kind: 'response', id: 5, ok: false, errorCode: 400, errorReason: 'no' });
    connection.send({ kind: 'response', id: 5, ok: true, data: {} });
    expect(socket.written).toEqual([
      { response: true, id: 5, ok: true, data: { first: true } },
      { response: true, id: 5, ok: false, errorCode: 400, errorReason: 'no' },
    ]);
    connection.close();
  });

  it.each(['request', 'response', 'notification'] as const)(
    'throws from send what writing a %s throws',
    async (kind) => {
      const { socket, connection } = await open();
      socket.handlers.onFrame({ kind: 'request', id: 1, method: 'newConsumer', data: {} });
      socket.onWrite = () => {
        throw new RangeError('too long');
      };
      const frame = { kind, id: 1, method: 'm', ok: true, data: {} } as ProtooFrame;
      expect(() => {
        connection.send(frame);
      }).toThrow(RangeError);
      await expectUnchanged(() => peerTimers.size, 0);
    },
  );

  it('stops the timer of a request that it sent in the task in which it closes', async () => {
    const { socket, connection, frames, closings } = await open();
    connection.send(request(1));
    connection.close();
    connection.close();
    await expectUnchanged(() => [socket.isClosed, peerTimers.size, frames, closings], [true, 0, [], []]);
  });

  it('delivers nothing after close, not even a response that Peer is matching', async () => {
    const { socket, connection, frames, closings } = await open();
    connection.send(request(1));
    socket.respond(1);
    socket.notify('late');
    connection.close();
    socket.handlers.onClosed({ by: 'network' });
    await expectUnchanged(() => [frames, closings], [[], []]);
  });

  it('stops the timers of Peer when the signal aborts', async () => {
    const { connection, abort } = await open();
    connection.send(request(1));
    await timerCounts.reaches(1);
    expect(peerTimers.size).toBe(1);
    abort.abort();
    await timerCounts.reaches(2);
    expect(peerTimers.size).toBe(0);
  });
});

describe('a channel over ProtooConnection', () => {
  it('waits for a response longer than Peer, up to a requestTimeoutMs of 60 s', async () => {
    const { socket, clock, channel } = await openChannel(60_000);
    const joined = channel.request('join', {});
    await expectUnchanged(() => channel.pendingCount, 1);
    vi.advanceTimersByTime(peerTimeoutMs);
    clock.advance(59_999);
    await expectUnchanged(() => channel.pendingCount, 1);
    socket.respond(1, { late: true });
    await expect(joined).resolves.toEqual({ late: true });
    channel.close();
  });

  it('rejects with requestTimeout after requestTimeoutMs, for any timeout of Peer', async () => {
    const { clock, channel } = await openChannel(60_000);
    const joined = expect(channel.request('join', {})).rejects.toMatchObject({
      code: 'requestTimeout',
      message: "no response to 'join' within 60000 ms",
    });
    await expectUnchanged(() => channel.pendingCount, 1);
    vi.advanceTimersByTime(peerTimeoutMs);
    clock.advance(60_000);
    await joined;
    channel.close();
  });

  it('drops a response after requestTimeoutMs, and a second response', async () => {
    const { socket, clock, channel, dropped } = await openChannel(1000);
    const joined = expect(channel.request('join', {})).rejects.toMatchObject({ code: 'requestTimeout' });
    clock.advance(1000);
    await joined;
    const produced = channel.request('produce', {});
    socket.respond(1);
    for (const data of ['first', 'second']) socket.respond(2, data);
    expect(await produced).toBe('first');
    await dropped.reaches(2);
    expect(dropped).toEqual([{ id: 1 }, { id: 2 }]);
    expect([channel.open, channel.pendingCount, peerTimers.size]).toEqual([true, 0, 0]);
    channel.close();
  });
});
