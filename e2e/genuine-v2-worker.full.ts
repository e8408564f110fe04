import { firefox } from '@playwright/test';
import type { ProduceOptions } from '@tureen/client';
import { expect, joining, test, reports } from './fixtures/genuineV2.ts';
import type { PeerHandle } from './fixtures/test.ts';
import { firefoxLaunch } from './launch.ts';

/*
 * mediasoup 2.6.19 with its own worker, without code of Tureen in the server. Pages of 2019 with mediasoup-client 2.4.11 and Tureen's client
 * share a room. Decoded frames are the measure.
 */
const genuineWorker = process.env.TUREEN_MEDIASOUP2_WORKER;
if (genuineWorker === undefined)
  throw new Error('TUREEN_MEDIASOUP2_WORKER names no worker. Run `npm run e2e:full`, which builds one.');
test.use({ genuineWorker });

/** Waits until more frames of a source are decoded. */
async function expectFrames(peer: PeerHandle, peerId: string, source = 'camera'): Promise<void> {
  await peer.hasConsumer(peerId, source);
  const { frames } = await peer.received(peerId, source);
  await expect
    .poll(async () => (await peer.received(peerId, source)).frames, {
      message: `frames of the ${source} of ${peerId}, decoded by ${peer.peerId}`,
    })
    .toBeGreaterThan(frames + 10);
}

/** Expects all receivers to decode the sender's camera and microphone. */
async function expectCall(sender: PeerHandle, receivers: readonly PeerHandle[]): Promise<void> {
  for (const receiver of receivers) {
    await expectFrames(receiver, sender.peerId);
    await receiver.expectSound(sender.peerId);
  }
}

const enableBoth = (peer: PeerHandle) =>
  peer.page.evaluate(async () => {
    await window.peer.room.enableCamera();
    await window.peer.room.enableMicrophone();
  });

test('old pages and Tureen’s client see and hear each other, including late joiners, also after Tureen’s client has left', async ({
  world,
  genuineUrl,
}) => {
  const join = joining(world, genuineUrl);
  const old = await join.genuine('old');
  const older = await join.genuine('older');
  const tureen = await join.tureen('tureen');

  await test.step('Tureen’s camera in three streams, and its microphone', async () => {
    await enableBoth(tureen);
    expect(
      await tureen.page.evaluate(() => window.peer.producer('camera').rtpSender?.getParameters().encodings.length),
    ).toBe(3);
    await expectCall(tureen, [old, older]);
  });

  await test.step('Tureen’s client and an old page receive another old page', async () => {
    await old.publish('camera');
    await old.publish('microphone');
    await old.expectSound('tureen');
    for (const receiver of [tureen, older]) await receiver.expectMovingPicture('old');
    await expectCall(old, [tureen, older]);
  });

  const late = await join.genuine('late');
  await test.step('an old page that joins late receives both', async () => {
    await expectCall(tureen, [late]);
    await expectCall(old, [late]);
    await late.publish('microphone');
    for (const receiver of [old, tureen]) await receiver.expectSound('late');
  });
  await late.page.evaluate(() => window.genuine.leave());
  await tureen.sees({ event: 'peerClosed', peerId: 'late' });
  await late.page.context().close();

  await test.step('Tureen’s client pauses and resumes its camera', async () => {
    await tureen.page.evaluate(() => window.peer.producer('camera').pause());
    await reports(old, { event: 'consumer pause', peerId: 'tureen', source: 'camera', by: 'remote' });
    // Frames that arrived before the pause are decoded meanwhile.
    await old.expectSound('tureen');
    const { frames } = await old.received('tureen', 'camera');
    await old.expectSound('tureen');
    expect((await old.received('tureen', 'camera')).frames - frames).toBeLessThan(5);
    await tureen.page.evaluate(() => window.peer.producer('camera').resume());
    await reports(old, { event: 'consumer resume', peerId: 'tureen', source: 'camera', by: 'remote' });
    for (const receiver of [old, older]) await expectFrames(receiver, 'tureen');
  });

  await test.step('an old page pauses and resumes its camera', async () => {
    await old.page.evaluate(() => {
      window.genuine.producer('camera').pause();
    });
    await tureen.sees({ event: 'consumerPaused', peerId: 'old', source: 'camera' });
    await old.page.evaluate(() => {
      window.genuine.producer('camera').resume();
    });
    await tureen.sees({ event: 'consumerResumed', peerId: 'old', source: 'camera' });
    await tureen.expectMovingPicture('old');
  });

  await test.step('both sides pause a consumer', async () => {
    await tureen.page.evaluate(() => window.peer.consumer('old', 'camera').pause());
    // Frames that arrived before the pause are decoded meanwhile.
    await tureen.expectSound('old');
    const { frames } = await tureen.received('old', 'camera');
    await tureen.expectSound('old');
    expect((await tureen.received('old', 'camera')).frames - frames).toBeLessThan(5);
    await tureen.page.evaluate(() => window.peer.consumer('old', 'camera').resume());
    await tureen.expectMovingPicture('old');
    await old.page.evaluate(() => {
      window.genuine.consumer('tureen', 'camera').pause();
      window.genuine.consumer('tureen', 'camera').resume();
    });
    await expectFrames(old, 'tureen');
  });

  await test.step('the old pages still play and receive a new page after Tureen’s client has left', async () => {
    await tureen.page.evaluate(() => window.peer.room.leave());
    for (const peer of [old, older]) await reports(peer, { event: 'peer close', peerId: 'tureen', by: 'remote' });
    await older.expectMovingPicture('old');
    await older.publish('camera');
    await older.publish('microphone');
    await expectCall(older, [old]);
    const last = await join.genuine('last');
    for (const sender of [old, older]) await expectCall(sender, [last]);
    await last.page.context().close();
  });

  await test.step('Tureen’s client joins again', async () => {
    const again = await join.tureen('tureen');
    await enableBoth(again);
    await expectCall(again, [old, older]);
    for (const sender of [old, older]) await expectCall(sender, [again]);
  });
});

