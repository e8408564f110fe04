import { expect, type PeerHandle, test } from './fixtures/test.ts';

/** Number, width and codec of the streams that a producer sends. */
const sent = (peer: PeerHandle, source: string) =>
  peer.page.evaluate(async (what) => {
    const stats = await window.peer.producer(what).getStats();
    const streams = [...(stats.values() as Iterable<Record<string, unknown>>)].filter(
      ({ type }) => type === 'outbound-rtp',
    );
    return streams.map(({ active, codecId, framesEncoded, packetsSent }) => ({
      isActive: active !== false,
      codec: String((stats.get(String(codecId)) as { mimeType?: string } | undefined)?.mimeType),
      frames: Number(framesEncoded ?? 0),
      packets: Number(packetsSent ?? 0),
    }));
  }, source);

test('push-pull: a simulcast producer is pushed, limited by the sender, and received as one stream', async ({
  world,
}) => {
  const alice = await world.joinAs('alice', { dialect: 'push-pull' });
  const bob = await world.joinAs('bob', { dialect: 'push-pull' });
  await alice.publish('camera', { simulcast: true });
  await bob.expectMovingPicture('alice');
  expect(await sent(alice, 'camera')).toHaveLength(3);
  await expect
    .poll(async () => (await bob.received('alice', 'camera')).width, { timeout: 60_000 })
    .toBeGreaterThan(320);

  await alice.page.evaluate(() => window.peer.producer('camera').setMaxSpatialLayer(0));
  await expect.poll(async () => (await bob.received('alice', 'camera')).width).toBeLessThanOrEqual(320);
  await bob.expectMovingPicture('alice');
});

test('push-pull: a producer uses the requested codec, and an unknown codec is refused', async ({ world }) => {
  const alice = await world.joinAs('alice', { dialect: 'push-pull' });
  const bob = await world.joinAs('bob', { dialect: 'push-pull' });
  await alice.publish('camera');
  await bob.expectMovingPicture('alice');
  await expect.poll(async () => (await sent(alice, 'camera'))[0]?.codec).toBe('video/VP8');
  const refusal = await alice.page.evaluate(async () => {
    const track = window.peer.producer('camera').track;
    await window.peer.room.produce(track, { source: 'vp9', codec: 'video/VP9', ownership: 'borrowed' });
    const late = window.peer.room.produce(track, { codec: 'video/H266', ownership: 'borrowed' });
    return late.then(
      () => 'taken',
      (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
    );
  });
  expect(refusal).toMatch(/^unsupportedCodec: .*H266/);
  await bob.expectMovingPicture('alice', 'vp9');
  await expect.poll(async () => (await sent(alice, 'vp9'))[0]?.codec).toBe('video/VP9');
});

test('push-pull: a producer that starts paused sends nothing until it resumes, and its track can be replaced', async ({
  world,
}) => {
  const alice = await world.joinAs('alice', { dialect: 'push-pull' });
  const bob = await world.joinAs('bob', { dialect: 'push-pull' });
  await alice.publish('camera', { paused: true });
  await bob.hasConsumer('alice', 'camera');
  expect(await bob.page.evaluate(() => window.peer.consumer('alice', 'camera').remotePaused)).toBe(true);
  await alice.publish('microphone');
  await bob.expectSound('alice');
  expect((await sent(alice, 'camera')).reduce((sum, { frames }) => sum + frames, 0)).toBe(0);
  await alice.page.evaluate(() => window.peer.producer('camera').resume());
  await bob.expectMovingPicture('alice');

  const [before, after] = await alice.page.evaluate(async () => {
    const producer = window.peer.producer('camera');
    const previous = producer.track;
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d')!;
    const draw = () => {
      context.fillStyle = `hsl(${(Math.floor(performance.now() / 100) * 60) % 360} 100% 50%)`;
      context.fillRect(0, 0, canvas.width, canvas.height);
      requestAnimationFrame(draw);
    };
    draw();
    const next = canvas.captureStream(20).getVideoTracks()[0]!;
    await producer.replaceTrack(next);
    return [previous.readyState, producer.track === next];
  });
  // The replaced track was owned, so it is stopped.
  expect([before, after]).toEqual(['ended', true]);
  await bob.expectMovingPicture('alice');
  expect((await bob.events()).filter(({ event }) => event === 'consumerClosed')).toEqual([]);
});
