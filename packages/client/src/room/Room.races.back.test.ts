import { describe, expect, it } from 'vitest';
import { atMessage, inCall, messagesOf } from '@tureen/testkit/scripted/races';
import { pass } from '@tureen/testkit/scripted/roomWorld';

describe('a room that reconnects', () => {
  it('removes a producer that the app closes at any message of a resume', async () => {
    for (const number of [0, 1, 2]) {
      const world = await inCall({ isKept: true });
      const { room, server, engine, producer } = world;
      const { id } = producer;
      await world.drop();
      if (number === 0) await producer.close();
      else void atMessage(world, number, () => void producer.close());
      await world.reconnect();
      expect([room.producers.size, engine.counts.producers]).toEqual([0, 0]);
      const join = server.received.find(({ method }) => method === 'join');
      const isHeld = (join?.data.holds as { producers: unknown[] }).producers.includes(id);
      const closed = server.received
        .filter(({ method }) => method === 'closeProducer')
        .map(({ data }) => data.producerId);
      expect(closed).toEqual(isHeld ? [id] : []);
    }
  });

  it('sends a pause that the app requests at any message of a resume', async () => {
    for (const number of [0, 1, 2]) {
      const world = await inCall({ isKept: true });
      const { server, producer, consumer } = world;
      await world.drop();
      const calls: Promise<void>[] = [];
      const call = () => void calls.push(producer.pause(), consumer.pause());
      if (number === 0) call();
      else void atMessage(world, number, call);
      await world.reconnect();
      await Promise.all(calls);
      expect(calls).toHaveLength(2);
      expect(
        server
          .methods()
          .filter((method) => method.startsWith('pause'))
          .sort(),
      ).toEqual(['pauseConsumer', 'pauseProducer']);
      expect([producer.paused, consumer.localPaused]).toEqual([true, true]);
    }
  });

  it('applies setSubscribed() called at any message of a resume', async () => {
    for (const number of [0, 1, 2]) {
      const world = await inCall({ isKept: true });
      const { server, consumer } = world;
      await world.drop();
      const calls: Promise<void>[] = [];
      const call = () => void calls.push(consumer.setSubscribed(false));
      if (number === 0) call();
      else void atMessage(world, number, call);
      await world.reconnect();
      await Promise.all(calls);
      expect(consumer).toMatchObject({ id: 'c1', subscribed: false, closed: false });
      expect(server.methods().filter((method) => method === 'pauseConsumer')).toHaveLength(1);
      await consumer.setSubscribed(true);
      expect(server.methods().at(-1)).toBe('resumeConsumer');
    }
  });

  it('removes a producer that the app closes at any message of a rejoin', async () => {
    const clean = await inCall();
    await clean.drop();
    const messages = await messagesOf(clean, async () => {
      await clean.reconnect();
      await clean.server.sent('produce');
    });
    for (const number of [-1, ...messages.keys()]) {
      const world = await inCall();
      const { room, server, engine, producer, clock } = world;
      await world.drop();
      if (number === -1) await producer.close();
      else void atMessage(world, number + 1, () => void producer.close());
      await world.reconnect();
      await pass(clock, 0);
      expect(room.producers.size).toBe(0);
      expect(engine.counts.producers).toBe(0);
      expect(server.methods().filter((method) => method === 'closeProducer')).toHaveLength(
        server.methods().filter((method) => method === 'produce').length,
      );
    }
  });

  it('applies setSubscribed() called before, during or after a rejoin', async () => {
    for (const when of ['dropped', 'back', 'offered'] as const) {
      const world = await inCall();
      const { server, consumer } = world;
      await world.drop();
      const calls: Promise<void>[] = [];
      if (when === 'dropped') calls.push(consumer.setSubscribed(false));
      await world.reconnect();
      if (when === 'back') calls.push(consumer.setSubscribed(false));
      const taken = server.offer('c2', { peerId: 'bob', producerId: 'bobs-camera' });
      if (when === 'offered') calls.push(consumer.setSubscribed(false));
      await taken;
      await Promise.all(calls);
      expect(consumer).toMatchObject({ id: 'c2', subscribed: false, closed: false });
      const asked = server.received.filter(({ data }) => data.consumerId === 'c2').map(({ method }) => method);
      expect(asked.at(-1)).toBe('pauseConsumer');
      const again = consumer.setSubscribed(true);
      await world.drop();
      await world.reconnect();
      await server.offer('c3', { peerId: 'bob', producerId: 'bobs-camera' });
      await again;
      expect(consumer).toMatchObject({ id: 'c3', subscribed: true });
    }
  });
});