const streams = [
  { scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
];
const choices: readonly [string, ProduceOptions][] = [
  ['VP8 in one stream', { codec: 'video/VP8' }],
  ['VP8 in three streams', { codec: 'video/VP8', encodings: streams }],
  ['VP9 in one stream', { codec: 'video/VP9' }],
  ['VP9 in layers', { codec: 'video/VP9', encodings: [{ scalabilityMode: 'L3T3_KEY' }] }],
  ['H264 in one stream', { codec: 'video/H264' }],
  ['H264 in three streams', { codec: 'video/H264', encodings: streams }],
];

test('old pages decode the video of Tureen’s client in every codec, in streams and layers', async ({
  world,
  genuineUrl,
}) => {
  const join = joining(world, genuineUrl);
  const old = await join.genuine('old');
  const tureen = await join.tureen('tureen');
  for (const [source, options] of choices)
    await test.step(source, async () => {
      await tureen.page.evaluate(
        async ([name, how]) => {
          const [track] = (
            await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720 } })
          ).getTracks();
          await window.peer.room.produce(track!, { ...how, source: name, ownership: 'owned' });
        },
        [source, options] as const,
      );
      await expectFrames(old, 'tureen', source);
      await tureen.page.evaluate((name) => window.peer.producer(name).close(), source);
      await reports(old, { event: 'consumer close', peerId: 'tureen', source, by: 'remote' });
    });
  const late = await join.genuine('late');
  await enableBoth(tureen);
  await expectCall(tureen, [old, late]);
});

test('an old page and Tureen’s client in Firefox receive each other', async ({ world, genuineUrl }) => {
  const browser = await firefox.launch(firefoxLaunch);
  const join = joining(world, genuineUrl);
  const old = await join.genuine('old');
  const tureen = await join.tureen('tureen', browser);
  await enableBoth(tureen);
  await expectCall(tureen, [old]);
  await old.publish('camera');
  await old.publish('microphone');
  await expectCall(old, [tureen]);
  const late = await join.genuine('late');
  await expectCall(tureen, [late]);
  await browser.close();
});
