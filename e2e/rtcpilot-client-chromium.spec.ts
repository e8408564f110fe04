import { close, pushesOf, shows } from './fixtures/pilotClient.ts';
import { expect, test } from './fixtures/rtcpilot.ts';

test('RTCPilot: peers receive a screen next to the camera, paused after it is closed, including late joiners', async ({
  world,
  pilotUrl,
}) => {
  const join = (peerId: string) =>
    world.joinAs(peerId, { dialect: 'push-pull', profile: 'rtcpilot', serverUrl: pilotUrl });
  const [alice, bob] = [await join('alice'), await join('bob')];
  await alice.publish('camera');
  await alice.publish('screen');
  await shows(bob, 'alice', ['audio paused', 'video live', 'video live']);
  await close(alice, 'screen');
  await shows(bob, 'alice', ['audio paused', 'video live', 'video paused']);
  const carol = await join('carol');
  await shows(carol, 'alice', ['audio paused', 'video live', 'video paused']);
  await alice.publish('screen');
  for (const peer of [bob, carol]) await shows(peer, 'alice', ['audio paused', 'video live', 'video live']);
  expect(await pushesOf(alice), 'one for sound and camera, one for the screen').toBe(2);
  for (const peer of [bob, carol])
    expect(
      (await peer.events()).filter(({ event }) => event === 'consumerClosed' || event === 'requestFailed'),
    ).toEqual([]);
});
