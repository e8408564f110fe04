import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { startServer } from '../main.ts';
import { capturedLogs } from '../testing/capturedLogs.ts';
import { sendRequest, openEntry } from '../testing/openEntry.ts';

type World = Awaited<ReturnType<typeof openEntry>>;

const UPGRADE =
  'GET /?roomId=r&peerId=p HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';

/** Creates a masked frame of one fragment, with a short payload. */
const frame = (opcode: number, payload: string) =>
  Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]), Buffer.from(payload)]);

const TEXT = 1;

/** Opens a client that keeps its half of the connection open, and never responds to a close frame. */
function openSilent(world: { readonly port: number }): Socket {
  return connect({ port: world.port, host: '127.0.0.1', allowHalfOpen: true });
}

async function upgradeSilent(world: { readonly port: number }): Promise<Socket> {
  const socket = openSilent(world);
  socket.write(UPGRADE);
  await once(socket, 'data');
  return socket;
}

describe('a client that does not respond to a close frame', () => {
  it.each<[string, (socket: Socket, world: World) => unknown]>([
    [
      'the server has ended its session',
      (_socket, { dialect }) => {
        dialect.connections.at(-1)?.close('kicked');
      },
    ],
    ['it sent a message that is too large', (socket) => socket.write(frame(TEXT, 'x'.repeat(120)))],
    ['it sent an invalid WebSocket frame', (socket) => socket.write(Buffer.from([0xff, 0xff]))],
    [
      'its session ended while it reads no earlier messages',
      (socket, { dialect }) => {
        socket.pause();
        dialect.connections.at(-1)?.notify('roster', 'x'.repeat(20 * 1024 * 1024));
        dialect.connections.at(-1)?.close('kicked');
      },
    ],
  ])('is disconnected when %s', async (_what, act) => {
    await using world = await openEntry({ maxMessageBytes: 100, slowReaderMs: 1_000_000 });
    const bystander = await world.connect('/?roomId=r&peerId=bystander');
    const socket = await upgradeSilent(world);
    const closed = world.dialect.nextClosed();
    await act(socket, world);
    await closed;
    expect(await sendRequest(bystander, 'hello')).toMatchObject({ ok: true });
    expect(world.logs.messages()).not.toContain('closed connection');

    world.clock.advance(30_000);
    bystander.terminate();
    // The clock stands still: the entry closes at once only if no client is left.
    await world.entry.close();
    expect(world.clock.pending).toBe(0);
    socket.destroy();
  });

  it('is disconnected when it joined no room in time', async () => {
    const clock = new ManualClock();
    const { logger, next } = capturedLogs();
    const server = await startServer(
      { port: 0, workers: 1, joinTimeoutMs: 3000, pingIntervalMs: 0 },
      { clock, logger },
    );
    const opened = next('opened room');
    const socket = await upgradeSilent(server);
    // Until then the server is late.
    await opened;
    let received = '';
    const told = new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        received += chunk.toString('latin1');
        if (received.includes('joinTimeout')) resolve();
      });
    });
    // With the response the room is open. From then on only the client's join is missing.
    socket.write(frame(TEXT, JSON.stringify({ request: true, id: 1, method: 'getRouterRtpCapabilities' })));
    await once(socket, 'data');
    clock.advance(3000);
    await told;
    clock.advance(5000);
    await server.close();
    expect(received).toContain('joinTimeout');
    socket.destroy();
  });
});

const ANSWERS = 100;
const ANSWER_BYTES = 256 * 1024;

describe('a client that does not read its HTTP responses', () => {
  it('is disconnected, and an idle WebSocket is not', async () => {
    const text = () => Promise.resolve('x'.repeat(ANSWER_BYTES));
    const metrics = { isLocalOnly: true, contentType: 'text/plain', text };
    await using world = await openEntry({ requestTimeoutMs: 100, metrics });
    const bystander = await world.connect();
    const socket = openSilent(world).pause();
    // Complete requests, so that only their responses are unread. They fill the buffers of the system.
    socket.write('GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'.repeat(ANSWERS));
    expect(await sendRequest(bystander, 'hello')).toMatchObject({ ok: true });
    // Silent connections, one after the other, which together last much longer than the server's limit.
    for (let n = 0; n < 5; n += 1) await once(openSilent(world).resume(), 'end');

    let bytes = 0;
    socket.on('data', (chunk: Buffer) => (bytes += chunk.length)).resume();
    await new Promise((resolve) => socket.once('end', resolve).once('error', resolve));
    socket.destroy();
    expect(bytes).toBeLessThan(ANSWERS * ANSWER_BYTES);
    expect(await sendRequest(bystander, 'hello')).toMatchObject({ ok: true });
  });
});
