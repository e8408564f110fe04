import { describe, expect, it } from 'vitest';
import { TureenError } from '../shared/errors.ts';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected, whenRead } from '@tureen/testkit/scripted/waits';
import type { RoomOptions } from './options.ts';

const ours = ['closeDataConsumer', 'pauseDataConsumer', 'resumeDataConsumer'];

async function joined(options: Partial<RoomOptions> = {}, extensions: string[] = ours) {
  const world = roomWorld(options);
  world.server.extensions = extensions;
  world.server.peers = [{ id: 'bob', displayName: 'Bob' }];
  await world.room.join();
  world.server.received.length = 0;
  return world;
}

/** Returns the requests about data consumers that the server received. */
function askedOfData({ server }: World) {
  return server.received.filter(({ method }) => method.endsWith('DataConsumer'));
}

type World = Awaited<ReturnType<typeof joined>>;

function offer({ server }: World, id = 'd1', details: object = {}) {
  return server.ask('newDataConsumer', {
    id,
    peerId: 'bob',
    dataProducerId: `producer of ${id}`,
    label: 'chat',
    protocol: 'p',
    appData: { topic: 'tea' },
    sctpStreamParameters: { streamId: Number(id.slice(1)), ordered: true },
    ...details,
  });
}

/** Offers a data consumer. Returns it with the room's response. */
async function offered(world: World, id = 'd1', details: object = {}) {
  const arrived = world.room.waitFor('newDataConsumer');
  const answer = await offer(world, id, details);
  return { ...(await arrived), answer };
}

describe('dataConsumer.close()', () => {
  it('closes the channel, sends the request and emits the close once', async () => {
    const world = await joined();
    const { dataConsumer, peer } = await offered(world);
    const closings: unknown[] = [];
    dataConsumer.on('closed', (closing) => closings.push(closing));
    await Promise.all([dataConsumer.close(), dataConsumer.close()]);
    expect(dataConsumer).toMatchObject({ closed: true, readyState: 'closed' });
    expect(peer?.dataConsumers.size).toBe(0);
    expect(closings).toEqual([{ reason: 'local' }]);
    expect(world.said.filter((line) => line.startsWith('dataConsumerClosed'))).toEqual(['dataConsumerClosed d1 local']);
    expect(askedOfData(world)).toEqual([{ method: 'closeDataConsumer', data: { dataConsumerId: 'd1' } }]);
    expect(world.engine.counts.dataConsumers).toBe(0);
  });

  it('sends no request to a server that does not announce it', async () => {
    const world = await joined({}, []);
    const { dataConsumer } = await offered(world);
    await dataConsumer.close();
    expect(askedOfData(world)).toEqual([]);
    expect(world.engine.counts.dataConsumers).toBe(0);
    // The room ignores later notifications about the closed data consumer.
    await whenRead(world.room, () => {
      world.server.notify('dataConsumerClosed', { dataConsumerId: 'd1' });
    });
    expect(world.said.at(-1)).toBe('dataConsumerClosed d1 local');
  });

  it('rejects when the server refuses, and stays closed', async () => {
    const world = await joined();
    const { dataConsumer } = await offered(world);
    world.server.on('closeDataConsumer', () => {
      throw Object.assign(new Error('no'), { code: 500 });
    });
    await expect(dataConsumer.close()).rejects.toMatchObject({ code: 'requestRefused' });
    expect(dataConsumer.closed).toBe(true);
  });

  it('closes a data consumer of the server itself', async () => {
    const world = await joined();
    const { dataConsumer, peer } = await offered(world, 'd1', { peerId: null });
    expect(peer).toBeNull();
    await dataConsumer.close();
    expect(askedOfData(world)).toHaveLength(1);
  });
});

