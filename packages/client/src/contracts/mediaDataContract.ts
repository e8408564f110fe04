import { type Contract, equal, rejects, throws } from './Contract.ts';
import { type MediaEngineWorld, noSctp, openRecv, openSend } from './mediaEngineWorld.ts';

/** Contract of data producers and data consumers. */
export const mediaDataContract: Contract<MediaEngineWorld> = [
  {
    title: 'a data producer opens, and refuses to send unless it is open',
    run: async (world) => {
      const { transport, calls } = await openSend(world);
      const producer = await transport.produceData({ label: 'chat', ordered: false, maxRetransmits: 1 });
      equal(
        calls.filter((call) => call.startsWith('produce')),
        ['produceData chat'],
        'calls',
      );
      const opened = Promise.withResolvers<void>();
      const events: string[] = [];
      producer.listen({
        onOpen: () => {
          opened.resolve();
        },
        onClose: () => events.push('close'),
        onError: () => events.push('error'),
        onBufferedAmountLow: () => {},
      });
      if (producer.readyState === 'connecting') {
        throws(() => {
          producer.send('early');
        }, 'invalidState');
        await opened.promise;
      }
      equal([producer.readyState, producer.closed, producer.bufferedAmount], ['open', false, 0], 'producer');
      producer.send('text');
      producer.send(new Uint8Array([1, 2, 3]));
      producer.close();
      producer.close();
      equal([producer.readyState, producer.closed], ['closed', true], 'producer');
      throws(() => {
        producer.send('late');
      }, 'invalidState');
      equal(events, [], 'events of a local close');
    },
  },
  {
    title: 'produceData refuses both limits with invalidArgument, and a transport without SCTP with unsupported',
    run: async (world) => {
      const { transport, calls } = await openSend(world);
      const both = { label: 'x', maxRetransmits: 1, maxPacketLifeTime: 1 };
      await rejects(transport.produceData(both), 'invalidArgument');
      equal(calls, [], 'calls');
      const without = await openSend(world, noSctp);
      await rejects(without.transport.produceData({ label: 'x' }), 'unsupported');
    },
  },
  {
    title: 'a data consumer opens, and closes once without an event of a local close',
    run: async (world) => {
      const send = await openSend(world);
      const producer = await send.transport.produceData({ label: 'chat' });
      const recv = await openRecv(world, send);
      const offer = await world.dataOfferOf(producer.id, send.capabilities);
      const consumer = await recv.transport.consumeData(offer);
      equal(consumer.id, offer.id, 'id');
      await rejects(recv.transport.consumeData(offer), 'invalidState', 'the second consumeData');
      const events: string[] = [];
      const opened = Promise.withResolvers<void>();
      consumer.listen({
        onOpen: () => {
          opened.resolve();
        },
        onClose: () => events.push('close'),
        onError: () => events.push('error'),
        onMessage: () => {},
      });
      if (consumer.readyState === 'connecting') await opened.promise;
      equal(consumer.readyState, 'open', 'readyState');
      consumer.close();
      consumer.close();
      equal([consumer.closed, consumer.readyState], [true, 'closed'], 'closed');
      equal(events, [], 'events of a local close');
    },
  },
  {
    title: 'consumeData refuses an offer that no browser can open with badResponse',
    run: async (world) => {
      const send = await openSend(world);
      const producer = await send.transport.produceData({ label: 'chat' });
      const recv = await openRecv(world, send);
      const offer = await world.dataOfferOf(producer.id, send.capabilities);
      for (const change of [{ id: '' }, { label: 'x'.repeat(65_536) }, { sctpStreamParameters: { streamId: 65_535 } }])
        await rejects(recv.transport.consumeData({ ...offer, ...change }), 'badResponse');
      equal((await recv.transport.consumeData(offer)).id, offer.id, 'the good one');
    },
  },
];
