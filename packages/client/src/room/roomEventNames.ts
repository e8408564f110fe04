import type { RoomEvents } from './events.ts';

const names = [
  'newPeer',
  'peerClosed',
  'peerReconnecting',
  'peerReconnected',
  'peerDisplayNameChanged',
  'newConsumer',
  'consumerClosed',
  'consumerPaused',
  'consumerResumed',
  'consumerLayersChanged',
  'consumerPreferredLayersSet',
  'consumerScore',
  'consumerUnsupported',
  'producerScore',
  'newDataConsumer',
  'dataConsumerClosed',
  'producerClosed',
  'producerPaused',
  'producerResumed',
  'producerDeviceChanged',
  'producerMuteChanged',
  'dataProducerClosed',
  'transportClosed',
  'transportStateChanged',
  'transportRecovering',
  'transportRecovered',
  'transportStats',
  'producerStats',
  'consumerStats',
  'activeSpeaker',
  'speakingPeers',
  'textMessage',
  'downlinkBwe',
  'serverVersion',
  'codecsUnsupported',
  'roomClosed',
  'stateChanged',
  'reconnecting',
  'reconnected',
  'networkChanged',
  'left',
  'playbackBlocked',
  'playbackPaused',
  'listenerError',
  'requestFailed',
] as const satisfies (keyof RoomEvents)[];

/** Events that the list lacks. Fails to compile unless empty. */
type Missing = Exclude<keyof RoomEvents, (typeof names)[number]>;

/** Names of all events of a room, e.g. to log them. */
export const roomEventNames: readonly (keyof RoomEvents)[] = /* @__PURE__ */ Object.freeze(names) satisfies [
  Missing,
] extends [never]
  ? unknown
  : { missing: Missing };
