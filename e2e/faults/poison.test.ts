import { ProtooTransport, Room } from '@tureen/client';
import { type RunningServer, startServer } from '@tureen/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TcpRelay } from '../relays/TcpRelay.ts';
import { dialectCases } from './dialectCases.ts';

/** A message that ends every connection on which it is sent, because it crashes something on the way. Everything else is real. */

let server: RunningServer;
/** Server that closes with 1009 on messages that the client considers valid. */
let strict: RunningServer;
let rooms = 0;

beforeAll(async () => {
  const settings = { port: 0, workers: 1, logLevel: 'silent', pingIntervalMs: 0 } as const;
  [server, strict] = await Promise.all([startServer(settings), startServer({ ...settings, maxMessageBytes: 8000 })]);
});

afterAll(async () => {
  await Promise.all([server.close(), strict.close()]);
});

const cases = Object.entries(dialectCases).filter(([name]) => !name.includes(' '));

describe.each(cases)('Message that ends the connection in %s', (_name, { path, make }) => {
  async function member(at = server) {
    const relay = await TcpRelay.open({
      port: Number(new URL(at.url).port),
      judge: ({ direction, text }) => (direction === 'toServer' && text.includes('POISON') ? 'cutBefore' : 'pass'),
    });
    const room = new Room({
      roomId: `poison-${++rooms}`,
      peerId: 'alice',
      dialect: make().dialect,
      transport: new ProtooTransport({ url: `ws://127.0.0.1:${relay.port}/${path}` }),
      reconnectPolicy: () => 0,
    });
    const end = async () => {
      await room.leave();
      await relay.close();
    };
    return { room, relay, end };
  }

  it('is withdrawn after two drops if produce() sends it, without affecting other tracks', async () => {
    const { room, relay, end } = await member();
    await room.join();
    const microphone = await room.produce(track('audio'), { source: 'microphone' });
    const closed: unknown[] = [];
    room.on('producerClosed', (details) => closed.push(details));
    const poison = room.produce(track('video'), { source: 'camera', appData: { photo: 'POISON' } });
    const second = room.produce(track('video'), { source: 'second' });
    await expect(poison).rejects.toMatchObject({
      code: 'connectionLost',
      retryable: false,
      cause: { code: 'connectionLost' },
      message: expect.stringContaining('close code') as string,
    });
    await expect(second).resolves.toMatchObject({ source: 'second', closed: false });
    expect(relay.connections).toBe(3);
    expect(room.state).toBe('joined');
    expect(microphone.closed).toBe(false);
    expect(closed).toEqual([]);
    expect([...room.producers.values()].map(({ source }) => source)).toEqual(['microphone', 'second']);
    await end();
  });

  it('is withdrawn if the server closes with 1009, and the error contains the code', async () => {
    const { room, relay, end } = await member(strict);
    await room.join();
    const microphone = await room.produce(track('audio'), { source: 'microphone' });
    const large = room.produce(track('video'), { source: 'camera', appData: { photo: 'x'.repeat(8100) } });
    await expect(large).rejects.toMatchObject({ code: 'connectionLost', retryable: false, closeCode: 1009 });
    if (room.state !== 'joined') await room.waitFor('reconnected');
    expect([relay.connections, microphone.closed, room.producers.size]).toEqual([3, false, 1]);
    await end();
  });

  it('is not sent if it exceeds a known limit', async () => {
    const { room, relay, end } = await member();
    const large = 'x'.repeat(2_000_000);
    const refused = { code: 'invalidArgument', retryable: false };
    await expect(room.join({ appData: { photo: large } })).rejects.toMatchObject(refused);
    await expect(room.join({ displayName: large })).rejects.toMatchObject(refused);
    await room.join();
    await expect(room.produce(track('audio'), { appData: { photo: large } })).rejects.toMatchObject(refused);
    await expect(room.setDisplayName(large)).rejects.toMatchObject(refused);
    await expect(room.sendText(large)).rejects.toMatchObject(refused);
    expect([relay.connections, room.state, room.producers.size]).toEqual([1, 'joined', 0]);
    await end();
  });

  it('makes join() reject as not retryable after some equal attempts', async () => {
    const { room, relay, end } = await member();
    const attempts: unknown[] = [];
    do {
      attempts.push(await room.join({ displayName: 'POISON' }).catch((error: unknown) => error));
    } while ((attempts.at(-1) as { retryable?: boolean }).retryable === true);
    expect(attempts.at(-1)).toMatchObject({ code: 'connectionLost', retryable: false });
    expect(attempts).toHaveLength(5);
    expect(relay.connections).toBe(5);
    expect(room.state).toBe('failed');
    // A different name is a different request.
    await room.join({ displayName: 'Alice' });
    expect(room.state).toBe('joined');
    await end();
  });
});

describe('Display name that ends the connection in mediasoup-v3', () => {
  const { path, make } = dialectCases['mediasoup-v3']!;

  it('is withdrawn, and the room keeps the earlier name', async () => {
    const relay = await TcpRelay.open({
      port: Number(new URL(server.url).port),
      judge: ({ direction, text }) => (direction === 'toServer' && text.includes('POISON') ? 'cutBefore' : 'pass'),
    });
    const room = new Room({
      roomId: `poison-${++rooms}`,
      peerId: 'alice',
      dialect: make().dialect,
      transport: new ProtooTransport({ url: `ws://127.0.0.1:${relay.port}/${path}` }),
      reconnectPolicy: () => 0,
    });
    await room.join({ displayName: 'Alice' });
    const back = () => room.waitFor('reconnected');
    const twiceBack = back().then(back);
    await expect(room.setDisplayName('POISON')).rejects.toMatchObject({ code: 'connectionLost', retryable: false });
    expect(room.displayName).toBe('Alice');
    await twiceBack;
    expect(relay.connections).toBe(3);
    await room.setDisplayName('Alicia');
    expect(room.state).toBe('joined');
    await room.leave();
    await relay.close();
  });
});

function track(kind: 'audio' | 'video'): MediaStreamTrack {
  const fields = { kind, id: kind, readyState: 'live', enabled: true, stop() {}, getSettings: () => ({}) };
  return Object.assign(new EventTarget(), fields) as unknown as MediaStreamTrack;
}
