/**
 * The two generations of the dialect. `classic`: mediasoup-demo from 2019 to 2024, and 2060-io/webrtc-server.
 * `notify`: mediasoup-demo since 2025, which wraps its responses and tells where the other asks.
 */
export type Variant = 'classic' | 'notify';

/** Which generation answered `getRouterRtpCapabilities`: only `notify` wraps the capabilities. */
export function detectVariant(routerRtpCapabilitiesResponse: unknown): Variant {
  return Object.hasOwn(Object(routerRtpCapabilitiesResponse) as object, 'routerRtpCapabilities') ? 'notify' : 'classic';
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
  'roomClosed',
] as const;

/** One of {@link EXTENSIONS}. */
export type Extension = (typeof EXTENSIONS)[number];
