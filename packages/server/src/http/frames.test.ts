import { once } from 'node:events';
import { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { SharedNotification } from '../dialects/SharedNotification.ts';
import { countWrites } from '../testing/countedWrites.ts';
import { openEntry } from '../testing/openEntry.ts';
import { OutgoingMessage } from './OutgoingMessage.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Texts that a client receives, as soon as there are that many. */
async function texts(client: WebSocket, count: number): Promise<string[]> {
  const received: string[] = [];
  const onMessage = (text: Buffer) => received.push(text.toString());
  client.on('message', onMessage);
  while (received.length < count) await once(client, 'message');
  client.off('message', onMessage);
  return received;
}

const payloadOf = (text: string): unknown => (JSON.parse(text) as { data: unknown }).data;

describe('messages to a client', () => {
  it('are written in one buffer with their header, once for all messages of a turn', async () => {
    await using world = await openEntry();
    const client = await world.connect();
    const { connection } = world.dialect;
    const writes = countWrites();
    const isOfServer = ({ localPort }: Socket) => localPort === world.port;

    connection.notify('one', 'alone');
    expect((await texts(client, 1)).map(payloadOf)).toEqual(['alone']);
    const [frame, ...others] = writes.on(isOfServer);
    expect(others).toEqual([]);
    expect(frame?.subarray(2).toString()).toContain('alone');

    writes.reset();
    for (const text of ['first', 'second', 'third']) connection.notify('one', text);
    expect((await texts(client, 3)).map(payloadOf)).toEqual(['first', 'second', 'third']);
    expect(writes.on(isOfServer)).toHaveLength(1);
  });

  it('share the bytes of a notification to several clients', async () => {
    await using world = await openEntry();
    const clients = [await world.connect('/?roomId=r&peerId=a'), await world.connect('/?roomId=r&peerId=b')];
    const frames = vi.spyOn(Socket.prototype, '_write');
    const shared = new SharedNotification('one', 'for all');
    for (const connection of world.dialect.connections) connection.notifyShared(shared);
    const received = await Promise.all(clients.map((client) => texts(client, 1)));
    expect(received.flat().map(payloadOf)).toEqual(['for all', 'for all']);
    const [[first] = [], [second] = [], ...others] = frames.mock.calls;
    expect(first).toBeInstanceOf(Buffer);
    expect(second).toBe(first);
    expect(others).toEqual([]);
  });

  it('arrive whole at every length of a frame header, and in several frames', async () => {
    await using world = await openEntry({ maxBufferedBytes: 1024 * 1024 });
    const client = await world.connect();
    const envelope = new OutgoingMessage(JSON.stringify({ notification: true, method: 'm', data: '' })).length;
    const lengths = [envelope, 125, 126, 0xffff, 0x10000, 0x10001, 3 * 0x10000];
    for (const length of lengths) world.dialect.connection.notify('m', 'x'.repeat(length - envelope));
    const received = await texts(client, lengths.length);
    expect(received.map((text) => text.length)).toEqual(lengths);
    expect(received.map(payloadOf)).toEqual(lengths.map((length) => 'x'.repeat(length - envelope)));
  });

  it('arrive whole where a frame ends within a character', async () => {
    await using world = await openEntry({ maxBufferedBytes: 1024 * 1024 });
    const client = await world.connect();
    const text = `x${'€'.repeat(50_000)}`;
    world.dialect.connection.notify('m', text);
    expect((await texts(client, 1)).map(payloadOf)).toEqual([text]);
  });
});
