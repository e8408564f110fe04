import {
  close,
  errorsOf,
  expectPicture,
  expectSound,
  openPilot,
  pushBoth,
  pushesOf,
  shows,
} from './fixtures/pilotClient.ts';
import { expect, expectEnergy, expectFrames, test } from './fixtures/rtcpilot.ts';

test('RTCPilot: its own client sees and hears Tureen’s client, whose tracks are enabled in any order, late or repeatedly', async ({
  world,
  pilotUrl,
}) => {
  const join = (peerId: string) =>
    world.joinAs(peerId, { dialect: 'push-pull', profile: 'rtcpilot', serverUrl: pilotUrl });
  const stock = await openPilot(world, 'stock', undefined, pilotUrl);
  const [alice, bob] = [await join('alice'), await join('bob')];
  await alice.publish('microphone');
  await expectSound(stock, 'alice');
  await shows(bob, 'alice', ['audio live', 'video paused']);

  await alice.publish('camera');
  await expectPicture(stock, 'alice', 10);
  await shows(bob, 'alice', ['audio live', 'video live']);
  await close(alice, 'camera');
  await bob.sees({ event: 'consumerPaused', peerId: 'alice', by: 'unknown' });
  await alice.publish('camera');
  await expectPicture(stock, 'alice', 10);
  await shows(bob, 'alice', ['audio live', 'video live']);
  await close(alice, 'microphone');
  await alice.publish('microphone');
  await expectSound(stock, 'alice');
  expect(await pushesOf(alice), 'one push for all').toBe(1);

  await pushBoth(stock);
  await expectFrames(alice, 'stock', 20);
  await expectEnergy(alice, 'stock');
  await bob.publish('camera');
  const late = await openPilot(world, 'late', undefined, pilotUrl);
  for (const userId of ['alice', 'bob']) await expectPicture(late, userId, 10);
  await expectSound(late, 'alice');
  for (const client of [stock, late]) expect(await errorsOf(client)).toEqual([]);
});
