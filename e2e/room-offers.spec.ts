import { type Page } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';

interface Frame {
  readonly method?: string;
  readonly data?: {
    readonly peerId: string;
    readonly kind: string;
    readonly rtpParameters: {
      readonly codecs: { channels?: number }[];
      readonly headerExtensions: { uri: string; id: number }[];
    };
  };
}

/** Changes the offers of mallory's audio so that they match every grammar but neither browser accepts them. */
const spoilOffers = async (page: Page) => {
  await page.routeWebSocket(/\/mediasoup-v3/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const frame = JSON.parse(String(message)) as Frame;
      const { method, data } = frame;
      if (method === 'newConsumer' && data?.peerId === 'mallory' && data.kind === 'audio') {
        // Chromium refuses the number of channels, Firefox the number of the extension.
        for (const codec of data.rtpParameters.codecs) codec.channels = 255;
        data.rtpParameters.headerExtensions.push({ uri: 'urn:example:extension', id: 200 });
      }
      socket.send(JSON.stringify(frame));
    });
  });
};

test('an offer that the browser refuses fails alone, together with others and separately', async ({ world }) => {
  world.allowErrors(/could not be received|refused/);
  const [bob, mallory, carol] = await Promise.all(
    ['bob', 'mallory', 'carol'].map(async (peerId) => {
      const peer = await world.joinAs(peerId);
      await peer.publish('microphone');
      return peer;
    }),
  );
  await bob!.publish('camera');
  await mallory!.publish('camera');
  const alice = await world.open('alice', { beforeLoad: spoilOffers });
  await alice.page.evaluate((join) => window.peer.join(join), {
    serverUrl: world.serverUrl,
    roomId: world.roomId,
    peerId: 'alice',
  });

  await test.step('all offers arrive together', async () => {
    await alice.sees({ event: 'requestFailed' });
    await Promise.all([alice.expectSound('bob'), alice.expectSound('carol')]);
    await alice.expectMovingPicture('bob');
    await alice.expectMovingPicture('mallory');
  });

  await test.step('a bad offer arrives separately, and good ones after it', async () => {
    await mallory!.page.evaluate(() => window.peer.producer('microphone').close());
    await mallory!.publish('microphone');
    await expect
      .poll(async () => (await alice.events()).filter(({ event }) => event === 'requestFailed').length)
      .toBe(2);
    await carol!.publish('camera');
    await alice.expectMovingPicture('carol');
    await alice.expectSound('bob');
  });

  const seen = (await alice.events()).map(({ event }) => event);
  for (const event of ['transportRecovering', 'reconnecting']) expect(seen).not.toContain(event);
  expect(await alice.page.evaluate(() => window.peer.hasConsumer('mallory', 'microphone'))).toBe(false);
});
