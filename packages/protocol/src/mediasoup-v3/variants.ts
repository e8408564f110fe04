/**
 * Two generations of the dialect. `classic`: mediasoup-demo from 2019 to 2024, and 2060-io/webrtc-server. `notify`: mediasoup-demo since
 * 2025, which wraps its responses and replaces some requests by notifications.
 */
export type Variant = 'classic' | 'notify';

/** Form of a written message: one generation, or both while the reader's generation is unknown. */
export type WireVariant = Variant | 'both';

/**
 * Detects a server's generation from its response to `getRouterRtpCapabilities`: only `notify` wraps the capabilities. A response for both
 * generations counts as `classic`, in which every message has a response.
 */
export function detectVariant(routerRtpCapabilitiesResponse: unknown): Variant {
  const answer = Object(routerRtpCapabilitiesResponse) as Record<string, unknown>;
  return Object.hasOwn(answer, 'routerRtpCapabilities') && answer.codecs === undefined ? 'notify' : 'classic';
}

/**
 * Detects a client's generation from its `createWebRtcTransport`: `notify` names the direction in `appData`, `classic` in `producing` and
 * `consuming`. A client that writes both, like Tureen's, reads both.
 */
export function detectClientVariant(createWebRtcTransportData: unknown): WireVariant {
  const { producing, consuming, appData } = Object(createWebRtcTransportData) as Record<string, unknown>;
  const { direction } = Object(appData) as Record<string, unknown>;
  if (typeof direction !== 'string') return 'classic';
  return (producing ?? consuming ?? null) === null ? 'notify' : 'both';
}

/**
 * Extensions of Tureen: messages and fields that a server announces in its join response (`extensions`). Clients send the server no other
 * extensions. A client lists `resumeToken` and `earlyMedia` in its join request, where it wants them. Programs that do not know an
 * extension ignore it.
 */
export const EXTENSIONS = [
  /** Notification to a client that has `WELCOME_PARAM` in its URL. */
  'welcome',
  /** `resumeToken` in the join request and response. */
  'resumeToken',
  /** Video before the client responds to newConsumer. */
  'earlyMedia',
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
  'prepare',
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
