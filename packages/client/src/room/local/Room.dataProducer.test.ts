import { describe, expect, it } from 'vitest';
import { FakeMediaDevices, fakeStream } from '../../devices/mediaDevicesFixture.ts';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { whenRead } from '@tureen/testkit/scripted/waits';
import { roomWorld } from '@tureen/testkit/scripted/roomWorld';

async function joined(extensions: string[] = ['awaitDataConsumers', 'messagesLost', 'closeDataProducer']) {
  const world = roomWorld();
  world.server.extensions = extensions;
  await world.room.join();
  world.server.received.length = 0;
  return world;
}

type World = Awaited<ReturnType<typeof joined>>;

/** Holds the server's response that the receivers are ready. */
function holdReady({ server }: World) {
  const gate = Promise.withResolvers<object>();
  server.on('awaitDataConsumers', () => gate.promise);
  return gate;
}

/** Returns the server's requests, except the connect of the transport. */
const askedOf = ({ server }: World) => server.received.filter(({ method }) => method !== 'connectWebRtcTransport');
const methodsOf = (world: World) => askedOf(world).map(({ method }) => method);

const sentOf = ({ engine }: World) =>
  [...engine.sessions].flatMap(({ sendTransport }) => [...(sendTransport?.dataProducers ?? [])]);

describe('produceData()', () => {
  it('resolves once the server responds that every receiver is ready', async () => {
    const world = await joined();
    const { room, server } = world;
    const gate = holdReady(world);
    const asked = server.got('awaitDataConsumers');
    let isOpen = false;
    const opening = room.produceData({ label: 'chat' }).then((dataProducer) => {
      isOpen = true;
      return dataProducer;
    });
    await asked;
    await expectUnchanged(() => [methodsOf(world), isOpen], [['produceData', 'awaitDataConsumers'], false]);
    gate.resolve({});
    const dataProducer = await opening;
    expect(server.received.at(-1)?.data).toEqual({ dataProducerId: dataProducer.id });
    expect(dataProducer.readyState).toBe('open');
  });

  it('sends no request to a server that does not announce it', async () => {
    const world = await joined([]);
    await world.room.produceData();
    expect(methodsOf(world)).toEqual(['produceData']);
  });

  it('rejects where the server refuses, and leaves no channel open', async () => {
    const world = await joined();
    world.server.on('awaitDataConsumers', () => {
      throw Object.assign(new Error('dataProducer not found'), { code: 404 });
    });
    await expect(world.room.produceData()).rejects.toMatchObject({ code: 'requestRefused' });
    expect(world.engine.counts.dataProducers).toBe(0);
    // Otherwise each peer would keep a data consumer without a source.
    const produced = askedOf(world).map(({ method, data }) => [method, data.dataProducerId]);
    expect(produced.slice(1)).toEqual([
      ['awaitDataConsumers', expect.any(String)],
      ['closeDataProducer', produced[1]?.[1]],
    ]);
  });

  it.each([
    { maxRetransmits: NaN },
    { maxRetransmits: -1 },
    { maxPacketLifeTime: Infinity },
    { maxPacketLifeTime: 65_536 },
  ])('rejects %o before anything is sent', async (options) => {
    const world = await joined();
    const error = { code: 'invalidArgument', argument: Object.keys(options)[0] };
    await expect(world.room.produceData(options)).rejects.toMatchObject(error);
    expect([askedOf(world), world.room.dataProducers.size]).toEqual([[], 0]);
  });

  it('publishes again after a connection loss, and then resolves', async () => {
    const world = await joined();
    holdReady(world);
    const asked = world.server.got('awaitDataConsumers');
    const opening = world.room.produceData({ label: 'chat' });
    await asked;
    const back = world.room.waitFor('reconnected');
    world.server.on('awaitDataConsumers', () => ({}));
    const reconnecting = world.room.waitFor('reconnecting');
    world.server.drop();
    await reconnecting;
    world.clock.advance(100);
    await back;
    const dataProducer = await opening;
    expect(dataProducer.readyState).toBe('open');
    expect(world.server.methods().filter((method) => method === 'produceData')).toHaveLength(2);
    expect(world.engine.counts.dataProducers).toBe(1);
  });

  it('closes at the server too when closed while the receivers open their channels', async () => {
    const world = await joined();
    const gate = holdReady(world);
    const asked = world.server.got('awaitDataConsumers');
    const opening = world.room.produceData();
    await asked;
    const [dataProducer] = [...world.room.dataProducers.values()];
    const closing = dataProducer?.close();
    await expect(opening).rejects.toMatchObject({ code: 'closed' });
    gate.resolve({});
    await closing;
    await world.server.sent('closeDataProducer');
    await expectUnchanged(() => methodsOf(world), ['produceData', 'awaitDataConsumers', 'closeDataProducer']);
    expect(world.engine.counts.dataProducers).toBe(0);
  });
});

