import { describe, expect, it } from 'vitest';
import { openPushPullRooms } from '../../testing/openPushPullRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();

describe('a connection that authorize granted to one user', () => {
  it('joins as that user, in that room', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = rooms.connect('alice');
    alice.connection.grant = { roomId: 'room', peerId: 'alice' };
    await alice.join();
    expect(rooms.registry.get('room')?.peers.has('alice')).toBe(true);
  });

  it.each([
    [{ peerId: 'bob' }, 'user join failed: not authorized as this peer'],
    [{ roomId: 'kitchen' }, 'user join failed: not authorized for this room'],
  ])('is refused as another user: %o', async (grant, message) => {
    using rooms = openPushPullRooms(backend());
    const alice = rooms.connect('alice');
    alice.connection.grant = grant;
    await expect(alice.join()).rejects.toMatchObject({ message, reason: 'forbidden' });
    expect(rooms.registry.roomCount).toBe(0);
  });

  it('does not replace a connected user, even with a grant for the room', async () => {
    using rooms = openPushPullRooms(backend(), { profile: 'rtcpilot' });
    const bob = await rooms.join('bob');
    const impostor = rooms.connect('bob');
    impostor.connection.grant = { roomId: 'room', peerId: 'alice' };
    await expect(impostor.join()).rejects.toThrow('user join failed');
    expect(bob.connection.closed).toBe(false);
  });
});
