import type { MinifyOptions, TreeshakingOptions } from 'rolldown';

/** No constructor of a logger and no getter of mediasoup-client has an effect. */
export const leanTreeshake = {
  manualPureFunctions: ['Logger_1.Logger'],
  propertyReadSideEffects: false,
} satisfies TreeshakingOptions;

/** Private members of mediasoup-client that the client reads (`ReceiveGuard`), which keep their names. */
export const reservedMembers: readonly string[] = [
  '_firstMid',
  '_mediaSections',
  '_midToIndex',
  '_remoteSdp',
  '_sdpObject',
];

/** Private members of eventemitter3, which is outside the bundle and has them on the same objects. */
const emitterMembers = ['_events', '_eventsCount'];

/**
 * Other members and parameters that stay inside the bundle: in no type of the platform, not in the interface of handlers, which
 * an app may implement, and not in the client.
 */
export const internalMembers: readonly string[] = [
  'addMediaSection',
  'answerMediaObject',
  'answerRtpParameters',
  'assertRecvDirection',
  'assertSendDirection',
  'canExecuteNextTask',
  'canProduceByKind',
  'closeMediaSection',
  'consumerOptions',
  'destroyTrack',
  'disableMediaSection',
  'findMediaSection',
  'getNextMediaSectionIdx',
  'getObject',
  'getSdp',
  'handleConsumer',
  'handleDataChannel',
  'handleDataConsumer',
  'handleDataProducer',
  'handleHandler',
  'handleProducer',
  'msidStreamId',
  'muxMediaSectionSimulcast',
  'muxSimulcastStreams',
  'nextTaskId',
  'offerMediaObject',
  'offerRtpParameters',
  'onConnectionStateChange',
  'onIceCandidateError',
  'onIceConnectionStateChange',
  'onIceGatheringStateChange',
  'onTrackEnded',
  'pendingTasks',
  'plainRtpParameters',
  'receiveSctpAssociation',
  'replaceMediaSection',
  'resumeReceivingMediaSection',
  'reuseMid',
  'sdpObject',
  'sendSctpAssociation',
  'setDtlsRole',
  'setIceParameters',
  'setSessionExtmapAllowMixed',
  'spatialLayers',
  'temporalLayers',
  'updateDtlsRole',
  'updateIceParameters',
  'zeroRtpOnPause',
];

/** Shortens the names of private members. Nothing outside the bundle reads them, but a minifier of apps can't know that. */
export const leanMangleProps = {
  include: new RegExp(`^(?:_[a-z].*|${internalMembers.join('|')})$`),
  reserved: [...reservedMembers, ...emitterMembers],
} satisfies MinifyOptions['mangleProps'];
