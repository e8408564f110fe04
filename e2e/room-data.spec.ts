import { type PeerHandle, expect, test } from './fixtures/test.ts';

test.use({ settings: { bot: true } });

test('peers chat over a data channel and through text messages of the server', async ({ world }) => {
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

  await test.step('in both directions, with a late joiner', async () => {
    const carol = await world.joinAs('carol');
    await carol.sees({ event: 'newDataConsumer', peerId: 'alice' });
    await alice.page.evaluate(() => {
      (window as unknown as { chat: { send(data: string): void } }).chat.send('hello all');
    });
    await expect(carol.page.getByTestId('events')).toContainText('message hello all');
    await carol.page.evaluate(async () => {
      Object.assign(window, { chat: await window.peer.room.produceData({ label: 'chat' }) });
    });
    // A message sent before the other end has a consumer does not reach it.
    await alice.sees({ event: 'newDataConsumer', peerId: 'carol' });
    await carol.page.evaluate(() => {
      (window as unknown as { chat: { send(data: string): void } }).chat.send('hello alice');
    });
    await expect(alice.page.getByTestId('events')).toContainText('message hello alice');
  });

  await test.step('a text message through the server', async () => {
    expect(await bob.page.evaluate(() => window.peer.room.capabilities.text)).toBe(true);
    await bob.page.evaluate(() => window.peer.room.sendText('by text'));
    await alice.sees({ event: 'textMessage', peerId: 'bob', text: 'by text' });
  });

  await test.step('a closed channel reaches the other end', async () => {
    await alice.page.evaluate(() => (window as unknown as { chat: { close(): Promise<void> } }).chat.close());
    await bob.sees({ event: 'dataConsumerClosed', peerId: 'alice' });
  });
});

/** Opens a data channel, and keeps it for {@link say}. */
async function openChannel({ page }: PeerHandle, label: string): Promise<void> {
  await page.evaluate(async (name) => {
    Object.assign(window, { [name]: await window.peer.room.produceData({ label: name }) });
  }, label);
}

async function say({ page }: PeerHandle, label: string, text: string): Promise<void> {
  await page.evaluate(
    ([name, what]) => {
      (window as unknown as Record<string, { send(data: string): void }>)[name]?.send(what);
    },
    [label, text] as const,
  );
}

/** Calls a method of the data consumer of alice's chat. */
async function withChat({ page }: PeerHandle, what: 'subscribe' | 'unsubscribe' | 'close'): Promise<void> {
  await page.evaluate(async (call) => {
    const [chat] = [...(window.peer.room.peers.get('alice')?.dataConsumers.values() ?? [])];
    if (chat === undefined) throw new Error('no data consumer');
    if (call === 'close') await chat.close();
    else await chat.setSubscribed(call === 'subscribe');
  }, what);
}

test('a peer subscribes to data of chosen peers, and the bot repeats messages', async ({ world }) => {
  const [alice, bob] = [await world.joinAs('alice'), await world.joinAs('bob', { consume: 'manual' })];
  const carol = await world.joinAs('carol', { displayName: 'Carol' });
  await openChannel(alice, 'chat');
  await bob.sees({ event: 'newDataConsumer', peerId: 'alice' });
  await carol.sees({ event: 'newDataConsumer', peerId: 'alice' });
  const heard = (handle: PeerHandle) => handle.page.evaluate(() => window.peer.messages);
  /** Waits until earlier messages have arrived too: the channel keeps the order. */
  const sayAndArrive = async (text: string, ...listeners: PeerHandle[]) => {
    await say(alice, 'chat', text);
    for (const listener of listeners) await expect.poll(() => heard(listener)).toContain(text);
  };

  await test.step('nothing arrives before subscribe() and after unsubscribe()', async () => {
    await sayAndArrive('before', carol);
    await withChat(bob, 'subscribe');
    await expect
      .poll(() =>
        bob.page.evaluate(() =>
          [...(window.peer.room.peers.get('alice')?.dataConsumers.values() ?? [])].map((one) => one.readyState),
        ),
      )
      .toEqual(['open']);
    await sayAndArrive('subscribed', bob, carol);
    await withChat(bob, 'unsubscribe');
    await sayAndArrive('unsubscribed', carol);
    await withChat(bob, 'subscribe');
    await sayAndArrive('again', bob, carol);
    expect(await heard(bob)).toEqual(['subscribed', 'again']);
  });

  await test.step('a closed data consumer is closed at the server, for this peer alone', async () => {
    await withChat(bob, 'close');
    await bob.sees({ event: 'dataConsumerClosed', peerId: 'alice', reason: 'local' });
    await sayAndArrive('closed', carol);
    const labelsOf = (peerId: string) =>
      [...(world.server.registry.get(world.roomId)?.peers.get(peerId)?.receiving.dataConsumers.values() ?? [])].map(
        ({ label }) => label,
      );
    expect([labelsOf('bob'), labelsOf('carol')]).toEqual([['bot'], ['bot', 'chat']]);
    expect(await heard(bob)).toEqual(['subscribed', 'again']);
  });

  await test.step('the bot repeats a message of carol to all peers', async () => {
    await openChannel(carol, 'bot');
    await expect
      .poll(async () => {
        // The bot receives messages once the server consumes the channel.
        await say(carol, 'bot', 'hello');
        return (await heard(alice)).at(-1);
      })
      .toBe('Carol wrote: hello');
    expect(await heard(carol)).toContain('Carol wrote: hello');
    expect(
      (await alice.events()).filter(({ event, peerId }) => event === 'newDataConsumer' && peerId === 'carol'),
    ).toEqual([]);
  });
});

test('bufferedAmountLow is emitted when the buffer falls to the threshold, and only then', async ({ world }) => {
  const alice = await world.joinAs('alice');
  // No buffer exceeds the highest threshold, so none falls to it.
  await alice.page.evaluate(async () => {
    const file = await window.peer.room.produceData({ label: 'file', bufferedAmountLowThreshold: 2 ** 32 - 1 });
    const low: number[] = [];
    file.on('bufferedAmountLow', () => low.push(file.bufferedAmount));
    const fill = () => {
      for (let n = 0; n < 125; n += 1) file.send(new ArrayBuffer(16_384));
    };
    Object.assign(window, { file, low, fill });
    fill();
  });
  const waiting = () => alice.page.evaluate(() => (window as unknown as FileWindow).file.bufferedAmount);
  const low = () => alice.page.evaluate(() => (window as unknown as FileWindow).low);
  await expect.poll(waiting).toBe(0);
  expect(await low()).toEqual([]);

  await alice.page.evaluate(() => {
    const { file, fill } = window as unknown as FileWindow;
    file.bufferedAmountLowThreshold = 500_000;
    fill();
  });
  await expect.poll(low).toHaveLength(1);
  expect((await low())[0]).toBeLessThanOrEqual(500_000);
});

interface FileWindow {
  readonly file: { readonly bufferedAmount: number; bufferedAmountLowThreshold: number };
  /** Buffered bytes at each event. */
  readonly low: number[];
  fill(): void;
}
