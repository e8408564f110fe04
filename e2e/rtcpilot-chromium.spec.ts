import { expect, expectEnergy, expectFrames, test } from './fixtures/rtcpilot.ts';

test('RTCPilot: peers should see and hear each other, a late joiner among them', async ({ world, pilotUrl }) => {
  const join = (peerId: string) =>
    world.joinAs(peerId, { dialect: 'push-pull', profile: 'rtcpilot', serverUrl: pilotUrl });
  const [alice, bob] = [await join('alice'), await join('bob')];
  await alice.publish('camera');
  await alice.publish('microphone');
  await bob.publish('microphone');
  await bob.publish('camera');
  for (const [peer, peerId] of [
    [bob, 'alice'],
    [alice, 'bob'],
  ] as const) {
    // Far more than 256 packets: where header extensions are misread, the picture stops there.
    await expectFrames(peer, peerId, 150);
    await expectEnergy(peer, peerId);
  }
  const carol = await join('carol');
  for (const peerId of ['alice', 'bob']) {
    await expectFrames(carol, peerId, 30);
    await expectEnergy(carol, peerId);
  }
  for (const peer of [alice, bob, carol])
    expect((await peer.events()).filter(({ event }) => event === 'requestFailed')).toEqual([]);
});
