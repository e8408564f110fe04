import { expect, test } from './fixtures/test.ts';

test.use({ settings: { demoFaithful: true } });

test('join takes two sequential round trips against a server that behaves like the stock demo', async ({ world }) => {
  const alice = await world.joinAs('alice');
  const trace = await alice.page.evaluate(() =>
    window.peer.trace.map(({ direction, kind, method }) => `${direction} ${kind} ${method}`),
  );
  const upToJoined = trace
    .slice(0, trace.indexOf('in response join') + 1)
    .filter((line) => !line.includes('notification'));
  // A round trip begins with a request that follows the response to an earlier request.
  let roundTrips = 0;
  let waiting = false;
  for (const line of upToJoined) {
    if (line.startsWith('out request') && !waiting) {
      roundTrips += 1;
      waiting = true;
    }
    if (line.startsWith('in response')) waiting = false;
  }
  expect(upToJoined).toHaveLength(8);
  expect(upToJoined.slice(0, 3)).toEqual([
    'out request getRouterRtpCapabilities',
    'out request createWebRtcTransport',
    'out request createWebRtcTransport',
  ]);
  expect(roundTrips).toBe(2);
  console.log(`round trips to join against --demo-faithful: ${roundTrips}`);

  await test.step('media flows', async () => {
    await alice.publish('camera', { paused: true });
    const bob = await world.joinAs('bob');
    await bob.hasConsumer('alice', 'camera');
    await expect.poll(() => bob.page.evaluate(() => window.peer.consumer('alice', 'camera').remotePaused)).toBe(true);
    await alice.page.evaluate(() => window.peer.producer('camera').resume());
    await bob.expectMovingPicture('alice');
    expect(await bob.page.evaluate(() => window.peer.room.capabilities.text)).toBe(false);
    await bob.page.evaluate(() => window.peer.room.leave());
    await alice.sees({ event: 'peerClosed', peerId: 'bob' });
  });
});