describe('messagesLost', () => {
  it('is emitted by the data producer in the notification, with the receiver', async () => {
    const { room, server } = await joined();
    const [chat, file] = [await room.produceData({ label: 'chat' }), await room.produceData({ label: 'file' })];
    const lost: unknown[] = [];
    chat.on('messagesLost', () => lost.push('chat'));
    file.on('messagesLost', (event) => lost.push(event));
    server.notify('messagesLost', { dataProducerId: file.id, peerId: 'bob', count: 3 });
    server.notify('messagesLost', { dataProducerId: file.id, count: 1 });
    await whenRead(room, () => {
      server.notify('messagesLost', { dataProducerId: 'unknown', peerId: 'bob', count: 1 });
    });
    expect(lost).toEqual([
      { count: 3, peerId: 'bob' },
      { count: 1, peerId: undefined },
    ]);
  });

  it('is emitted by the data consumer in the notification', async () => {
    const { room, server } = await joined();
    server.notify('newPeer', { id: 'bob' });
    const arrived = room.waitFor('newDataConsumer');
    await server.ask('newDataConsumer', {
      id: 'd1',
      peerId: 'bob',
      dataProducerId: 'p1',
      label: 'file',
      protocol: '',
      appData: {},
      sctpStreamParameters: { streamId: 1, ordered: true },
    });
    const lost: unknown[] = [];
    (await arrived).dataConsumer.on('messagesLost', (event) => lost.push(event));
    server.notify('messagesLost', { dataConsumerId: 'd1', count: 7 });
    await whenRead(room, () => {
      server.notify('messagesLost', { dataConsumerId: 'd2', count: 7 });
    });
    expect(lost).toEqual([{ count: 7 }]);
  });
});

describe('bufferedAmountLowThreshold', () => {
  it('defaults to 0, follows the option and the setter, and survives a rejoin', async () => {
    const world = await joined();
    const plain = await world.room.produceData();
    const file = await world.room.produceData({ bufferedAmountLowThreshold: 65_536 });
    expect([plain, file].map((one) => one.bufferedAmountLowThreshold)).toEqual([0, 65_536]);
    expect(sentOf(world).map(({ lowThreshold }) => lowThreshold)).toEqual([0, 65_536]);
    plain.bufferedAmountLowThreshold = 1000;
    expect(sentOf(world).map(({ lowThreshold }) => lowThreshold)).toEqual([1000, 65_536]);

    const reopened = new Promise((resolve) => file.on('open', resolve));
    const reconnecting = world.room.waitFor('reconnecting');
    world.server.drop();
    await reconnecting;
    world.clock.advance(100);
    await reopened;
    expect(sentOf(world).map(({ lowThreshold }) => lowThreshold)).toEqual([1000, 65_536]);
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 32, '5', null, 5n])('rejects %s', async (value) => {
    const { room, server } = await joined();
    const wrong = { code: 'invalidArgument', message: expect.stringContaining('bufferedAmountLowThreshold') };
    const bufferedAmountLowThreshold = value as number;
    if (value !== null) await expect(room.produceData({ bufferedAmountLowThreshold })).rejects.toMatchObject(wrong);
    expect(server.methods()).toEqual([]);
    expect(room.dataProducers.size).toBe(0);
    const dataProducer = await room.produceData({ bufferedAmountLowThreshold: 10 });
    expect(() => {
      dataProducer.bufferedAmountLowThreshold = bufferedAmountLowThreshold;
    }).toThrow(expect.objectContaining(wrong));
    expect(dataProducer.bufferedAmountLowThreshold).toBe(10);
  });
});

describe('enableScreenShare({ paused: true })', () => {
  it('starts picture and sound paused', async () => {
    const world = await joined(['producePaused']);
    const devices = new FakeMediaDevices(fakeStream('video', 'audio'));
    const share = await world.room.enableScreenShare({ mediaDevices: devices.real, audio: true, paused: true });
    expect([share.video.paused, share.audio?.paused]).toEqual([true, true]);
    expect(askedOf(world).map(({ method, data }) => [method, data.kind, data.paused])).toEqual([
      ['produce', 'video', true],
      ['produce', 'audio', true],
    ]);
  });
});

describe('enableScreenShare() whose picture ends early', () => {
  it('closes the sound that the server accepts afterwards', async () => {
    const { room, server } = roomWorld();
    await room.join();
    const devices = new FakeMediaDevices(fakeStream('video', 'audio'));
    server.on('produce', async ({ kind }) => {
      if (kind === 'audio') await room.producerOf('screen')?.close();
      return { id: `id of ${String(kind)}` };
    });
    const { audio } = await room.enableScreenShare({ mediaDevices: devices.real, audio: true });
    expect(audio?.closed).toBe(true);
    expect(room.producers.size).toBe(0);
  });
});
