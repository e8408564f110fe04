import type { Page } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';

/** ICE servers that no browser accepts, as from deployments with unset variables, and a valid one. */
const iceServers: RTCIceServer[] = [
  { urls: 'turn:undefined:undefined', username: 'undefined', credential: 'undefined' },
  { urls: 'stun:127.0.0.1:9' },
  { urls: 'http://127.0.0.1' },
  { urls: ['stun:127.0.0.1:9', 'stun:'] },
];

/** Makes the mediasoup-v3 server send these ICE servers with each transport. */
const nameIceServers = (page: Page) =>
  page.routeWebSocket(/\/mediasoup-v3/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const frame = JSON.parse(String(message)) as { data?: Record<string, unknown> };
      const { data = {} } = frame;
      // A response describes one transport, and a welcome two.
      for (const transport of [data, data.sendTransport, data.recvTransport])
        if (Object.hasOwn(Object(transport) as object, 'iceParameters'))
          Object.assign(transport as object, { iceServers });
      socket.send(JSON.stringify(frame));
    });
  });

test('both engines drop ICE servers that the browser refuses, and media flows', async ({ world }) => {
  const join = async (peerId: string, dialect: 'mediasoup-v3' | 'push-pull') => {
    const peer = await world.open(peerId, { beforeLoad: nameIceServers });
    const request = { serverUrl: world.urlOf(dialect), roomId: world.roomId, peerId, dialect, iceServers };
    await peer.page.evaluate((how) => window.peer.join(how), request);
    return peer;
  };
  const [alice, bob] = [await join('alice', 'mediasoup-v3'), await join('bob', 'push-pull')];
  await Promise.all([alice.publish('camera'), bob.publish('camera')]);
  await bob.expectMovingPicture('alice');
  await alice.expectMovingPicture('bob');
  for (const { page } of [alice, bob]) {
    const warnings = await page.evaluate(() => window.peer.warnings);
    expect(warnings.filter((text) => text.includes('ICE server'))).not.toEqual([]);
    expect(warnings.filter((text) => text.includes('TURN server'))).toEqual([]);
  }
});
