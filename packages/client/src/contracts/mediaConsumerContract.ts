import type { MediaConsumeOptions } from '../media/MediaEngine.ts';
import { type Contract, equal, rejects } from './Contract.ts';
import { type MediaEngineWorld, openCall } from './mediaEngineWorld.ts';

/** Contract of consumers. */
export const mediaConsumerContract: Contract<MediaEngineWorld> = [
  {
    title: 'a consumer has a live track, which pause disables and close ends',
    run: async (world) => {
      const { recv, offer } = await openCall(world);
      const consumer = await recv.transport.consume(offer);
      equal([consumer.id, consumer.kind, consumer.closed], [offer.id, 'video', false], 'consumer');
      const { track } = consumer;
      equal([track.kind, track.readyState, track.enabled], ['video', 'live', true], 'track');
      consumer.pause();
      equal(track.enabled, false, 'enabled after pause');
      consumer.resume();
      equal(track.enabled, true, 'enabled after resume');
      const ended: string[] = [];
      track.addEventListener('ended', () => ended.push('ended'));
      consumer.close();
      consumer.close();
      equal([consumer.closed, track.readyState], [true, 'ended'], 'closed');
      equal(ended, [], 'events of a stopped track');
      await rejects(consumer.getStats(), 'closed', 'getStats');
    },
  },
  {
    title: 'consume connects once, and reports the states in order',
    run: async (world) => {
      const { recv, offer } = await openCall(world);
      await recv.transport.consume(offer);
      await recv.connected;
      equal(recv.calls.filter((call) => call === 'connect').length, 1, 'connects');
      const states = recv.calls.filter((call) => call !== 'connect');
      equal(states, ['connecting', 'connected'], 'states');
    },
  },
  {
    title: 'consume refuses an ID that was consumed, also after its close',
    run: async (world) => {
      const { recv, offer } = await openCall(world);
      const first = recv.transport.consume(offer);
      await rejects(recv.transport.consume(offer), 'unsupported', 'the second consume');
      (await first).close();
      await rejects(recv.transport.consume(offer), 'unsupported', 'consume after close');
    },
  },
  {
    title: 'consume refuses an unknown codec with unsupportedCodec, and bad parameters with badResponse',
    run: async (world) => {
      const { recv, offer, send } = await openCall(world);
      const { rtpParameters } = offer;
      // Browsers identify codecs by payload type.
      const codecs = [{ ...rtpParameters.codecs[0]!, mimeType: 'video/NONE', payloadType: 63 }];
      equal(send.session.canReceive({ ...rtpParameters, codecs }), false, 'canReceive');
      equal(send.session.canReceive(rtpParameters), true, 'canReceive');
      const unknown = { ...offer, rtpParameters: { ...rtpParameters, codecs } };
      await rejects(recv.transport.consume(unknown), 'unsupportedCodec', 'an unknown codec');
      const changes: Partial<MediaConsumeOptions>[] = [
        { id: '' },
        { rtpParameters: { ...rtpParameters, mid: 'a b' } },
        { rtpParameters: { ...rtpParameters, encodings: [] } },
        { rtpParameters: { ...rtpParameters, rtcp: { cname: 'ž' } } },
        { kind: 'audio' },
      ];
      for (const change of changes)
        await rejects(recv.transport.consume({ ...offer, ...change }), 'badResponse', JSON.stringify(change));
      equal((await recv.transport.consume(offer)).id, offer.id, 'the good one');
    },
  },
];
