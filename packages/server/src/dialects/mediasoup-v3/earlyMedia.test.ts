import { describe, expect, it, vi } from 'vitest';
import { emitOn } from '@tureen/kernel';
import type { TypedEmitter } from '@tureen/kernel';
import type { MediaTransportEvents } from '../../engine/port/MediaTransport.ts';
import type { Peer } from '../../rooms/Peer.ts';
import { openRooms } from '../../testing/openRooms.ts';
import type { OpenRoomsOptions } from '../../testing/openRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();

/** Opens a room with a sender, 150 ms away, and a client with a connected receive transport that accepts nothing. */
async function prepared(options: OpenRoomsOptions = {}) {
  const rooms = openRooms(backend(), options);
  const sender = await rooms.join('sender');
  const { signalingRoundTrip } = rooms.registry.get('room')!.peers.get('sender')!;
  signalingRoundTrip.handleConnection((onMeasured) => {
    onMeasured(150);
  });
  await sender.produce('video');
  const entered = vi.spyOn(rooms.registry, 'enter');
  const client = rooms.connect('late');
  client.connection.answer = () => new Promise(() => {});
  await client.loadDevice();
  await client.createTransport('recv');
  await client.sendMessage('prepare', undefined).catch(() => {});
  const peer = await (entered.mock.results[0]!.value as Promise<Peer>);
  const [transport] = peer.transports.values();
  emitOn(transport!.media as unknown as TypedEmitter<MediaTransportEvents>, 'dtlsStateChanged', { state: 'connected' });
  return {
    client,
    /** Returns whether the offered consumer flows. */
    async isFlowing(): Promise<boolean> {
      await client.connection.received('newConsumer');
      const [consumer] = peer.receiving.consumers.values();
      return consumer!.isActive;
    },
    [Symbol.dispose]() {
      rooms[Symbol.dispose]();
    },
  };
}

describe('the extension earlyMedia', () => {
  it('lets video flow to a prepared client before it accepts', async () => {
    using room = await prepared();
    await room.client.join({ earlyMedia: true });
    expect(await room.isFlowing()).toBe(true);
  });

  it('is not used for a client that does not list it', async () => {
    using room = await prepared();
    await room.client.join();
    expect(await room.isFlowing()).toBe(false);
  });

  it('is not used by a server that does as the demo', async () => {
    using room = await prepared({ demoFaithful: true });
    await room.client.join({ earlyMedia: true });
    expect(await room.isFlowing()).toBe(false);
  });
});
