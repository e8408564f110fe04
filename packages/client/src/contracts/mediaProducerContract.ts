import { TureenError } from '../shared/errors.ts';
import { type Contract, equal, isTrue, rejects } from './Contract.ts';
import { type MediaEngineWorld, openSend } from './mediaEngineWorld.ts';

/** Contract of producers. */
export const mediaProducerContract: Contract<MediaEngineWorld> = [
  {
    title: 'the first produce connects, and each announces its track in order',
    run: async (world) => {
      const { transport, calls, connected } = await openSend(world);
      equal(transport.connectionState, 'new', 'state');
      const [video, audio] = [await world.track('video'), await world.track('audio')];
      const [picture, sound] = await Promise.all([
        transport.produce({ track: video, paused: true, appData: { source: 'camera' } }),
        transport.produce({ track: audio }),
      ]);
      await connected;
      equal(calls.filter((call) => call === 'connect').length, 1, 'connects');
      const order = calls.filter((call) => !/^(connect|disconnect)/.test(call));
      equal(order, ['produce video paused', 'produce audio'], 'order');
      const states = calls.filter((call) => call === 'connecting' || call === 'connected');
      equal(states, ['connecting', 'connected'], 'states');
      equal([picture.kind, picture.closed, picture.track === video], ['video', false, true], 'producer');
      equal([sound.kind, sound.track === audio], ['audio', true], 'producer');
      isTrue(picture.id !== sound.id, 'producers have distinct IDs');
      equal([video.enabled, video.readyState], [true, 'live'], 'track');
    },
  },
  {
    title: 'produce passes appData through and describes a mid, a codec and an encoding',
    run: async (world) => {
      const { transport, handlers } = await openSend(world);
      const asked: Parameters<typeof handlers.onProduce>[0][] = [];
      const { onProduce } = handlers;
      handlers.onProduce = (request) => {
        asked.push(request);
        return onProduce(request);
      };
      const appData = { source: 'camera' };
      await transport.produce({ track: await world.track('video'), codec: 'video/vp8', appData });
      const [request] = asked;
      equal(request?.appData, appData, 'appData');
      const { mid, codecs, encodings, rtcp } = request!.rtpParameters;
      equal(codecs[0]?.mimeType.toLowerCase(), 'video/vp8', 'codec');
      isTrue(typeof mid === 'string' && mid !== '', 'there is a mid');
      equal(encodings?.length, 1, 'encodings');
      isTrue(typeof rtcp?.cname === 'string' && rtcp.cname !== '', 'there is a CNAME');
    },
  },
  {
    title: 'produce refuses an ended track with invalidState and sends no request',
    run: async (world) => {
      const { transport, calls } = await openSend(world);
      const track = await world.track('video');
      track.stop();
      await rejects(transport.produce({ track }), 'invalidState');
      equal(calls, [], 'calls');
    },
  },
  {
    title: 'produce refuses a codec of the other kind with invalidArgument, an unknown one with unsupportedCodec',
    run: async (world) => {
      const { transport, calls } = await openSend(world);
      const track = await world.track('video');
      await rejects(transport.produce({ track, codec: 'audio/opus' }), 'invalidArgument');
      await rejects(transport.produce({ track, codec: 'video/NONE' }), 'unsupportedCodec');
      await rejects(transport.produce({ track, codec: 'video/rtx' }), 'unsupportedCodec');
      equal(calls, [], 'calls');
    },
  },
  {
    title: 'produce refuses several encodings of AV1 with unsupported, and sends one',
    run: async (world) => {
      const { transport, calls } = await openSend(world);
      const track = await world.track('video');
      const encodings = [{ scaleResolutionDownBy: 2 }, {}];
      await rejects(transport.produce({ track, codec: 'video/AV1', encodings }), 'unsupported');
      equal(calls, [], 'calls');
      const [one] = encodings;
      await transport.produce({ track, codec: 'video/AV1', encodings: [{ ...one, scalabilityMode: 'L1T3' }] });
    },
  },
  {
    title: 'a refused produce passes the error on, and the next one succeeds',
    run: async (world) => {
      const { transport, handlers } = await openSend(world);
      const { onProduce } = handlers;
      handlers.onProduce = () => Promise.reject(new TureenError('requestRefused', 'no'));
      const track = await world.track('video');
      await rejects(transport.produce({ track }), 'requestRefused');
      equal([track.readyState, transport.closed], ['live', false], 'track and transport');
      handlers.onProduce = onProduce;
      equal((await transport.produce({ track })).closed, false, 'closed');
    },
  },
  {
    title: 'a produce that the server answers without an ID rejects with badResponse',
    run: async (world) => {
      const { transport, handlers } = await openSend(world);
      handlers.onProduce = async () => '';
      await rejects(transport.produce({ track: await world.track('audio') }), 'badResponse');
    },
  },
  {
    title: 'a producer pauses without changing its track, and replaces the track while paused',
    run: async (world) => {
      const { transport } = await openSend(world);
      const track = await world.track('video');
      const producer = await transport.produce({ track });
      producer.pause();
      producer.pause();
      equal([track.enabled, track.readyState], [true, 'live'], 'track');
      const next = await world.track('video');
      await producer.replaceTrack(next);
      isTrue(producer.track === next, 'the track is replaced');
      producer.resume();
      producer.resume();
      equal([track.readyState, next.readyState], ['live', 'live'], 'tracks');
    },
  },
  {
    title: 'a producer refuses an ended track, one of the other kind, and a bad layer',
    run: async (world) => {
      const { transport } = await openSend(world);
      const producer = await transport.produce({ track: await world.track('video') });
      const ended = await world.track('video');
      ended.stop();
      await rejects(producer.replaceTrack(ended), 'invalidState', 'an ended track');
      await rejects(producer.replaceTrack(await world.track('audio')), 'invalidArgument', 'another kind');
      for (const bad of [-1, 0.5, Number.NaN])
        await rejects(producer.setMaxSpatialLayer(bad), 'invalidArgument', `layer ${bad}`);
      const sound = await transport.produce({ track: await world.track('audio') });
      await rejects(sound.setMaxSpatialLayer(0), 'unsupported', 'a layer of audio');
    },
  },
  {
    title: 'a closed producer refuses every call with closed and leaves its track',
    run: async (world) => {
      const { transport } = await openSend(world);
      const track = await world.track('video');
      const producer = await transport.produce({ track });
      producer.close();
      producer.close();
      equal([producer.closed, track.readyState], [true, 'live'], 'closed');
      producer.pause();
      producer.resume();
      await rejects(producer.replaceTrack(track), 'closed', 'replaceTrack');
      await rejects(producer.setMaxSpatialLayer(0), 'closed', 'setMaxSpatialLayer');
      await rejects(producer.getStats(), 'closed', 'getStats');
    },
  },
];
