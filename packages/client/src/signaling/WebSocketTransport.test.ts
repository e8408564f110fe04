import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { deferred } from '@tureen/kernel';
import { FakeEngine } from '../media/fake/FakeEngine.ts';
import { mediasoupV3 } from '../entries/mediasoupV3.ts';
import { Room } from '../room/Room.ts';
import { ScriptedServer } from '@tureen/testkit/scripted/ScriptedServer';
import { wireTo } from '@tureen/testkit/scripted/scriptedWire';
import { decodeFrame, encodeFrame } from './frameCodec.ts';
import type { TransportClosed } from './SignalingTransport.ts';
import { WebSocketTransport } from './WebSocketTransport.ts';

let server: WebSocketServer;
let url: string;
let arrivals: { protocols: string; query: Record<string, string> }[];

beforeEach(async () => {
  arrivals = [];
  server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: (offered) => [...offered].at(-1) ?? false,
  });
  server.on('connection', (_socket, request) => {
    arrivals.push({
      protocols: request.headers['sec-websocket-protocol'] ?? '',
      query: Object.fromEntries(new URL(request.url ?? '', 'ws://x').searchParams),
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterEach(async () => {
  for (const client of server.clients) client.terminate();
  await new Promise((resolve) => server.close(resolve));
});

function attempt(options: ConstructorParameters<typeof WebSocketTransport>[0]) {
  const closed = deferred<TransportClosed>();
  const connected = new WebSocketTransport(options).connect({
    params: { roomId: 'r1', peerId: 'alice' },
    signal: new AbortController().signal,
    onFrame: () => {},
    onMalformed: () => {},
    onClosed: closed.resolve,
  });
  return { connected, closed: closed.promise };
}

describe('WebSocketTransport', () => {
  it('offers no subprotocol, and adds the parameters of the dialect to the query', async () => {
    const { connected } = attempt({ url: `${url}?token=t` });
    (await connected).close();
    expect(arrivals).toEqual([{ protocols: '', query: { token: 't', roomId: 'r1', peerId: 'alice' } }]);
  });

  it('offers the given subprotocols in their order', async () => {
    const { connected } = attempt({ url, protocols: ['chat.v2', 'chat.v1'] });
    (await connected).close();
    expect(arrivals[0]?.protocols.split(/, ?/)).toEqual(['chat.v2', 'chat.v1']);
  });

  it.each([[['a b']], [['twice', 'twice']], [['']]])(
    'rejects with connectionFailed for the invalid subprotocols %j',
    async (protocols) => {
      await expect(attempt({ url, protocols }).connected).rejects.toMatchObject({ code: 'connectionFailed' });
    },
  );

  it('reports close code 4000 as by the server', async () => {
    const { connected, closed } = attempt({ url });
    await connected;
    for (const client of server.clients) client.close(4000, 'kicked');
    expect(await closed).toEqual({ by: 'server', code: 4000, reason: 'kicked' });
  });

  it('carries a room through a join, a consumer, a drop, a rejoin and leave()', async () => {
    const scripted = new ScriptedServer();
    scripted.peers = [{ id: 'bob' }];
    server.on('connection', (socket) => {
      const line = wireTo(scripted, {
        onFrame: (frame) => {
          socket.send(JSON.stringify(encodeFrame(frame)));
        },
      });
      socket.on('message', (data: Buffer) => {
        const frame = decodeFrame(JSON.parse(data.toString()));
        if (frame !== null)
          void line.then((open) => {
            open.send(frame);
          });
      });
    });
    const room = new Room({
      roomId: 'r1',
      peerId: 'alice',
      dialect: mediasoupV3({ engine: new FakeEngine() }),
      transport: new WebSocketTransport({ url }),
      reconnectPolicy: () => 0,
    });
    const arrived = room.waitFor('newConsumer');
    await room.join();
    expect((await scripted.offer('c1', { peerId: 'bob' })).ok).toBe(true);
    expect((await arrived).consumer.peer.id).toBe('bob');
    const back = room.waitFor('reconnected');
    for (const client of server.clients) client.terminate();
    await back;
    expect(arrivals).toHaveLength(2);
    await room.leave();
    expect(scripted.methods().at(-1)).toBe('leaveRoom');
  });
});
