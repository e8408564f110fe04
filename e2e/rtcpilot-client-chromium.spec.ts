import { errorsOf, expectPicture, expectSound, openPilot, pushBoth } from './fixtures/pilotClient.ts';
import { expect, expectEnergy, expectFrames, test } from './fixtures/rtcpilot.ts';
import type { PeerHandle } from './fixtures/test.ts';

const close = ({ page }: PeerHandle, source: string) =>
  page.evaluate((what) => window.peer.producer(what).close(), source);

const pushesOf = ({ page }: PeerHandle) =>
  page.evaluate(() => window.peer.trace.filter(({ method, kind }) => method === 'push' && kind === 'request').length);

/** The consumers of a peer, `kind` and whether each is paused. */
const consumersOf = ({ page }: PeerHandle, peerId: string) =>
  page.evaluate(
    (id) =>
      [...(window.peer.room.peers.get(id)?.consumers.values() ?? [])]
        .map(({ kind, paused }) => `${kind} ${paused ? 'paused' : 'live'}`)
        .toSorted(),
    peerId,
  );

const shows = (peer: PeerHandle, peerId: string, expected: readonly string[]) =>
  expect.poll(() => consumersOf(peer, peerId), { message: `${peer.peerId}: consumers of ${peerId}` }).toEqual(expected);

test('RTCPilot: its own client should see and hear ours, whatever is enabled first, late or again', async ({
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

test('RTCPilot: a screen should come beside the camera, and be paused when it is closed, for late joiners too', async ({
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
