import { describe, expect, it } from 'vitest';
import { openRooms } from '../../testing/openRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();

/** Lets Alice's dialect report that she disconnects and resumes. */
async function disconnectAndResume(options: Parameters<typeof openRooms>[1] = {}) {
  const rooms = openRooms(backend(), options);
  const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
  const peer = rooms.registry.get('room')!.peers.get('alice')!;
  peer.setReconnecting(true);
  peer.setReconnecting(true);
  peer.setReconnecting(false);
  return {
    alice,
    bob,
    [Symbol.dispose]() {
      rooms.registry.close();
    },
  };
}

describe('a reconnecting peer', () => {
  it.each(['classic', 'notify'] as const)(
    'is announced to the others when it disconnects and when it resumes, %s',
    async (variant) => {
      using call = await disconnectAndResume({ variant });
      const { alice, bob } = call;
      await bob.connection.received('peerReconnected');
      expect(bob.connection.allReceived('peerReconnecting')).toEqual([{ peerId: 'alice' }]);
      expect(bob.connection.allReceived('peerReconnected')).toEqual([{ peerId: 'alice' }]);
      await alice.connection.sendRequest('getRouterRtpCapabilities', {});
      expect(alice.connection.allReceived('peerReconnecting')).toEqual([]);
      expect(alice.connection.allReceived('peerReconnected')).toEqual([]);
    },
  );

  it('is not announced when the server imitates the stock server', async () => {
    using call = await disconnectAndResume({ demoFaithful: true });
    // All earlier notifications would arrive before the response.
    await call.bob.connection.sendRequest('getRouterRtpCapabilities', {});
    expect(call.bob.connection.allReceived('peerReconnecting')).toEqual([]);
    expect(call.bob.connection.allReceived('peerReconnected')).toEqual([]);
  });
});
