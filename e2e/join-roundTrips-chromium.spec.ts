import { startServer } from '@tureen/server';
import type { DialectName } from './dialects.ts';
import { expect, test } from './fixtures/test.ts';
import { FrameNames } from './relays/FrameNames.ts';
import { TcpRelay } from './relays/TcpRelay.ts';

test('join takes two sequential round trips against a server that behaves like the stock demo', async ({ world }) => {
  const server = await startServer({ port: 0, workers: 1, logLevel: 'error', pingIntervalMs: 0, demoFaithful: true });
  const serverUrl = `${server.url.replace(/^http/, 'ws')}/mediasoup-v3`;
  const alice = await world.joinAs('alice', { serverUrl });
  const trace = await alice.page.evaluate(() =>
    window.peer.trace.map(({ direction, kind, method }) => `${direction} ${kind} ${method}`),
  );
  const upToJoined = trace
    .slice(0, trace.indexOf('in response join') + 1)
    .filter((line) => !line.includes('notification') && !line.includes('connectWebRtcTransport'));
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
    const bob = await world.joinAs('bob', { serverUrl });
    await bob.hasConsumer('alice', 'camera');
    await expect.poll(() => bob.page.evaluate(() => window.peer.consumer('alice', 'camera').remotePaused)).toBe(true);
    await alice.page.evaluate(() => window.peer.producer('camera').resume());
    await bob.expectMovingPicture('alice');
    expect(await bob.page.evaluate(() => window.peer.room.capabilities.text)).toBe(false);
    await bob.page.evaluate(() => window.peer.room.leave());
    await alice.sees({ event: 'peerClosed', peerId: 'bob' });
    await alice.page.evaluate(() => window.peer.room.leave());
  });
  await server.close();
});

/** Requests to join by dialect, as the relay names them. */
const joins: Readonly<Partial<Record<DialectName, string>>> = {
  'mediasoup-v3': 'join',
  'mediasoup-v2': 'join',
  'mediasoup-v2-beta': 'joinRoom',
  'mediasoup-v2-alpha': 'join',
};

for (const [dialect, method] of Object.entries(joins))
  test(`${dialect}: join takes one round trip on this server`, async ({ world }) => {
    const names = new FrameNames();
    const joinArrives = Promise.withResolvers<void>();
    let heldResponses = 0;
    // Until the request to join arrives, no response passes: a client that needs one would not join.
    const relay = await TcpRelay.open({
      port: world.server.port,
      judge: (frame) => {
        const name = names.nameOf(frame);
        if (name === `toServer request ${method} #1`) joinArrives.resolve();
        if (!name.startsWith('toClient response')) return 'pass';
        heldResponses += 1;
        return joinArrives.promise;
      },
    });
    const serverUrl = `ws://127.0.0.1:${relay.port}/${dialect}`;
    const alice = await world.joinAs('alice', { dialect: dialect as DialectName, serverUrl });
    expect(heldResponses).toBeGreaterThan(0);
    console.log(`round trips to join in ${dialect} on this server: 1`);

    await test.step('media flows', async () => {
      await alice.publish('camera');
      const bob = await world.joinAs('bob');
      await bob.expectMovingPicture('alice');
      await alice.page.evaluate(() => window.peer.room.leave());
    });
    await relay.close();
  });
