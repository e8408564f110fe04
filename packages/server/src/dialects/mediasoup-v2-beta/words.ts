import type { ClientMethod, ServerMethod } from '@tureen/protocol/mediasoup-v2-beta';
import type { ClientWord, ServerWord } from '../mediasoup-v2-shared/index.ts';

/** What its messages are in the family's words. */
export const words = {
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
} as const satisfies Record<ClientMethod, ClientWord>;

/** What it has for the family's words; for profiles and statistics it has none. */
export const methods = {
  closed: 'roomClosed',
  transportClosed: 'transportClosed',
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
} as const satisfies Partial<Record<ServerWord, ServerMethod>>;