describe('consume and data', () => {
  it('calls the function for data, with label, protocol, peer and appData', async () => {
    const asked: unknown[] = [];
    const world = await joined({
      consume: (one) => {
        asked.push(one);
        return one.kind !== 'data' || one.label === 'chat';
      },
    });
    await offered(world);
    const { dataConsumer, answer } = await offered(world, 'd2', { label: 'bot', peerId: null });
    expect(asked).toMatchObject([
      {
        kind: 'data',
        peerId: 'bob',
        dataProducerId: 'producer of d1',
        label: 'chat',
        protocol: 'p',
        appData: { topic: 'tea' },
      },
      { kind: 'data', peerId: null, label: 'bot' },
    ]);
    expect(answer.ok).toBe(true);
    expect(dataConsumer).toMatchObject({ subscribed: false, readyState: 'connecting' });
    expect(world.engine.counts.dataConsumers).toBe(1);
    expect(askedOfData(world)).toEqual([{ method: 'pauseDataConsumer', data: { dataConsumerId: 'd2' } }]);
  });

  it('opens no channel before setSubscribed(true) under manual', async () => {
    const world = await joined({ consume: 'manual' });
    const { dataConsumer, answer } = await offered(world);
    expect(answer.ok).toBe(true);
    expect(dataConsumer.subscribed).toBe(false);
    expect(world.engine.counts.dataConsumers).toBe(0);
    const texts: unknown[] = [];
    dataConsumer.on('message', ({ data }) => texts.push(data));
    await Promise.all([dataConsumer.setSubscribed(true), dataConsumer.setSubscribed(true)]);
    expect(dataConsumer.subscribed).toBe(true);
    const [media] = [...world.engine.sessions][0]!.recvTransport.dataConsumers;
    media?.receive('one');
    expect(askedOfData(world).map(({ method }) => method)).toEqual(['pauseDataConsumer', 'resumeDataConsumer']);

    await dataConsumer.setSubscribed(false);
    media?.receive('two');
    await dataConsumer.setSubscribed(true);
    media?.receive('three');
    expect(texts).toEqual(['one', 'three']);
    expect(world.engine.counts.dataConsumers).toBe(1);
  });

  it('drops messages locally when the server cannot pause the data consumer', async () => {
    const world = await joined({ consume: 'manual' }, []);
    const { dataConsumer, answer } = await offered(world);
    expect(answer.ok).toBe(true);
    await dataConsumer.setSubscribed(true);
    await dataConsumer.setSubscribed(false);
    expect(askedOfData(world)).toEqual([]);
    await dataConsumer.close();
    await expect(dataConsumer.setSubscribed(true)).rejects.toMatchObject({ code: 'invalidState' });
  });

  it('keeps the choice after a rejoin, also one made meanwhile', async () => {
    const world = await joined({ consume: 'manual' });
    const { dataConsumer: first } = await offered(world);
    const { dataConsumer: second } = await offered(world, 'd2');
    await first.setSubscribed(true);
    world.server.received.length = 0;
    const back = world.room.waitFor('reconnected');
    await whenDisconnected(world.room, () => {
      world.server.drop();
    });
    const subscribing = second.setSubscribed(true);
    world.clock.advance(100);
    await back;
    await offer(world, 'd3', { dataProducerId: 'producer of d1' });
    await offer(world, 'd4', { dataProducerId: 'producer of d2' });
    await subscribing;
    expect([first, second].map(({ id, subscribed }) => [id, subscribed])).toEqual([
      ['d3', true],
      ['d4', true],
    ]);
    expect(world.engine.counts.dataConsumers).toBe(2);
    expect(world.server.methods()).not.toContain('pauseDataConsumer');
  });

  it('stays unsubscribed when setSubscribed(true) fails', async () => {
    const world = await joined({ consume: 'manual' });
    const { dataConsumer } = await offered(world);
    world.engine.failNext('consumeData', new TureenError('mediaFailed', 'no'));
    await expect(dataConsumer.setSubscribed(true)).rejects.toMatchObject({ code: 'mediaFailed' });
    expect(dataConsumer.subscribed).toBe(false);
    await dataConsumer.setSubscribed(true);
    expect(world.engine.counts.dataConsumers).toBe(1);
  });

  it('reports no failure for a channel that closes while it opens', async () => {
    const world = await joined({ consume: 'manual' });
    const { dataConsumer } = await offered(world);
    const subscribing = dataConsumer.setSubscribed(true);
    world.server.notify('dataConsumerClosed', { dataConsumerId: 'd1' });
    await expect(subscribing).rejects.toMatchObject({ code: 'closed' });
    await expectUnchanged(() => world.said.filter((line) => line.startsWith('requestFailed')), []);
    expect(world.engine.counts.dataConsumers).toBe(0);
  });
});

describe('a consume function that returns neither true nor false', () => {
  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('mine');
      },
    ],
    ['returns a promise', () => Promise.resolve(false)],
    ['returns a promise that rejects', () => Promise.reject(new Error('mine'))],
    [
      'returns an object with a then',
      () => ({
        then: (_: unknown, reject: (error: Error) => void) => {
          reject(new Error('mine'));
        },
      }),
    ],
  ])('subscribes and emits listenerError when it %s', async (_what, decide) => {
    const world = await joined({ consume: decide as () => boolean });
    const arrived = world.room.waitFor('newConsumer');
    await world.server.offer('c1', { peerId: 'bob' });
    const { consumer } = await arrived;
    const { dataConsumer } = await offered(world);
    expect([consumer.subscribed, dataConsumer.subscribed]).toEqual([true, true]);
    expect(world.room.snapshot().peers[0]?.consumers[0]?.subscribed).toBe(true);
    expect(world.said.filter((line) => line.startsWith('listenerError'))).toHaveLength(2);
  });
});
