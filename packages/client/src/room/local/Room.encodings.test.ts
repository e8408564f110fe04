import { describe, expect, it } from 'vitest';

import { fakeTrack, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import type { ProduceOptions } from '../options.ts';

const video = (mimeType: string, preferredPayloadType: number) => ({
  kind: 'video',
  mimeType,
  preferredPayloadType,
  clockRate: 90_000,
});

/** Joins a room whose router prefers that codec. */
async function joined(mimeType: string) {
  const world = roomWorld();
  world.server.on('getRouterRtpCapabilities', () => ({
    codecs: [video(mimeType, 101), video('video/VP8', 103)],
    headerExtensions: [],
  }));
  await world.room.join();
  world.server.received.length = 0;
  return world;
}

const sent = ({ server }: Awaited<ReturnType<typeof joined>>) =>
  server.received
    .filter(({ method }) => method === 'produce')
    .map(({ data }) => (data as { rtpParameters: { encodings: object[] } }).rtpParameters.encodings);

describe('produce() with encodings', () => {
  it.each([
    ['encodings[0].maxBitrate', { encodings: [{ maxBitrate: NaN }] }],
    ['encodings[1].scaleResolutionDownBy', { encodings: [{}, { scaleResolutionDownBy: Infinity }] }],
    ['encodings[0].maxBitrate', { encodings: [{ maxBitrate: 5n }] }],
    ['encodings', { encodings: 'high' }],
    ['codec', { codec: 5 }],
  ])('rejects %s of %o before anything is sent', async (argument, options) => {
    const world = await joined('video/VP8');
    const produced = world.room.produce(fakeTrack('video'), options as unknown as ProduceOptions);
    await expect(produced).rejects.toMatchObject({ code: 'invalidArgument', argument });
    expect(world.server.received).toEqual([]);
  });

  const three = [{ scaleResolutionDownBy: 4 }, { scaleResolutionDownBy: 2 }, { maxBitrate: 900_000 }];

  it.each([
    ['video/AV1', 'L1T3'],
    ['video/VP9', 'L3T3_KEY'],
  ])('sends one encoding where the server prefers %s and the app named no codec', async (codec, scalabilityMode) => {
    const world = await joined(codec);
    await world.room.produce(fakeTrack('video'), { encodings: three });
    expect(sent(world)).toMatchObject([[{ maxBitrate: 900_000, scalabilityMode }]]);
  });

  it.each([
    ['several encodings', three],
    ['spatial layers', [{ scalabilityMode: 'L3T3_KEY' }]],
  ])('rejects %s of AV1 with unsupported, sends nothing and accepts the next track', async (_, encodings) => {
    const { room } = await joined('video/AV1');
    const refused = room.produce(fakeTrack('video'), { codec: 'video/AV1', encodings });
    await expect(refused).rejects.toMatchObject({ code: 'unsupported', retryable: false });
    expect(room.producers.size).toBe(0);
    expect(room.state).toBe('joined');
    await expect(room.produce(fakeTrack('video'), { codec: 'video/AV1' })).resolves.toMatchObject({ closed: false });
  });
});
