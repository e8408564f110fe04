import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaBackend } from '../../engine/MediaBackend.ts';
import { createMediasoupBackend } from '../../engine/mediasoup/index.ts';
import { capturedLogs } from '../../testing/capturedLogs.ts';
import { openRooms } from '../../testing/openRooms.ts';

let backend: MediaBackend;
beforeAll(async () => {
  backend = await createMediasoupBackend({ logger: capturedLogs().logger, workers: 1 });
});
afterAll(() => backend.close());

describe.each(['classic', 'notify'] as const)('a call, %s', (variant) => {
  it('is heard by who is there already', async () => {
    using rooms = openRooms(backend, { variant });
    const alice = await rooms.join('alice');
    const bob = await rooms.join('bob');
    const producer = await alice.produce('audio');
    const offer = await bob.connection.told<{ producerId: string }>('newConsumer');
    expect(offer.producerId).toBe(producer.id);
    await bob.connection.told('consumerScore');
  });
});
