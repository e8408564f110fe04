/**
 * The two generations of the dialect. `classic`: mediasoup-demo from 2019 to 2024, and 2060-io/webrtc-server.
 * `notify`: mediasoup-demo since 2025, which wraps its responses and tells where the other asks.
 */
export type Variant = 'classic' | 'notify';

/** How a message is written: in the words of one generation, or of both at once while it is not known which one reads it. */
export type Wording = Variant | 'both';

/**
 * Which generation answered `getRouterRtpCapabilities`: only `notify` wraps the capabilities. A server that answers in the
 * words of both takes either, and `classic` is the one whose every message is answered.
 */
export function detectVariant(routerRtpCapabilitiesResponse: unknown): Variant {
  const answer = Object(routerRtpCapabilitiesResponse) as Record<string, unknown>;
  return Object.hasOwn(answer, 'routerRtpCapabilities') && answer.codecs === undefined ? 'notify' : 'classic';
}

/**
 * Which generation a client is of, by its `createWebRtcTransport`: `notify` names the direction in `appData`, `classic` in
 * `producing` and `consuming`. A client that says it in both ways (a Tureen client does) reads either.
 */
export function detectClientVariant(createWebRtcTransportData: unknown): Wording {
  const { producing, consuming, appData } = Object(createWebRtcTransportData) as Record<string, unknown>;
  const { direction } = Object(appData) as Record<string, unknown>;
  if (typeof direction !== 'string') return 'classic';
  return (producing ?? consuming ?? null) === null ? 'notify' : 'both';
}

/**
 * Additive messages and fields of ours that a server may announce in its join response (`extensions`). What is not
 * announced is not sent to it; whoever does not know them ignores them.
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
