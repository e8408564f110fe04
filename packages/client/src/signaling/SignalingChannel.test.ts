import type { ProtooFrame } from '@tureen/protocol/common';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { ManualClock } from '@tureen/kernel';
import { TureenError } from '../shared/errors.ts';
import { silentLogger } from '../shared/logger.ts';
import { CallbackTransport } from './CallbackTransport.ts';
import { MemoryTransport } from './MemoryTransport.ts';
import { SignalingChannel } from './SignalingChannel.ts';
import type { ConnectOptions, SignalingTransport, TransportClosed } from './SignalingTransport.ts';
import { Trace } from './Trace.ts';
import { WebSocketTransport } from './WebSocketTransport.ts';

const circle: Record<string, unknown> = {};
circle.self = circle;

function channelOver(transport: SignalingTransport) {
  const closings: TransportClosed[] = [];
  const clock = new ManualClock();
  let activities = 0;
  const channel = new SignalingChannel({
    transport,
    clock,
    logger: silentLogger,
    trace: new Trace(),
    requestTimeoutMs: 1000,
    handlers: {
      onActivity: () => (activities += 1),
      onClosed: (closed) => closings.push(closed),
    },
  });
  return { channel, closings, clock, activity: () => activities };
}

async function opened(transport: SignalingTransport) {
  const made = channelOver(transport);
  await made.channel.connect({});
  return made;
}

const memory = () =>
  new MemoryTransport({
    onConnection: (connection) => {
      connection.onFrame = (frame) => {
        if (frame.kind === 'request') connection.send({ kind: 'response', id: frame.id, ok: true, data: {} });
      };
    },
  });

async function webSocket() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const { id } = JSON.parse(data.toString()) as { id: number };
      socket.send(JSON.stringify({ response: true, id, ok: true, data: {} }));
    });
  });
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const close = async () => {
    for (const client of server.clients) client.terminate();
    server.close();
    await once(server, 'close');
  };
  return { transport: new WebSocketTransport({ url }), close };
}

const transports = {
  MemoryTransport: async () => ({ transport: memory(), close: async () => {} }),
  WebSocketTransport: webSocket,
};

describe.each(Object.entries(transports))('a channel over %s', (_name, make) => {
  it.each([
    ['a BigInt', { id: 12n }, 'BigInt'],
    ['a circle', circle, 'circular'],
  ])('rejects %s with invalidArgument, and stays open', async (_what, data, why) => {
    const { transport, close } = await make();
    const { channel, closings, clock } = await opened(transport);
    const error = { code: 'invalidArgument', retryable: false, message: expect.stringContaining(why) as string };
    await expect(channel.request('produce', data)).rejects.toMatchObject(error);
    await expect(channel.notify('produce', data)).rejects.toMatchObject(error);
    expect([channel.open, channel.pendingCount, closings, clock.pending]).toEqual([true, 0, [], 0]);
    await expect(channel.request('produce', { id: 12 })).resolves.toEqual({});
    channel.close();
    await close();
  });
});

describe('a channel whose transport throws connectionLost from send()', () => {
  it('closes once, and rejects pending requests', async () => {
    let isGone = false;
    const closed: string[] = [];
    const { channel, closings } = await opened({
      connect: async () => ({
        send: () => {
          if (isGone) throw new TureenError('connectionLost', 'the modem is off');
        },
        close: () => closed.push('closed'),
      }),
    });
    const waiting = expect(channel.request('first', {})).rejects.toMatchObject({ code: 'connectionLost' });
    isGone = true;
    await expect(channel.request('second', {})).rejects.toMatchObject({ message: "'second' could not be sent" });
    await waiting;
    await expect(channel.notify('third', {})).rejects.toMatchObject({ code: 'connectionLost' });
    expect([closings, closed]).toEqual([[{ by: 'network', reason: 'the modem is off' }], ['closed']]);
  });

  it('closes if a CallbackTransport rejects with connectionLost', async () => {
    const lost = new TureenError('connectionLost', 'gone');
    const transport = new CallbackTransport({ request: () => Promise.reject(lost), notify: () => {} });
    const { channel, closings } = await opened(transport);
    await expect(channel.request('first', {})).rejects.toMatchObject({ code: 'connectionLost', method: 'first' });
    expect(closings).toEqual([{ by: 'network', reason: 'gone' }]);
  });
});

describe('a connection that the server closes in the task in which it opens', () => {
  const opensAndCloses = (closed: TransportClosed) =>
    channelOver({
      connect: async ({ onClosed }) => {
        queueMicrotask(() => {
          onClosed(closed);
        });
        return { send: () => {}, close: () => {} };
      },
    }).channel.connect({});

  it('rejects with closedByServer after a final close', async () => {
    await expect(opensAndCloses({ by: 'server', code: 4000, reason: 'kicked: spam' })).rejects.toMatchObject({
      code: 'closedByServer',
      reason: 'kicked',
      detail: 'spam',
      closeCode: 4000,
      retryable: false,
    });
  });

  it('rejects with connectionLost and the close code after any other close', async () => {
    await expect(opensAndCloses({ by: 'network', code: 1013 })).rejects.toMatchObject({
      code: 'connectionLost',
      closeCode: 1013,
      retryable: true,
    });
  });
});

describe('a channel whose transport reports a malformed message', () => {
  it('rejects the request of its ID with badResponse, and stays open', async () => {
    let options!: ConnectOptions;
    const sent: ProtooFrame[] = [];
    const { channel, activity, clock } = await opened({
      connect: async (given) => {
        options = given;
        return { send: (frame) => sent.push(frame), close: () => {} };
      },
    });
    const [joined, produced] = [channel.request('join', {}), channel.request('produce', {})];
    options.onMalformed('not a frame');
    options.onMalformed('not an object', 1);
    await expect(joined).rejects.toMatchObject({ code: 'badResponse', message: 'not an object', method: 'join' });
    options.onFrame({ kind: 'response', id: 2, ok: true, data: 'produced' });
    expect(await produced).toBe('produced');
    expect([sent.length, channel.open, channel.pendingCount, activity(), clock.pending]).toEqual([2, true, 0, 3, 0]);
  });
});

describe('a close reason that is not a string', () => {
  it.each([
    [null, undefined, { reason: undefined, detail: undefined }],
    [Buffer.from('kicked: spam'), 'kicked: spam', { reason: 'kicked', detail: 'spam' }],
    [5, '5', { reason: undefined, detail: '5' }],
  ])('becomes a string for %s, while the connection is open and while it opens', async (given, text, read) => {
    const reason = given as unknown as string;
    const transport = new CallbackTransport({ request: () => new Promise(() => {}), notify: () => {} });
    const { channel, closings } = await opened(transport);
    const waiting = expect(channel.request('join', {})).rejects.toMatchObject({ code: 'closedByServer', ...read });
    transport.receiveClosed({ by: 'server', reason });
    await waiting;
    expect(closings).toEqual([{ by: 'server', reason: text }]);
    const opening = new CallbackTransport({
      connect: () => new Promise(() => {}),
      request: () => ({}),
      notify: () => {},
    });
    const refused = expect(channelOver(opening).channel.connect({})).rejects.toMatchObject(read);
    opening.receiveClosed({ by: 'server', reason });
    await refused;
  });
});
