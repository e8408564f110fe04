import { describe, expect, it } from 'vitest';
import { openRooms } from '../../testing/openRooms.ts';
import type { V3Client } from '../../testing/V3Client.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();
const device = { flag: 'f', name: 'n', version: 'v' };
const join = ({ connection }: V3Client) => connection.sendRequest('join', { displayName: 'x', device });
const codeOf = (error: unknown) => (error as { code: unknown }).code;

describe('a peer that prepared its join', () => {
  it('closes with its room, and is no longer counted', async () => {
    using rooms = openRooms(backend());
    const bob = await rooms.join('bob');
    const alice = rooms.connect('alice', 'room', undefined, { welcome: '1' });
    await alice.sendMessage('prepare', undefined);
    rooms.registry.closeRoom('room');
    expect(await alice.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'roomClosed' });
    expect([rooms.registry.prepared.size, rooms.registry.peerCount]).toEqual([0, 0]);
    expect(bob.connection.allReceived('newPeer')).toEqual([]);
    await rooms.connect('alice').sendMessage('prepare', undefined);
    expect(rooms.registry.prepared.size).toBe(1);
  });

  it('is not in the room: kick() finds no such peer, and its join remains possible', async () => {
    using rooms = openRooms(backend());
    await rooms.join('bob');
    const alice = rooms.connect('alice', 'room', undefined, { welcome: '1' });
    await alice.sendMessage('prepare', undefined);
    expect(rooms.registry.kick('room', 'alice')).toBe(false);
    await join(alice);
    expect(rooms.registry.kick('room', 'alice')).toBe(true);
    expect(await alice.connection.whenClosed()).toMatchObject({ reason: 'kicked' });
    expect([rooms.registry.prepared.size, rooms.registry.peerCount]).toEqual([0, 1]);
  });

  it('is not counted where its room closed before the server handles its request', async () => {
    using rooms = openRooms(backend());
    const idle = rooms.clock.pending;
    await rooms.join('bob');
    const alice = rooms.connect('alice', 'room', undefined, { welcome: '1' });
    await alice.connection.received('welcome');
    const creating = alice.sendMessage('createWebRtcTransport', { producing: true, consuming: false, forceTcp: false });
    const preparing = alice.sendMessage('prepare', undefined);
    rooms.registry.closeRoom('room');
    await Promise.race([Promise.allSettled([creating, preparing]), alice.connection.whenClosed()]);
    await rooms.join('carol', 'other');
    expect([rooms.registry.prepared.size, rooms.clock.pending]).toEqual([0, idle]);
  });

  it('is not counted where its connection dropped before the server handles its request', async () => {
    using rooms = openRooms(backend());
    const bob = await rooms.join('bob');
    const alice = rooms.connect('alice');
    void alice
      .sendMessage('createWebRtcTransport', { producing: true, consuming: false, forceTcp: false })
      .catch(codeOf);
    void alice.sendMessage('prepare', undefined).catch(codeOf);
    alice.connection.drop();
    await bob.sendMessage('getTransportStats', { transportId: bob.sendTransport?.id ?? '' });
    expect([rooms.registry.prepared.size, rooms.registry.peerCount]).toEqual([0, 1]);
  });

  it.each([
    ['before', true],
    ['after', false],
  ] as const)('joins or gets joinTimeout where its time ends right %s its join', async (_when, isTimeFirst) => {
    using rooms = openRooms(backend(), { prepareTimeoutMs: 60_000 });
    const bob = await rooms.join('bob');
    const alice = rooms.connect('alice', 'room', undefined, { welcome: '1' });
    await alice.sendMessage('prepare', undefined);
    if (isTimeFirst) rooms.clock.advance(60_000);
    const joined = join(alice).then(() => 'joined', codeOf);
    if (!isTimeFirst) rooms.clock.advance(60_000);
    const closed = alice.connection.whenClosed().then(({ reason }) => reason);
    const outcome = await Promise.race([joined, closed]);
    expect(rooms.registry.prepared.size).toBe(0);
    // A peer that joined keeps its connection: the deadline is over.
    rooms.clock.advance(60_000);
    expect(alice.connection.closed).toBe(outcome !== 'joined');
    expect(rooms.registry.peerCount).toBe(outcome === 'joined' ? 2 : 1);
    expect(bob.connection.allReceived('newPeer')).toHaveLength(
      bob.connection.allReceived('peerClosed').length + (outcome === 'joined' ? 1 : 0),
    );
  });

  it('leaves nothing when it leaves without a join', async () => {
    using rooms = openRooms(backend());
    const bob = await rooms.join('bob');
    const before = rooms.clock.pending;
    for (let turn = 0; turn < 20; turn += 1) {
      const alice = rooms.connect('alice', 'room', undefined, { welcome: '1' });
      await alice.sendMessage('prepare', undefined);
      alice.connection.drop();
    }
    expect([rooms.registry.prepared.size, rooms.registry.peerCount, rooms.clock.pending]).toEqual([0, 1, before]);
    expect(bob.connection.allReceived('newPeer')).toEqual([]);
  });
});
