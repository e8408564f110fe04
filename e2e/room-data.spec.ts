import { expect, test } from './fixtures/test.ts';

test('peers should chat over a data channel, and by text of the server', async ({ world }) => {
  const [alice, bob] = [await world.joinAs('alice'), await world.joinAs('bob')];
  await alice.page.evaluate(async () => {
    const chat = await window.peer.room.produceData({ label: 'chat' });
    Object.assign(window, { chat });
  });
  await bob.sees({ event: 'newDataConsumer', peerId: 'alice' });
  await alice.page.evaluate(() => {
    const { chat } = window as unknown as { chat: { send(data: string | ArrayBuffer): void } };
    chat.send('hello bob');
    chat.send(new ArrayBuffer(5));
  });
  await expect(bob.page.getByTestId('events')).toContainText('message hello bob');
  await expect(bob.page.getByTestId('events')).toContainText('message 5 bytes');

  await test.step('both ways, with a late joiner', async () => {
    const carol = await world.joinAs('carol');
    await carol.sees({ event: 'newDataConsumer', peerId: 'alice' });
    await alice.page.evaluate(() => {
      (window as unknown as { chat: { send(data: string): void } }).chat.send('hello all');
    });
    await expect(carol.page.getByTestId('events')).toContainText('message hello all');
    await carol.page.evaluate(async () => {
      Object.assign(window, { chat: await window.peer.room.produceData({ label: 'chat' }) });
    });
    // What is sent before the other end has a consumer reaches nobody there.
    await alice.sees({ event: 'newDataConsumer', peerId: 'carol' });
    await carol.page.evaluate(() => {
      (window as unknown as { chat: { send(data: string): void } }).chat.send('hello alice');
    });
    await expect(alice.page.getByTestId('events')).toContainText('message hello alice');
  });

  await test.step('text by way of the server', async () => {
    expect(await bob.page.evaluate(() => window.peer.room.capabilities.text)).toBe(true);
    await bob.page.evaluate(() => window.peer.room.sendText('by text'));
    await alice.sees({ event: 'textMessage', peerId: 'bob', text: 'by text' });
  });

  await test.step('a closed channel is told', async () => {
    await alice.page.evaluate(() => (window as unknown as { chat: { close(): Promise<void> } }).chat.close());
    await bob.sees({ event: 'dataConsumerClosed', peerId: 'alice' });
  });
});
