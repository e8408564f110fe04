import { TureenError } from '../shared/errors.ts';
import { type Contract, equal, isTrue, rejects } from './Contract.ts';
import { type MediaEngineWorld, openCall, openSend } from './mediaEngineWorld.ts';

/** Contract of transports: connecting, breaking, closing, statistics. */
export const mediaTransportContract: Contract<MediaEngineWorld> = [
  {
    title: 'a refused connect breaks the transport, and later calls are retryable elsewhere',
    run: async (world) => {
      const { transport, handlers, calls } = await openSend(world);
      handlers.onConnect = () => Promise.reject(new TureenError('requestRefused', 'no'));
      const track = await world.track('audio');
      await rejects(transport.produce({ track }), 'requestRefused');
      equal(calls.at(-1), 'failed', 'last call');
      equal(transport.connectionState, 'failed', 'state');
      const error = await rejects(transport.produce({ track }), 'mediaFailed');
      equal((error as TureenError).retryable, true, 'retryable');
      await rejects(transport.restartIce({ usernameFragment: 'u', password: 'p' }), 'mediaFailed');
    },
  },
  {
    title: 'close rejects pending calls with closed, and reports no state',
    run: async (world) => {
      const { transport, handlers, calls } = await openSend(world);
      const asked = Promise.withResolvers<void>();
      handlers.onProduce = () => {
        asked.resolve();
        return new Promise(() => {});
      };
      const producing = transport.produce({ track: await world.track('audio') });
      await asked.promise;
      transport.close();
      await rejects(producing, 'closed');
      const before = calls.length;
      transport.close();
      equal([transport.closed, transport.connectionState], [true, 'closed'], 'state');
      await rejects(transport.produce({ track: await world.track('audio') }), 'closed', 'produce');
      await rejects(transport.produceData({ label: 'x' }), 'closed', 'produceData');
      await rejects(transport.restartIce({ usernameFragment: 'u', password: 'p' }), 'closed', 'restartIce');
      await rejects(transport.getStats(), 'closed', 'getStats');
      equal(calls.length, before, 'calls after close');
      isTrue(!calls.includes('closed'), 'a local close is not reported');
    },
  },
  {
    title: 'closing the session closes producers and consumers, ends received tracks and leaves sent ones',
    run: async (world) => {
      const { send, recv, producer, offer } = await openCall(world);
      const consumer = await recv.transport.consume(offer);
      send.session.close();
      equal([send.transport.closed, recv.transport.closed], [true, true], 'transports');
      equal([producer.closed, consumer.closed], [true, true], 'closed');
      equal([producer.track?.readyState, consumer.track.readyState], ['live', 'ended'], 'tracks');
      await rejects(producer.getStats(), 'closed', 'producer.getStats');
      await rejects(consumer.getStats(), 'closed', 'consumer.getStats');
    },
  },
  {
    title: 'statistics are reports by ID, each with a type',
    run: async (world) => {
      const { send, recv, producer, offer } = await openCall(world);
      const consumer = await recv.transport.consume(offer);
      for (const report of [await producer.getStats(), await consumer.getStats(), await send.transport.getStats()])
        for (const [id, entry] of report as ReadonlyMap<string, { id: string; type: string }>) {
          equal(entry.id, id, 'id');
          equal(typeof entry.type, 'string', 'type');
        }
    },
  },
  {
    title: 'restartIce refuses credentials that fit no SDP with badResponse, and accepts good ones',
    run: async (world) => {
      const { transport, connected } = await openSend(world);
      await transport.produce({ track: await world.track('audio') });
      await connected;
      await rejects(transport.restartIce({ usernameFragment: 'a b', password: 'p' }), 'badResponse');
      await transport.restartIce({ usernameFragment: 'abcdefgh', password: 'abcdefghabcdefghabcdefgh' });
      equal(transport.closed, false, 'closed');
    },
  },
];
