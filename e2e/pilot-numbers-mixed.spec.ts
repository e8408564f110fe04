import { firefox } from '@playwright/test';
import { codecsOf, errorsOf, expectPicture, expectSound, openPilot, pushBoth } from './fixtures/pilotClient.ts';
import { expect, test } from './fixtures/test.ts';
import { firefoxLaunch } from './launch.ts';

test('plain offers of Chromium and Firefox and an aligned client receive each other in one room', async ({ world }) => {
  const browser = await firefox.launch(firefoxLaunch);
  const ann = await openPilot(world, 'ann');
  const fox = await openPilot(world, 'fox', browser);
  const sam = await world.joinAs('sam', { dialect: 'push-pull' });

  await pushBoth(ann);
  await expectPicture(fox, 'ann', 150);
  await expectSound(fox, 'ann');
  expect(await codecsOf(fox, 'ann')).toEqual(['audio/opus 109', 'video/VP8 120']);

  await pushBoth(fox);
  await expectPicture(ann, 'fox', 150);
  await expectSound(ann, 'fox');
  // Payload types of the client's own offer, which differ from the router's.
  expect(await codecsOf(ann, 'fox')).toEqual(['audio/opus 111', 'video/VP8 96']);

  await sam.publish('microphone');
  await sam.publish('camera');
  for (const client of [ann, fox]) {
    await expectPicture(client, 'sam');
    await expectSound(client, 'sam');
    expect(await errorsOf(client)).toEqual([]);
  }
  for (const userId of ['ann', 'fox']) await sam.sees({ event: 'newConsumer', peerId: userId });
  await browser.close();
});
