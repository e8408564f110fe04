import { readServerMessage } from '@tureen/protocol/mediasoup-v3';
import { describe, expect, it } from 'vitest';
import { DemoClient } from '../../testing/DemoClient.ts';
import { openRooms } from '../../testing/openRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();

describe.each(['classic', 'notify'] as const)('the bot in the %s variant', (variant) => {
  it('is offered by label and by channel, and has no peer', async () => {
    using rooms = openRooms(backend(), { variant, bot: true });
    const alice = await rooms.join('alice');
    const offered = await alice.connection.received<object>('newDataConsumer');
    expect(offered).toMatchObject({ label: 'bot', appData: { channel: 'bot' } });
    expect(readServerMessage('newDataConsumer', offered)).toMatchObject({
      ok: true,
      value: { peerId: null, label: 'bot' },
    });
  });

  it('is resumed with the rest, and not offered twice', async () => {
    using rooms = openRooms(backend(), { variant, bot: true });
    const { client: alice, token } = await rooms.joinResumable('alice');
    const offered = await alice.connection.received<{ id?: string; dataConsumerId?: string }>('newDataConsumer');
    const id = offered.id ?? offered.dataConsumerId ?? '';
    alice.connection.drop();
    const next = rooms.connect('alice').connection;
    const { resumed } = await alice.resume(next, token, { dataConsumers: [id] });
    expect(resumed).toMatchObject({ dataConsumers: [id] });
    await rooms.registry.get('room')?.peers.get('alice')?.receiving.whenOffersMade();
    expect(next.allReceived('newDataConsumer')).toEqual([]);
  });

  it('receives channels labeled bot, which no other peer is offered', async () => {
    using rooms = openRooms(backend(), { variant, bot: true });
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    await alice.produceData('bot');
    await alice.produceData('chat');
    await bob.connection.received('newDataConsumer', ({ label }: { label: string }) => label === 'chat');
    expect(bob.connection.allReceived('newDataConsumer').map((one) => (one as { label: string }).label)).toEqual([
      'bot',
      'chat',
    ]);
  });
});

it('a room without a bot offers none, and offers channels labeled bot to other peers', async () => {
  using rooms = openRooms(backend());
  const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
  await alice.produceData('bot');
  expect(await bob.connection.received('newDataConsumer')).toMatchObject({ label: 'bot', peerId: 'alice' });
});

it('clients of both generations in one room are offered the same bot, each in its generation', async () => {
  using rooms = openRooms(backend(), { bot: true });
  const clients = [
    new DemoClient(rooms.connect('classic').connection, 'classic'),
    new DemoClient(rooms.connect('notify').connection, 'notify'),
  ];
  for (const client of clients) await client.enter();
  for (const client of clients) {
    await client.produceData('bot');
    await client.produceData('chat');
  }
  for (const { connection } of clients) {
    await connection.received('newDataConsumer', ({ label }: { label: string }) => label === 'chat');
    const offers = connection.allReceived('newDataConsumer') as {
      label: string;
      peerId?: string | null;
      appData: { channel?: string };
    }[];
    expect(offers.map(({ label }) => label)).toEqual(['bot', 'chat']);
    expect(offers[0]?.appData.channel).toBe('bot');
    expect(offers[0]?.peerId ?? null).toBeNull();
  }
});
