import { describe, expect, it } from 'vitest';
import { openV2Rooms } from '../../testing/openV2Rooms.ts';
import { useBackend } from '../../testing/useBackend.ts';
import { v2Names } from '../../testing/V2Client.ts';
import type { V2Name, V2Client } from '../../testing/V2Client.ts';

const backend = useBackend();

/** Kinds and methods of what the client received, except the active speaker, which the worker reports at its own time. */
const envelopesOf = ({ connection }: V2Client) =>
  connection.arrivals.flatMap((arrival) =>
    (arrival.kind === 'notification' || arrival.kind === 'request') && arrival.method !== 'active-speaker'
      ? [[arrival.kind, arrival.method]]
      : [],
  );

async function openRoom(dialect: V2Name, envelope: V2Client['envelope']) {
  const rooms = openV2Rooms(backend());
  const alice = rooms.connect(dialect, 'alice');
  alice.envelope = envelope;
  await alice.join();
  return { rooms, alice, [Symbol.dispose]: () => rooms.registry.close() };
}

describe.each(v2Names)('messages of %s', (dialect) => {
  it('have the envelope of the dialect', async () => {
    using room = await openRoom(dialect, 'notification');
    await room.rooms.join(dialect, 'bob');
    expect(envelopesOf(room.alice)).toEqual([['notification', 'mediasoup-notification']]);
  });

  it('are requests when the client sends requests, and need no response', async () => {
    using room = await openRoom(dialect, 'request');
    const { rooms, alice } = room;
    expect(await alice.sendMessage('closeTransport', { id: 1 })).toEqual({});
    alice.connection.answer = () => {
      throw new Error('cannot');
    };
    const bob = await rooms.join(dialect, 'bob');
    await bob.connection.sendRequest('change-display-name', { displayName: 'Bob' });
    expect(envelopesOf(alice)).toEqual([
      ['request', 'mediasoup-notification'],
      ['request', 'display-name-changed'],
    ]);
    bob.connection.drop();
    expect(envelopesOf(alice)).toHaveLength(3);
  });

  it('have no envelope when the client sends none', async () => {
    using room = await openRoom(dialect, 'bare');
    const { rooms, alice } = room;
    const bob = await rooms.join(dialect, 'bob');
    await bob.produce('audio');
    expect(envelopesOf(alice)).toEqual([
      ['notification', 'newPeer'],
      ['notification', alice.nameOf('newConsumer')],
    ]);
    await alice.enable(await alice.received('newConsumer'));
    // The client changes its envelope.
    alice.envelope = 'notification';
    await alice.createTransport('send');
    bob.connection.drop();
    expect(envelopesOf(alice).at(-1)).toEqual(['notification', 'mediasoup-notification']);
  });

  it('keep their envelope after an extension message without an envelope', async () => {
    using room = await openRoom(dialect, 'notification');
    const { rooms, alice } = room;
    await expect(alice.connection.sendRequest('chat', { text: 'x' })).rejects.toMatchObject({ code: 500 });
    alice.connection.sendNotification('chat', { text: 'x' });
    await rooms.join(dialect, 'bob');
    expect(envelopesOf(alice)).toEqual([['notification', 'mediasoup-notification']]);
  });

  it.each(['target', 'notification'])('do not require %s', async (field) => {
    using room = await openRoom(dialect, 'notification');
    const { alice } = room;
    const id = await alice.produce('audio');
    const payload: Record<string, unknown> = {
      method: alice.nameOf('closeProducer'),
      target: 'peer',
      notification: true,
      id,
    };
    alice.connection.sendNotification('mediasoup-notification', { ...payload, [field]: undefined });
    await alice.createTransport('recv');
    expect(room.rooms.registry.get('room')!.peers.get('alice')!.sending.producers.size).toBe(0);
  });

  it('may have digits in place of a number', async () => {
    using room = await openRoom(dialect, 'notification');
    const { alice } = room;
    await alice.connection.sendRequest('mediasoup-request', { method: 'createTransport', id: '12', direction: 'send' });
    await alice.sendMessage('closeTransport', { id: 12 });
    expect(room.rooms.registry.get('room')!.peers.get('alice')!.transports.size).toBe(2);
    await alice.createTransport('recv');
    expect(room.rooms.registry.get('room')!.peers.get('alice')!.transports.size).toBe(1);
  });

  it('may carry a notification as a request', async () => {
    using room = await openRoom(dialect, 'notification');
    const { alice } = room;
    const id = await alice.produce('audio');
    const method = alice.nameOf('closeProducer');
    expect(await alice.connection.sendRequest('mediasoup-request', { method, id })).toEqual({});
    await expect(alice.connection.sendRequest('mediasoup-request', { method, id })).rejects.toMatchObject({
      code: 404,
      message: 'Producer not found',
    });
    // Older clients carry a notification in a request, whose response has no data.
    expect(await alice.connection.sendRequest('mediasoup-notification', { method, id })).toEqual({});
  });

  it('may not carry a request as a notification', async () => {
    using room = await openRoom(dialect, 'notification');
    const { connection } = room.alice;
    const payload = { method: 'createTransport', id: 1, options: {} };
    connection.sendNotification('mediasoup-notification', payload);
    connection.sendNotification('mediasoup-request', payload);
    connection.sendNotification('createTransport', payload);
    await expect(connection.sendRequest('mediasoup-notification', payload)).rejects.toMatchObject({ code: 500 });
    expect(connection.badNotifications.map(({ message }) => message)).toEqual(
      Array.from({ length: 3 }, () => 'unknown request method "createTransport"'),
    );
  });
});
