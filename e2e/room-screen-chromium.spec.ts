import { expect, test } from './fixtures/test.ts';
import { shareScreen } from './shareScreen.ts';

test('screen sharing ends through close() and through the browser’s own button', async ({ world }) => {
  const { alice, bob, share } = await shareScreen(world);
  const seen = async (name: string) =>
    (await bob.events()).filter(({ event, source }) => event === name && source === 'screen').length;
  await share();
  await expect.poll(() => seen('newConsumer')).toBe(2);
  // Imitates the browser's own button, which no test can press. (Firefox emits no such event.)
  await alice.page.evaluate(() => {
    window.peer.producer('screen').track.dispatchEvent(new Event('ended'));
  });
  await alice.sees({ event: 'producerClosed', source: 'screen', reason: 'trackEnded' });
  await expect.poll(() => seen('consumerClosed')).toBe(2);
});

test('the audio of a shared screen is unprocessed and stereo from capture to receiver', async ({ world }) => {
  const [alice, bob] = [await world.joinAs('alice'), await world.joinAs('bob')];
  await alice.page.evaluate(() => {
    const sharing = new Promise((resolve, reject) => {
      document.addEventListener(
        'click',
        () => {
          window.peer.room.enableScreenShare({ audio: true }).then(resolve, reject);
        },
        { once: true },
      );
    });
    Object.assign(window, { sharing });
  });
  await alice.page.getByRole('heading').click();
  const captured = await alice.page.evaluate(async () => {
    await (window as unknown as { sharing: Promise<unknown> }).sharing;
    const { echoCancellation, noiseSuppression, autoGainControl } = window.peer
      .producer('screenAudio')
      .track.getSettings();
    return { echoCancellation, noiseSuppression, autoGainControl };
  });
  expect(captured).toEqual({ echoCancellation: false, noiseSuppression: false, autoGainControl: false });

  await bob.hasConsumer('alice', 'screenAudio');
  const formatOf = (peer: typeof alice, end: 'producer' | 'consumer') =>
    peer.page.evaluate(async (which) => {
      const { producer, consumer } = window.peer;
      const one =
        which === 'producer'
          ? producer.call(window.peer, 'screenAudio')
          : consumer.call(window.peer, 'alice', 'screenAudio');
      const report = await one.getStats();
      const codec = [...report.values()].find(({ type, mimeType }) => type === 'codec' && mimeType === 'audio/opus') as
        { sdpFmtpLine?: string; channels?: number } | undefined;
      return `${String(codec?.channels)} ${codec?.sdpFmtpLine ?? ''}`;
    }, end);
  for (const [peer, end] of [
    [alice, 'producer'],
    [bob, 'consumer'],
  ] as const)
    await expect.poll(() => formatOf(peer, end), { message: end }).toMatch(/^2 .*\bstereo=1\b/);
  expect(await formatOf(alice, 'producer')).not.toContain('usedtx=1');
  expect(await formatOf(alice, 'producer')).toContain('maxaveragebitrate=128000');
});
