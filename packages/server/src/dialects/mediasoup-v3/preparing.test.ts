import { describe, expect, it } from 'vitest';
import { openRooms } from '../../testing/openRooms.ts';
import type { V3Client } from '../../testing/V3Client.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();
const device = { flag: 'f', name: 'n', version: 'v' };
const join = ({ connection }: V3Client) => connection.sendRequest('join', { displayName: 'x', device });

describe('prepare', () => {
  it('gives the client more time to join, and no other peer learns of it', async () => {
    using rooms = openRooms(backend(), { joinTimeoutMs: 5000, prepareTimeoutMs: 60_000 });
    const bob = await rooms.join('bob');
    const alice = rooms.connect('alice');
    rooms.clock.advance(4999);
    await alice.sendMessage('prepare', undefined);
    rooms.clock.advance(59_999);
    expect(alice.connection.closed).toBe(false);
    expect(rooms.registry.prepared.size).toBe(1);
    expect(bob.connection.allReceived('newPeer')).toEqual([]);
    await join(alice);
    expect(rooms.registry.prepared.size).toBe(0);
    rooms.clock.advance(60_000);
    expect(alice.connection.closed).toBe(false);
    expect(bob.connection.allReceived('newPeer')).toHaveLength(1);
  });

  it('ends with the time to join', async () => {
    using rooms = openRooms(backend(), { prepareTimeoutMs: 60_000 });
    const alice = rooms.connect('alice');
    await alice.sendMessage('prepare', undefined);
    rooms.clock.advance(60_000);
    expect(await alice.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'joinTimeout' });
    expect([rooms.registry.prepared.size, rooms.registry.roomCount]).toEqual([0, 0]);
  });

  it('gives more time once', async () => {
    using rooms = openRooms(backend(), { prepareTimeoutMs: 60_000 });
    const alice = rooms.connect('alice');
    await alice.sendMessage('prepare', undefined);
    rooms.clock.advance(59_999);
    await alice.sendMessage('prepare', undefined);
    rooms.clock.advance(1);
    expect(await alice.connection.whenClosed()).toMatchObject({ reason: 'joinTimeout' });
  });

  it('ends with the connection', async () => {
    using rooms = openRooms(backend());
    const alice = rooms.connect('alice');
    await alice.sendMessage('prepare', undefined);
    alice.connection.drop();
    expect(rooms.registry.prepared.size).toBe(0);
  });

  it('counts a peer once, and is refused above the limit; the client can still join', async () => {
    using rooms = openRooms(backend(), { limits: { maxPreparedPeers: 1 } });
    const [alice, bob] = [rooms.connect('alice'), rooms.connect('bob', 'other')];
    await alice.sendMessage('prepare', undefined);
    await alice.sendMessage('prepare', undefined);
    await expect(bob.sendMessage('prepare', undefined)).rejects.toMatchObject({
      code: 503,
      message: 'too many peers prepare their join',
    });
    await join(bob);
    await join(alice);
    await rooms.connect('carol').sendMessage('prepare', undefined);
    expect(rooms.registry.prepared.size).toBe(1);
  });

  it('is refused after the join', async () => {
    using rooms = openRooms(backend());
    const alice = await rooms.join('alice');
    await expect(alice.sendMessage('prepare', undefined)).rejects.toMatchObject({ message: 'Peer already joined' });
    expect(rooms.registry.prepared.size).toBe(0);
  });
});
