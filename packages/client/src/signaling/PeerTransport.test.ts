import { Peer } from 'protoo-client';
import { describe, expect, it } from 'vitest';

import { PeerTransport } from './PeerTransport.ts';

describe('PeerTransport', () => {
  it('carries messages of Peer in both directions', async () => {
    const written: object[] = [];
    const transport = new PeerTransport((message) => written.push(message));
    const notifications: unknown[] = [];
    const peer = new Peer(transport).on('notification', (notification) => notifications.push(notification));
    await peer.notify('pauseProducer', { producerId: 'p1' });
    transport.receive({ notification: true, method: 'newPeer', data: {} });
    expect(written).toEqual([{ notification: true, method: 'pauseProducer', data: { producerId: 'p1' } }]);
    expect(notifications).toEqual([{ notification: true, method: 'newPeer', data: {} }]);
  });

  it('rejects in Peer with what writing throws', async () => {
    const error = new Error('no socket');
    const peer = new Peer(
      new PeerTransport(() => {
        throw error;
      }),
    );
    await expect(peer.request('join')).rejects.toBe(error);
    await expect(peer.notify('leave')).rejects.toBe(error);
  });

  it('is closed when Peer closes', () => {
    const transport = new PeerTransport(() => {});
    new Peer(transport).close();
    expect(transport.closed).toBe(true);
  });
});
