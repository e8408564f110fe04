import type { MinifyOptions, TreeshakingOptions } from 'rolldown';

/** Logger constructors and getters of mediasoup-client have no side effects. */
export const leanTreeshake = {
  manualPureFunctions: ['Logger_1.Logger'],
  propertyReadSideEffects: false,
} satisfies TreeshakingOptions;

/** Private members of mediasoup-client that the client reads (`ReceiveGuard`). Their names are kept. */
export const reservedMembers: readonly string[] = [
  '_firstMid',
  '_mediaSections',
  '_midToIndex',
  '_remoteSdp',
  '_sdpObject',
];

/** Private members of eventemitter3, which is outside the bundle and stores them on the same objects. */
const emitterMembers = ['_events', '_eventsCount'];

/**
 * Other members and parameters that are used only inside the bundle. None is in types of the platform, in the client, or in the handler
 * interface, which an app may implement.
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

/** Shortens names of private members. Only the bundle reads them, but an app's minifier cannot know that. */
export const leanMangleProps = {
  include: new RegExp(`^(?:_[a-z].*|${internalMembers.join('|')})$`),
  reserved: [...reservedMembers, ...emitterMembers],
} satisfies MinifyOptions['mangleProps'];
