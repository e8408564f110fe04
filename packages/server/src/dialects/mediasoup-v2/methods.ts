import type { ClientMethod, ServerMethod } from '@tureen/protocol/mediasoup-v2';
import type { V2ClientMethod, V2ServerMethod } from '../mediasoup-v2-shared/index.ts';

/** Client methods: the shared names are those of this dialect. */
export const clientMethods = {
  queryRoom: 'queryRoom',
  join: 'join',
  leave: 'leave',
  createTransport: 'createTransport',
  updateTransport: 'updateTransport',
  restartTransport: 'restartTransport',
  closeTransport: 'closeTransport',
  enableTransportStats: 'enableTransportStats',
  disableTransportStats: 'disableTransportStats',
  createProducer: 'createProducer',
  updateProducer: 'updateProducer',
  pauseProducer: 'pauseProducer',
  resumeProducer: 'resumeProducer',
  closeProducer: 'closeProducer',
  enableProducerStats: 'enableProducerStats',
  disableProducerStats: 'disableProducerStats',
  enableConsumer: 'enableConsumer',
  pauseConsumer: 'pauseConsumer',
  resumeConsumer: 'resumeConsumer',
  setConsumerPreferredProfile: 'setConsumerPreferredProfile',
  enableConsumerStats: 'enableConsumerStats',
  disableConsumerStats: 'disableConsumerStats',
  closeConsumer: 'closeConsumer',
  textMessage: 'textMessage',
} as const satisfies Record<ClientMethod, V2ClientMethod>;

/** Server methods, by their shared names. */
export const serverMethods = {
  closed: 'closed',
  transportClosed: 'transportClosed',
  transportStats: 'transportStats',
  producerPaused: 'producerPaused',
  producerResumed: 'producerResumed',
  producerClosed: 'producerClosed',
  producerStats: 'producerStats',
  welcome: 'welcome',
  newPeer: 'newPeer',
  peerClosed: 'peerClosed',
  newConsumer: 'newConsumer',
  consumerClosed: 'consumerClosed',
  consumerPaused: 'consumerPaused',
  consumerResumed: 'consumerResumed',
  consumerPreferredProfileSet: 'consumerPreferredProfileSet',
  consumerEffectiveProfileChanged: 'consumerEffectiveProfileChanged',
  consumerStats: 'consumerStats',
  textMessage: 'textMessage',
} as const satisfies Record<V2ServerMethod, ServerMethod>;
