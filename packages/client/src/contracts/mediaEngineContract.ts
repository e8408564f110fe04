import type { DtlsParameters, RtpCapabilities } from '@tureen/protocol/common';

import { TureenError } from '../shared/errors.ts';
import type {
  MediaConsumeOptions,
  MediaDataConsumeOptions,
  MediaEngine,
  MediaSession,
  SendTransportHandlers,
  TransportDescription,
} from '../media/MediaEngine.ts';
import { type Contract, equal, isTrue, rejects, throws } from './Contract.ts';

/** An engine, and a server for it: a real one, or one that accepts everything. */
export interface MediaEngineWorld {
  readonly engine: MediaEngine;
  routerRtpCapabilities(): Promise<RtpCapabilities>;
  createTransport(direction: 'send' | 'recv'): Promise<TransportDescription>;
  connect(transportId: string, dtlsParameters: DtlsParameters): Promise<void>;
  produce(transportId: string, request: Parameters<SendTransportHandlers['onProduce']>[0]): Promise<string>;
  produceData(transportId: string, request: Parameters<SendTransportHandlers['onProduceData']>[0]): Promise<string>;
  /** How the server offers that producer to a receiver with those capabilities. */
  offerOf(producerId: string, receiver: RtpCapabilities): Promise<MediaConsumeOptions>;
  dataOfferOf(dataProducerId: string, receiver: RtpCapabilities): Promise<MediaDataConsumeOptions>;
  track(kind: 'audio' | 'video'): Promise<MediaStreamTrack>;
  close(): Promise<void>;
}

type Handlers = { -readonly [Name in keyof SendTransportHandlers]: SendTransportHandlers[Name] };

interface Opened {
  readonly session: MediaSession;
  readonly capabilities: RtpCapabilities;
}

async function open(world: MediaEngineWorld): Promise<Opened> {
  const session = world.engine.open();
  const { recvRtpCapabilities } = await session.load(await world.routerRtpCapabilities());
  return { session, capabilities: recvRtpCapabilities };
}

/** Handlers that ask the server, and note what the engine calls in which order. */
function handlersOf(world: MediaEngineWorld, transportId: string) {
  const calls: string[] = [];
  const connected = Promise.withResolvers<void>();
  const handlers: Handlers = {
    onConnect: async (dtlsParameters) => {
      calls.push('connect');
      await world.connect(transportId, dtlsParameters);
    },
    onConnectionState: (state) => {
      calls.push(state);
      if (state === 'connected') connected.resolve();
    },
    onProduce: (request) => {
      calls.push(`produce ${request.kind}${request.paused ? ' paused' : ''}`);
      return world.produce(transportId, request);
    },
    onProduceData: (request) => {
      calls.push(`produceData ${request.label}`);
      return world.produceData(transportId, request);
    },
  };
  return { handlers, calls, connected: connected.promise };
}

async function openSend(world: MediaEngineWorld, change: (description: TransportDescription) => object = () => ({})) {
  const opened = await open(world);
  const description = await world.createTransport('send');
  const watched = handlersOf(world, description.id);
  const transport = opened.session.createSendTransport(
    { ...description, ...change(description) },
    // Looked up at each call, so that a case can change one.
    {
      onConnect: (dtlsParameters) => watched.handlers.onConnect(dtlsParameters),
      onConnectionState: (state) => {
        watched.handlers.onConnectionState(state);
      },
      onProduce: (request) => watched.handlers.onProduce(request),
      onProduceData: (request) => watched.handlers.onProduceData(request),
    },
  );
  return { ...opened, ...watched, transport };
}

async function openRecv(world: MediaEngineWorld, opened: Opened) {
  const description = await world.createTransport('recv');
  const watched = handlersOf(world, description.id);
  return { ...watched, transport: opened.session.createRecvTransport(description, watched.handlers) };
}

/** Sends a track, and receives it in the same session. */
async function openCall(world: MediaEngineWorld, kind: 'audio' | 'video' = 'video') {
  const send = await openSend(world);
  const producer = await send.transport.produce({ track: await world.track(kind) });
  const recv = await openRecv(world, send);
  const offer = await world.offerOf(producer.id, send.capabilities);
  return { send, recv, producer, offer };
}

