import { describe, expect, it } from 'vitest';
import { fakeTrack, roomWorld } from '@tureen/testkit/scripted/roomWorld';

async function producing(stats: unknown) {
  const { room, server } = roomWorld();
  await room.join();
  const producer = await room.produce(fakeTrack('video'));
  server.on('getProducerStats', () => stats);
  return producer;
}

describe('getServerStats()', () => {
  it('drops a field that has the wrong type, and keeps the others', async () => {
    const producer = await producing([
      { type: 'inbound-rtp', timestamp: 5, bitrate: null, byteCount: 1000, kind: 7, further: { any: true } },
    ]);
    expect(await producer.getServerStats()).toEqual([
      { type: 'inbound-rtp', timestamp: 5, byteCount: 1000, further: { any: true } },
    ]);
  });

  it.each([
    ['without a type', { timestamp: 5 }],
    ['without a timestamp', { type: 'inbound-rtp' }],
  ])('rejects with badResponse for an entry %s', async (_, stat) => {
    const producer = await producing([stat]);
    await expect(producer.getServerStats()).rejects.toMatchObject({ code: 'badResponse', method: 'getProducerStats' });
  });
});
