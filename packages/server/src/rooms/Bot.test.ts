import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import type { MediaDirectDataConsumer, MediaDirectTransport } from '../engine/port/MediaDirectTransport.ts';
import type { MediaRouter } from '../engine/port/MediaRouter.ts';
import { capturedLogs } from '../testing/capturedLogs.ts';
import { RoomMember } from '../testing/RoomMember.ts';
import { useBackend } from '../testing/useBackend.ts';
import { botLimits } from './Bot.ts';
import { DataProducer } from './DataProducer.ts';
import { RoomRegistry } from './RoomRegistry.ts';

const backend = useBackend();
const sctp = (streamId: number) => ({ sctpStreamParameters: { streamId }, protocol: '' });

/** Texts that reach this process on one data channel. */
class Listening {
  readonly texts: (string | null)[] = [];
  readonly closed: Promise<unknown>;
  #waiting: (() => void)[] = [];

  constructor(consumer: MediaDirectDataConsumer) {
    this.closed = new Promise((resolve) => consumer.on('closed', resolve));
    consumer.on('message', ({ text }) => {
      this.texts.push(text);
      for (const resolve of this.#waiting.splice(0)) resolve();
    });
  }

  /** Resolves when that number of texts arrived in total. */
  async reach(count: number): Promise<void> {
    while (this.texts.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

async function openRoom({ bot = true } = {}) {
  const clock = new ManualClock();
  const logs = capturedLogs();
  const registry = new RoomRegistry({ backend: backend(), logger: logs.logger, clock, bot });
  const alice = await RoomMember.enter(registry, 'alice', { displayName: 'Alice' });
  const room = registry.get('room')!;
  const direct = await room.router.createDirectTransport({ maxConsumedBytes: 4096, maxProducedBytes: 4096 });
  let streams = 0;

  return {
    clock,
    logs,
    registry,
    room,
    alice,
    direct,

    /** Creates a data channel of a peer whose messages this process sends, as the test has no SCTP. */
    async channelOf({ peer }: RoomMember, label = 'bot', appData?: unknown) {
      const media = await direct.produceData({ label, protocol: '' });
      const dataProducer = new DataProducer({ media, peer, appData, clock, onClosed: () => {} });
      room.offerDataProducer(dataProducer);
      // By now the worker has the request for the bot's consumer.
      const all = new Listening(await direct.consumeData(media.id));
      return { media, all, dataProducer };
    },

    produceData: ({ peer, send }: RoomMember, label: string, appData?: unknown) =>
      peer.sending.produceData(send, { ...sctp((streams += 1)), label, appData }),

    [Symbol.dispose]() {
      registry.close();
    },
  };
}

/** Collects the replies of the room's bot. */
async function listenToBot(member: RoomMember, direct: MediaDirectTransport): Promise<Listening> {
  const known = [...member.peer.receiving.dataConsumers.values()].find(({ peer }) => peer === null);
  const { dataConsumer } = known ? { dataConsumer: known } : await member.next('newDataConsumer');
  return new Listening(await direct.consumeData(dataConsumer.dataProducer.id));
}

describe('Bot', () => {
  it('is offered as a data producer without a peer to every peer that receives data', async () => {
    using world = await openRoom();
    await listenToBot(world.alice, world.direct);
    const bob = await RoomMember.enter(world.registry, 'bob');
    await listenToBot(bob, world.direct);
    for (const { peer } of [world.alice, bob])
      expect(
        [...peer.receiving.dataConsumers.values()].map((one) => [one.peer, one.label, one.dataProducer.appData]),
      ).toEqual([[null, 'bot', { channel: 'bot' }]]);
    expect(world.registry.list()[0]?.peers).toMatchObject([{ id: 'alice' }, { id: 'bob' }]);
  });

  it('replies to the first message of a peer that waited for its receivers', async () => {
    using world = await openRoom();
    const heard = await listenToBot(world.alice, world.direct);
    const media = await world.direct.produceData({ label: 'bot', protocol: '' });
    const { clock, alice, room } = world;
    const dataProducer = new DataProducer({ media, peer: alice.peer, appData: {}, clock, onClosed: () => {} });
    room.offerDataProducer(dataProducer);
    await dataProducer.receivers.whenReady();
    media.send('first');
    await heard.reach(1);
    expect(heard.texts).toEqual(['Alice wrote: first']);
    expect(clock.pending).toBe(0);
  });

  it('repeats messages to the room with the current name of the sender', async () => {
    using world = await openRoom();
    const heard = await listenToBot(world.alice, world.direct);
    const { media } = await world.channelOf(world.alice);
    media.send('hello');
    await heard.reach(1);
    world.alice.peer.setDisplayName('Al');
    media.send('again ✓');
    await heard.reach(2);
    expect(heard.texts).toEqual(['Alice wrote: hello', 'Al wrote: again ✓']);
  });

  it.each([
    ['a label', 'bot', undefined],
    ['a channel in appData', 'anything', { channel: 'bot' }],
  ])('is addressed by %s, which no other peer is offered', async (_how, label, appData) => {
    using world = await openRoom();
    const bob = await RoomMember.enter(world.registry, 'bob');
    await listenToBot(bob, world.direct);
    await world.produceData(world.alice, label, appData);
    await world.produceData(world.alice, 'chat', { channel: 'chat' });
    await bob.next('newDataConsumer');
    const carol = await RoomMember.enter(world.registry, 'carol');
    await carol.next('newDataConsumer');
    await carol.peer.receiving.whenOffersMade();
    for (const { peer } of [bob, carol])
      expect([...peer.receiving.dataConsumers.values()].map((one) => one.label).toSorted()).toEqual(['bot', 'chat']);
    expect(world.logs.messages()).not.toContain('bot cannot read a data producer');
  });

  it('ignores a message that is too long, and replies to the next', async () => {
    using world = await openRoom();
    const heard = await listenToBot(world.alice, world.direct);
    const { media } = await world.channelOf(world.alice);
    media.send('x'.repeat(botLimits.messageBytes + 1));
    media.send('é'.repeat(botLimits.messageBytes));
    media.send('x'.repeat(botLimits.messageBytes));
    await heard.reach(1);
    expect(heard.texts).toEqual([`Alice wrote: ${'x'.repeat(botLimits.messageBytes)}`]);
  });

  it('shortens long names in its replies', async () => {
    using world = await openRoom();
    const heard = await listenToBot(world.alice, world.direct);
    const { media } = await world.channelOf(world.alice);
    world.alice.peer.setDisplayName('🙂'.repeat(10_000));
    media.send('x'.repeat(botLimits.messageBytes));
    await heard.reach(1);
    expect(heard.texts[0]).toMatch(/^(🙂){64} wrote: x+$/u);
  });

  it('limits replies per peer over all its data producers, without affecting other peers', async () => {
    using world = await openRoom();
    const bob = await RoomMember.enter(world.registry, 'bob', { displayName: 'Bob' });
    const heard = await listenToBot(bob, world.direct);
    const channels = [await world.channelOf(world.alice), await world.channelOf(world.alice)];
    for (const { media } of channels) for (let n = 0; n < 20; n += 1) media.send(`flood ${String(n)}`);
    await Promise.all(channels.map(({ all }) => all.reach(20)));
    const bobs = await world.channelOf(bob);
    bobs.media.send('hi');
    await heard.reach(botLimits.peerPerSec + 1);
    expect(heard.texts.filter((text) => text?.startsWith('Alice'))).toHaveLength(botLimits.peerPerSec);
    expect(heard.texts).toContain('Bob wrote: hi');

    world.clock.advance(1000);
    channels[0]?.media.send('after a while');
    await heard.reach(botLimits.peerPerSec + 2);
    expect(heard.texts.at(-1)).toBe('Alice wrote: after a while');
  });

  it('ignores binary messages, and counts them', async () => {
    using world = await openRoom();
    const heard = await listenToBot(world.alice, world.direct);
    const { media, all } = await world.channelOf(world.alice);
    media.send(Buffer.from('bytes'));
    media.send('text');
    await heard.reach(1);
    expect(heard.texts).toEqual(['Alice wrote: text']);
    for (let n = 0; n < 20; n += 1) media.send(Buffer.from('bytes'));
    await all.reach(22);
    expect(world.logs.messages()).toContain('pausing the bot for a peer for one second');
  });

  it('leaves no timer where a data producer beyond its limit closed', async () => {
    using world = await openRoom();
    const { media, all } = await world.channelOf(world.alice);
    const { pending } = world.clock;
    for (let n = 0; n < 20; n += 1) media.send('flood');
    await all.reach(20);
    expect(world.clock.pending).toBe(pending + 1);
    media.close();
    await all.closed;
    // With its response the worker has sent all earlier notifications.
    await backend().dump();
    expect(world.clock.pending).toBe(pending);
    expect(world.logs.lines.filter(({ level }) => level >= 40)).toEqual([]);
  });

  it('is off by default: the label bot then has no meaning', async () => {
    using world = await openRoom({ bot: false });
    const bob = await RoomMember.enter(world.registry, 'bob');
    await world.produceData(world.alice, 'bot');
    expect((await bob.next('newDataConsumer')).dataConsumer).toMatchObject({ label: 'bot', peer: world.alice.peer });
  });

  it('closes with its room', async () => {
    using world = await openRoom();
    const routersOf = async () => (await backend().dump()).flatMap(({ routers }) => routers).length;
    expect(await routersOf()).toBe(1);
    world.alice.peer.close({ reason: 'left' });
    expect(await routersOf()).toBe(0);
    expect(world.clock.pending).toBe(0);
  });
});

describe('a direct transport', () => {
  it('carries text both ways within its limits, and emits closed when the other end closes', async () => {
    const router: MediaRouter = await backend().createRouter();
    const direct = await router.createDirectTransport({ maxConsumedBytes: 8, maxProducedBytes: 16 });
    const producer = await direct.produceData({ label: 'l', protocol: 'p' });
    expect([producer.label, producer.protocol]).toEqual(['l', 'p']);
    const consumer = await direct.consumeData(producer.id);
    const heard = new Listening(consumer);
    for (const text of ['12345678', '123456789', '1'.repeat(17), 'last']) producer.send(text);
    await heard.reach(2);
    expect(heard.texts).toEqual(['12345678', 'last']);
    producer.close();
    await heard.closed;
    producer.send('late');
    await expect(direct.consumeData(producer.id)).rejects.toMatchObject({ name: 'MediaError' });
    router.close();
  });
});