const noSctp = () => ({ sctpParameters: undefined });

export const mediaEngineContract: Contract<MediaEngineWorld> = [
  {
    title: 'load names what the browser sends and receives',
    run: async (world) => {
      const session = world.engine.open();
      const loaded = await session.load(await world.routerRtpCapabilities());
      equal(loaded.canSend, { audio: true, video: true }, 'canSend');
      equal(loaded.sctpCapabilities, { numStreams: { OS: 1024, MIS: 1024 } }, 'sctpCapabilities');
      const names = (loaded.recvRtpCapabilities.codecs ?? []).map(({ mimeType }) => mimeType.toLowerCase());
      isTrue(names.includes('audio/opus') && names.includes('video/vp8'), 'opus and VP8 are received');
    },
  },
  {
    title: 'load rejects with invalidState when called twice, and closed after close',
    run: async (world) => {
      const capabilities = await world.routerRtpCapabilities();
      const session = world.engine.open();
      const first = session.load(capabilities);
      await rejects(session.load(capabilities), 'invalidState', 'the second load');
      await first;
      session.close();
      session.close();
      equal(session.closed, true, 'closed');
      await rejects(session.load(capabilities), 'closed', 'load after close');
    },
  },
  {
    title: 'load rejects with badResponse for capabilities that no router has',
    run: async (world) => {
      const codecs = [{ kind: 'video', mimeType: 'video/V P8', clockRate: 90_000, preferredPayloadType: 101 }];
      await rejects(world.engine.open().load({ codecs } as never), 'badResponse');
    },
  },
  {
    title: 'load rejects with unsupportedCodec when nothing is in common',
    run: async (world) => {
      const codecs = [{ kind: 'video', mimeType: 'video/NONE', clockRate: 90_000, preferredPayloadType: 101 }];
      await rejects(world.engine.open().load({ codecs, headerExtensions: [] } as never), 'unsupportedCodec');
    },
  },
  {
    title: 'a session that is closed while it loads rejects with closed',
    run: async (world) => {
      const session = world.engine.open();
      const loading = session.load(await world.routerRtpCapabilities());
      session.close();
      await rejects(loading, 'closed');
    },
  },
  {
    title: 'a session refuses transports before load with invalidState, and after close with closed',
    run: async (world) => {
      const description = await world.createTransport('send');
      const { handlers } = handlersOf(world, description.id);
      const early = world.engine.open();
      throws(() => early.createSendTransport(description, handlers), 'invalidState');
      throws(() => early.createRecvTransport(description, handlers), 'invalidState');
      throws(() => early.canReceive({ codecs: [] }), 'invalidState');
      const { session } = await open(world);
      session.close();
      throws(() => session.createSendTransport(description, handlers), 'closed');
      throws(() => session.canReceive({ codecs: [] }), 'closed');
    },
  },
  {
    title: 'a session refuses a transport whose description fits no SDP with badResponse',
    run: async (world) => {
      const { session } = await open(world);
      const description = await world.createTransport('recv');
      const { handlers } = handlersOf(world, description.id);
      const iceParameters = { usernameFragment: 'a b', password: 'p' };
      throws(() => session.createRecvTransport({ ...description, iceParameters }, handlers), 'badResponse');
      throws(() => session.createRecvTransport({ ...description, id: '' }, handlers), 'badResponse');
    },
  },
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
      isTrue(picture.id !== sound.id, 'producers have IDs of their own');
      equal([video.enabled, video.readyState], [true, 'live'], 'track');
    },
  },
  {
    title: 'produce hands appData through and describes a mid, a codec and an encoding',
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
    title: 'produce refuses an ended track with invalidState and asks nothing',
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
    title: 'a refused produce passes the error on, and the next one goes through',
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
    title: 'close rejects what waits with closed, and reports no state',
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
      isTrue(!calls.includes('closed'), 'its own close is not reported');
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
    title: 'a producer pauses without touching its track, and replaces it while paused',
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
      await rejects(sound.setMaxSpatialLayer(0), 'unsupported', 'a layer of sound');
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
      // Browsers tell codecs apart by payload type.
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
      equal(events, [], 'events of its own close');
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
    title: 'a data consumer opens, and closes once without an event of its own',
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
      equal(events, [], 'events of its own close');
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
