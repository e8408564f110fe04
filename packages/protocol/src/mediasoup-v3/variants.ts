/**
 * The two generations of the dialect. `classic`: mediasoup-demo from 2019 to 2024, and 2060-io/webrtc-server.
 * `notify`: mediasoup-demo since 2025, which wraps its responses and has notifications in place of some requests.
 */
export type Variant = 'classic' | 'notify';

/** How a message is written: for one generation, or for both at once while the reader's is unknown. */
export type WireVariant = Variant | 'both';

/**
 * Detects the generation of a server by its response to `getRouterRtpCapabilities`: only `notify` wraps the capabilities. A
 * response for both generations counts as `classic`, in which every message gets a response.
 */
export function detectVariant(routerRtpCapabilitiesResponse: unknown): Variant {
  const answer = Object(routerRtpCapabilitiesResponse) as Record<string, unknown>;
  return Object.hasOwn(answer, 'routerRtpCapabilities') && answer.codecs === undefined ? 'notify' : 'classic';
}

/**
 * Detects the generation of a client by its `createWebRtcTransport`: `notify` names the direction in `appData`, `classic` in
 * `producing` and `consuming`. A client that does both, as Tureen's does, reads either.
 */
export function detectClientVariant(createWebRtcTransportData: unknown): WireVariant {
  const { producing, consuming, appData } = Object(createWebRtcTransportData) as Record<string, unknown>;
  const { direction } = Object(appData) as Record<string, unknown>;
  if (typeof direction !== 'string') return 'classic';
  return (producing ?? consuming ?? null) === null ? 'notify' : 'both';
}

/**
 * Extensions of Tureen: messages and fields that a server announces in its join response (`extensions`). Clients send it no
 * others. Programs that do not know an extension ignore it.
 */
export const EXTENSIONS = [
  /** `resumeToken` in the join request and response. */
  'resumeToken',
  /** `appData` in the join request, in the peers of its response and in newPeer. */
  'peerAppData',
  /** `paused` in produce. */
  'producePaused',
  /** Requests. */
  'closeConsumer',
  'closeDataProducer',
  'closeDataConsumer',
  'pauseDataConsumer',
  'resumeDataConsumer',
  'awaitDataConsumers',
  /** The request and the notification. */
  'textMessage',
  /** Notifications. */
  'peerReconnecting',
  'peerReconnected',
  'producerClosed',
  'producerPaused',
  'producerResumed',
  'transportClosed',
  'consumerUnsupported',
  'messagesLost',
  'roomClosed',
] as const;

/** One of {@link EXTENSIONS}. */
export type Extension = (typeof EXTENSIONS)[number];
