import { firefox } from '@playwright/test';
import { codecsOf, errorsOf, expectPicture, expectSound, openPilot, pushBoth } from './fixtures/pilotClient.ts';
import { expect, expectEnergy, expectFrames } from './fixtures/rtcpilot.ts';
import { test } from './fixtures/test.ts';
import { firefoxLaunch } from './launch.ts';

/** The profile is a server setting, so it applies to the whole file. */
test.use({ settings: { pushPullProfile: 'rtcpilot' } });

test('clients of RTCPilot and of Tureen see and hear each other in profile rtcpilot', async ({ world }) => {
  const ann = await openPilot(world, 'ann');
  const ben = await openPilot(world, 'ben');

  await test.step('two clients of RTCPilot receive each other', async () => {
    await pushBoth(ann);
    await pushBoth(ben);
    // Far more than 256 packets: if header extensions are misread, the picture stops there.
    await expectPicture(ann, 'ben', 150);
    await expectPicture(ben, 'ann', 30);
    await expectSound(ann, 'ben');
    await expectSound(ben, 'ann');
    expect(await codecsOf(ann, 'ben')).toEqual([
      expect.stringContaining('audio/opus'),
      expect.stringContaining('video/H264'),
    ]);
    expect(await errorsOf(ben)).toEqual([]);
    await ben.page.context().close();
  });

  for (const [peerId, dialect] of [
    ['pia', { dialect: 'push-pull', profile: 'rtcpilot' }],
    ['sam', { dialect: 'push-pull' }],
    ['vera', { dialect: 'mediasoup-v3' }],
  ] as const)
    await test.step(`${peerId}, a peer of Tureen, and a client of RTCPilot receive each other`, async () => {
      const peer = await world.joinAs(peerId, dialect);
      // One after the other: RTCPilot's client renegotiates its connection when the second is announced.
      await peer.publish('microphone');
      await expectSound(ann, peerId);
      await peer.publish('camera');
      await expectPicture(ann, peerId);
      await expectSound(ann, peerId);
      await expectFrames(peer, 'ann', 30);
      await expectEnergy(peer, 'ann');
      await peer.page.context().close();
    });

  await test.step('Firefox, which has no H264 here, joins with the same client: sound works both ways', async () => {
    const browser = await firefox.launch(firefoxLaunch);
    const fox = await openPilot(world, 'fox', browser);
    await pushBoth(fox);
    await expectSound(ann, 'fox');
    await expectSound(fox, 'ann');
    await browser.close();
  });

  expect(await errorsOf(ann)).toEqual([]);
});
