import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import { deferred } from '@tureen/kernel';
import { ProtooTransport } from './ProtooTransport.ts';
import type { ProtooFrame } from '@tureen/protocol/common';
import type { TransportClosed } from './SignalingTransport.ts';

let server: WebSocketServer;
let url: string;
let arrivals: { socket: ServerSocket; url: string }[];

beforeEach(async () => {
  arrivals = [];
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket, request) => arrivals.push({ socket, url: request.url ?? '' }));
  await new Promise((resolve) => server.once('listening', resolve));
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/mediasoup-v3`;
});

afterEach(async () => {
  for (const client of server.clients) client.terminate();
  await new Promise((resolve) => server.close(resolve));
});

function attempt(given: ConstructorParameters<typeof ProtooTransport>[0] = { url }) {
  const frames: ProtooFrame[] = [];
  const malformed: string[] = [];
  const closed = deferred<TransportClosed>();
  const frame = deferred<ProtooFrame>();
  const abort = new AbortController();
  const connected = new ProtooTransport(given).connect({
    params: { roomId: 'r 1', peerId: 'p&1' },
    signal: abort.signal,
    onFrame: (one) => {
      frames.push(one);
      frame.resolve(one);
    },
    onMalformed: (description) => malformed.push(description),
    onClosed: closed.resolve,
  });
  return { connected, frames, frame: frame.promise, malformed, closed: closed.promise, abort };
}

const received = (socket: ServerSocket) =>
  new Promise<unknown>((resolve) =>
    socket.once('message', (data: Buffer) => {
      resolve(JSON.parse(data.toString()));
    }),
  );

describe('ProtooTransport', () => {
  it('offers the subprotocol protoo, and adds the parameters of the dialect to the query', async () => {
    const { connected } = attempt({ url: `${url}?peerId=mine&token=t` });
    (await connected).close();
    expect(arrivals[0]?.socket.protocol).toBe('protoo');
    const query = new URL(arrivals[0]!.url, 'ws://x').searchParams;
    expect(Object.fromEntries(query)).toEqual({ roomId: 'r 1', peerId: 'mine', token: 't' });
  });

  it('calls a function for the URL at each attempt', async () => {
    let calls = 0;
    const given = { url: async () => `${url}?token=${++calls}` };
    for (const transport of [attempt(given), attempt(given)]) (await transport.connected).close();
    expect(calls).toBe(2);
  });

  it('writes and reads protoo frames, and reports anything else as malformed', async () => {
    const { connected, frame, malformed, frames } = attempt();
    const connection = await connected;
    const { socket } = arrivals[0]!;
    const request = received(socket);
    connection.send({ kind: 'request', id: 7, method: 'join', data: undefined });
    expect(await request).toEqual({ request: true, id: 7, method: 'join', data: {} });
    for (const garbage of ['{', '[]', '{"request":true}', '', 'null']) socket.send(garbage);
    socket.send(Buffer.from([1, 2, 3]));
    socket.send(JSON.stringify({ response: true, id: 7, ok: true, data: { peers: [] } }));
    expect(await frame).toEqual({ kind: 'response', id: 7, ok: true, data: { peers: [] } });
    expect(frames).toHaveLength(1);
    expect(malformed).toHaveLength(6);
    connection.close();
  });

  it.each([
    [4000, 'server'],
    [1011, 'network'],
  ] as const)('reports close code %d with its reason as by the %s', async (code, by) => {
    const { connected, closed } = attempt();
    const connection = await connected;
    arrivals[0]?.socket.close(code, 'because');
    expect(await closed).toEqual({ by, code, reason: 'because' });
    expect(() => {
      connection.send({ kind: 'notification', method: 'x', data: {} });
    }).toThrow(expect.objectContaining({ code: 'connectionLost' }));
  });

  it('reports a broken connection with code 1006', async () => {
    const { connected, closed } = attempt();
    await connected;
    arrivals[0]?.socket.terminate();
    expect(await closed).toMatchObject({ by: 'network', code: 1006 });
  });

  it('rejects if no server listens, without the query in the message', async () => {
    const { connected } = attempt({ url: 'ws://127.0.0.1:9/?token=secret' });
    await expect(connected).rejects.toMatchObject({
      code: 'connectionFailed',
      retryable: true,
      message: expect.not.stringContaining('secret'),
    });
  });

  it.each(['ftp://x', 'ws://', '::'])('rejects %j as a URL with invalidArgument', async (bad) => {
    await expect(attempt({ url: bad }).connected).rejects.toMatchObject({ code: 'invalidArgument' });
  });

  it('rejects if the function for the URL fails', async () => {
    const cause = new Error('no token');
    const { connected } = attempt({ url: () => Promise.reject(cause) });
    await expect(connected).rejects.toMatchObject({ code: 'connectionFailed', cause });
  });

  it('closes when the signal aborts, before and after it is open', async () => {
    const early = attempt();
    early.abort.abort();
    await expect(early.connected).rejects.toMatchObject({ code: 'aborted' });
    const late = attempt();
    await late.connected;
    const gone = new Promise((resolve) => arrivals.at(-1)?.socket.once('close', resolve));
    late.abort.abort();
    await gone;
  });
});
