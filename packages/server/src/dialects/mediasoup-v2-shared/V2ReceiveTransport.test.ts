import { describe, expect, it } from 'vitest';
import { RoomMember } from '../../testing/RoomMember.ts';
import { useBackend } from '../../testing/useBackend.ts';
import { useRegistry } from '../../testing/useRegistry.ts';
import { V2ReceiveTransport } from './V2ReceiveTransport.ts';

const rooms = useRegistry(useBackend());

async function open() {
  const { peer, recv } = await RoomMember.enter(rooms.registry, 'alice', { receives: null });
  recv.close('owner');
  const receiveTransport = new V2ReceiveTransport(peer);
  await receiveTransport.open(peer.room.rtpCapabilities);
  return { peer, receiveTransport };
}

describe('V2ReceiveTransport', () => {
  it('returns its transport once', async () => {
    const { peer, receiveTransport } = await open();
    expect(receiveTransport.isHandedOut).toBe(false);
    expect(await receiveTransport.handOut()).toBe(peer.receiving.options?.transport);
    expect(receiveTransport.isHandedOut).toBe(true);
    await expect(receiveTransport.handOut()).rejects.toMatchObject({ code: 403 });
  });

  it('returns its transport again to a client that resumed before it connected', async () => {
    const { receiveTransport } = await open();
    const transport = await receiveTransport.handOut();
    receiveTransport.handleResumed();
    expect(await receiveTransport.handOut()).toBe(transport);
  });

  it('replaces its transport when it closed, and no other', async () => {
    const { peer, receiveTransport } = await open();
    const transport = await receiveTransport.handOut();
    const log: string[] = [];
    const onClosed = () => log.push('closed');
    const other = await peer.createTransport({ isProducing: true, isConsuming: false });
    await receiveTransport.handleTransportClosed(other, onClosed);
    expect(log).toEqual([]);
    transport.close('owner');
    await receiveTransport.handleTransportClosed(transport, onClosed);
    expect(log).toEqual(['closed']);
    expect(await receiveTransport.handOut()).not.toBe(transport);
  });

  it('has no transport after a failed join', async () => {
    const { peer, receiveTransport } = await open();
    await receiveTransport.cancel();
    await expect(receiveTransport.handOut()).rejects.toMatchObject({ message: 'no mediasoup Peer' });
    expect(peer.receiving.options).toBeNull();
  });
});
