import type { ClientMethod, ServerMethod } from '@tureen/protocol/mediasoup-v2-beta';
import type { V2ClientMethod, V2ServerMethod } from '../mediasoup-v2-shared/index.ts';

/** Shared names of the client methods. */
export const clientMethods = {
  queryRoom: 'queryRoom',
  joinRoom: 'join',
  leaveRoom: 'leave',
  createTransport: 'createTransport',
  updateTransport: 'updateTransport',
  closeTransport: 'closeTransport',
  createProducer: 'createProducer',
  closeProducer: 'closeProducer',
  pauseProducer: 'pauseProducer',
  resumeProducer: 'resumeProducer',
  enableConsumer: 'enableConsumer',
  pauseConsumer: 'pauseConsumer',
  resumeConsumer: 'resumeConsumer',
  closeConsumer: 'closeConsumer',
  textMessage: 'textMessage',
} as const satisfies Record<ClientMethod, V2ClientMethod>;

/** Server methods, by their shared names. The dialect has none for profiles and statistics. */
export const serverMethods = {
  closed: 'roomClosed',
  transportClosed: 'transportClosed',
  welcome: 'welcome',
  newPeer: 'newPeer',
  peerClosed: 'peerClosed',
  producerClosed: 'producerClosed',
  producerPaused: 'producerPaused',
  producerResumed: 'producerResumed',
  newConsumer: 'newConsumer',
  consumerClosed: 'consumerClosed',
  consumerPaused: 'consumerPaused',
  consumerResumed: 'consumerResumed',
  textMessage: 'textMessage',
} as const satisfies Partial<Record<V2ServerMethod, ServerMethod>>;
