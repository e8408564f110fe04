import type { DtlsParameters, RtpCapabilities } from '@tureen/protocol/common';

import type {
  MediaConsumeOptions,
  MediaDataConsumeOptions,
  MediaEngine,
  MediaSession,
  SendTransportHandlers,
  TransportDescription,
} from '../media/MediaEngine.ts';

/** Engine with a server: a real one, or one that accepts everything. */
export interface MediaEngineWorld {
  readonly engine: MediaEngine;
  routerRtpCapabilities(): Promise<RtpCapabilities>;
  createTransport(direction: 'send' | 'recv'): Promise<TransportDescription>;
  connect(transportId: string, dtlsParameters: DtlsParameters): Promise<void>;
  produce(transportId: string, request: Parameters<SendTransportHandlers['onProduce']>[0]): Promise<string>;
  produceData(transportId: string, request: Parameters<SendTransportHandlers['onProduceData']>[0]): Promise<string>;
  /** Returns the server's offer of that producer to a receiver with those capabilities. */
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

export async function openSession(world: MediaEngineWorld): Promise<Opened> {
  const session = world.engine.open();
  const { recvRtpCapabilities } = await session.load(await world.routerRtpCapabilities());
  return { session, capabilities: recvRtpCapabilities };
}

/** Returns handlers that send requests to the server, and record the order of the calls. */
export function handlersOf(world: MediaEngineWorld, transportId: string) {
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

export async function openSend(
  world: MediaEngineWorld,
  change: (description: TransportDescription) => object = () => ({}),
) {
  const opened = await openSession(world);
  const description = await world.createTransport('send');
  const watched = handlersOf(world, description.id);
  const transport = opened.session.createSendTransport(
    { ...description, ...change(description) },
    // Reads the handler at each call, so that a case can replace it.
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

export async function openRecv(world: MediaEngineWorld, opened: Opened) {
  const description = await world.createTransport('recv');
  const watched = handlersOf(world, description.id);
  return { ...watched, transport: opened.session.createRecvTransport(description, watched.handlers) };
}

/** Sends a track, and receives it in the same session. */
export async function openCall(world: MediaEngineWorld, kind: 'audio' | 'video' = 'video') {
  const send = await openSend(world);
  const producer = await send.transport.produce({ track: await world.track(kind) });
  const recv = await openRecv(world, send);
  const offer = await world.offerOf(producer.id, send.capabilities);
  return { send, recv, producer, offer };
}

export const noSctp = () => ({ sctpParameters: undefined });
