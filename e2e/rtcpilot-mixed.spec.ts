import { firefox } from '@playwright/test';
import { expect, expectEnergy, expectFrames, test } from './fixtures/rtcpilot.ts';
import { firefoxLaunch } from './launch.ts';

test('RTCPilot: Chromium and Firefox hear each other despite different payload types', async ({ world, pilotUrl }) => {
  const browser = await firefox.launch(firefoxLaunch);
  const pilot = { dialect: 'push-pull', profile: 'rtcpilot', serverUrl: pilotUrl } as const;
  const alice = await world.joinAs('alice', { ...pilot });
  const fox = await world.joinAs('fox', { ...pilot, browser });
  await fox.publish('microphone');
  await expectEnergy(alice, 'fox');

  // Chromium sends Opus as payload type 111. Firefox uses 109, and must answer an offer of 111.
  await alice.publish('microphone');
  await expectEnergy(fox, 'alice');

  const bob = await world.joinAs('bob', { ...pilot });
  await alice.publish('camera');
  await expectFrames(bob, 'alice', 30);
  await expectEnergy(bob, 'fox');
  expect((await bob.events()).filter(({ event }) => event === 'requestFailed')).toEqual([]);
  await browser.close();
});
