import { type PeerHandle, type World, expect, test } from './fixtures/test.ts';
import { TcpRelay } from './relays/TcpRelay.ts';

// Without a grace period, a peer that loses its connection rejoins.
test.use({ settings: { bot: true, reconnectGraceMs: 0 } });

/** Messages that a page has received. */
const receivedBy = ({ page }: PeerHandle) => page.evaluate(() => [...window.peer.messages].sort());

/** Connects to the test's server with 60 ms delay: a nearby peer could send long before a channel is accepted. */
async function openFar({ server }: World) {
  const relay = await TcpRelay.open({ port: Number(new URL(server.url).port), delayMs: 30 });
  return { relay, serverUrl: `ws://127.0.0.1:${relay.port}/mediasoup-v3` };
}

test('messages sent when produceData() resolves reach all peers, near and far, ordered and unordered', async ({
  world,
}) => {
  const { relay, serverUrl } = await openFar(world);
  const alice = await world.joinAs('alice');
  const bob = await world.joinAs('bob', { serverUrl });
  const carol = await world.joinAs('carol', { variant: 'notify' });
  const dave = await world.joinAs('dave', { serverUrl, consume: 'manual' });

  await alice.page.evaluate(async () => {
    const { room } = window.peer;
    await Promise.all(
      [{ label: 'ordered' }, { label: 'unordered', ordered: false }, { label: 'lossy', maxRetransmits: 3 }].map(
        async (options) => {
          const channel = await room.produceData(options);
          for (const n of [1, 2, 3]) channel.send(`${options.label} ${n}`);
        },
      ),
    );
  });
  const sent = ['lossy', 'ordered', 'unordered'].flatMap((label) => [1, 2, 3].map((n) => `${label} ${n}`));
  for (const peer of [bob, carol]) await expect.poll(() => receivedBy(peer), { message: peer.peerId }).toEqual(sent);

  await test.step('on a second channel, when the transports are connected', async () => {
    await bob.page.evaluate(async () => {
      const channel = await window.peer.room.produceData({ label: 'answer' });
      channel.send('from bob');
    });
    for (const peer of [alice, carol]) await expect.poll(() => receivedBy(peer)).toContain('from bob');
  });

  await test.step('to the bot', async () => {
    await carol.page.evaluate(async () => {
      const channel = await window.peer.room.produceData({ label: 'bot' });
      channel.send('to the bot');
    });
    await expect.poll(() => receivedBy(alice)).toContain('carol wrote: to the bot');
  });

  await test.step('none reaches a peer that has not subscribed', async () => {
    expect(await receivedBy(dave)).toEqual([]);
  });
  for (const peer of [bob, dave]) await peer.page.context().close();
  await relay.close();
});

test('messages sent at `open` after a rejoin reach all peers', async ({ world }) => {
  const [near, far] = [await TcpRelay.open({ port: Number(new URL(world.server.url).port) }), await openFar(world)];
  const alice = await world.joinAs('alice', { serverUrl: `ws://127.0.0.1:${near.port}/mediasoup-v3` });
  const bob = await world.joinAs('bob', { serverUrl: far.serverUrl });
  await alice.page.evaluate(async () => {
    const channel = await window.peer.room.produceData({ label: 'chat' });
    let opened = 0;
    const greet = () => channel.send(`opened ${(opened += 1)}`);
    greet();
    channel.on('open', greet);
  });
  await expect.poll(() => receivedBy(bob)).toEqual(['opened 1']);
  world.allowErrors(/WebSocket|connection to ws:/);
  near.cut('rst');
  await alice.sees({ event: 'reconnected' });
  await expect.poll(() => receivedBy(bob)).toEqual(['opened 1', 'opened 2']);
  for (const peer of [alice, bob]) await peer.page.context().close();
  await Promise.all([near.close(), far.relay.close()]);
});
