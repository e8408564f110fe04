import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { TureenError } from '../shared/errors.ts';
import { silentLogger } from '../shared/logger.ts';
import { ManualClock } from '../shared/ManualClock.ts';
import { CallbackTransport } from './CallbackTransport.ts';
import { MemoryTransport } from './MemoryTransport.ts';
import { SignalingChannel } from './SignalingChannel.ts';
import type { SignalingTransport, TransportClosed } from './SignalingTransport.ts';
import { Trace } from './Trace.ts';
import { WebSocketTransport } from './WebSocketTransport.ts';

const circle: Record<string, unknown> = {};
circle.self = circle;

async function opened(transport: SignalingTransport) {
  const closings: TransportClosed[] = [];
  const clock = new ManualClock();
  const channel = new SignalingChannel({
    transport,
    clock,
    logger: silentLogger,
    trace: new Trace(),
    requestTimeoutMs: 1000,
    handlers: { onRequest: () => {}, onNotification: () => {}, onClosed: (closed) => closings.push(closed) },
  });
  await channel.connect({});
  return { channel, closings, clock };
}

const memory = () =>
  new MemoryTransport({
    onConnection: (connection) => {
      connection.onPacket = (packet) => {
        if (packet.kind === 'request') connection.send({ kind: 'response', id: packet.id, ok: true, data: {} });
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
  ])('refuses %s as invalidArgument, and stays open', async (_what, data, why) => {
    const { transport, close } = await make();
    const { channel, closings, clock } = await opened(transport);
    const error = { code: 'invalidArgument', retryable: false, message: expect.stringContaining(why) as string };
    await expect(channel.request('produce', data)).rejects.toMatchObject(error);
    await expect(channel.notify('produce', data)).rejects.toMatchObject(error);
    expect([channel.open, channel.waiting, closings, clock.pending]).toEqual([true, 0, [], 0]);
    await expect(channel.request('produce', { id: 12 })).resolves.toEqual({});
    channel.close();
    await close();
  });
});

describe('a channel whose transport reports a loss by send()', () => {
  it('closes once, and rejects what waits', async () => {
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

  it('closes by an async CallbackTransport too', async () => {
    const lost = new TureenError('connectionLost', 'gone');
    const transport = new CallbackTransport({ request: () => Promise.reject(lost), notify: () => {} });
    const { channel, closings } = await opened(transport);
    await expect(channel.request('first', {})).rejects.toMatchObject({ code: 'connectionLost', method: 'first' });
    expect(closings).toEqual([{ by: 'network', reason: 'gone' }]);
  });
});
