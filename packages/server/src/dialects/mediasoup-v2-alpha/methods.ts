import type { ClientMethod, ServerMethod } from '@tureen/protocol/mediasoup-v2-alpha';
import type { V2ClientMethod, V2ServerMethod } from '../mediasoup-v2-shared/index.ts';

/**
 * Shared names of the client methods. The dialect names entities from the server's view: a track that a client sends is a
 * receiver.
 */
export const clientMethods = {
  join: 'join',
  leave: 'leave',
  createTransport: 'createTransport',
  updateTransport: 'updateTransport',
  closeTransport: 'closeTransport',
  createReceiver: 'createProducer',
  closeReceiver: 'closeProducer',
  pauseReceiver: 'pauseProducer',
  resumeReceiver: 'resumeProducer',
  enableSender: 'enableConsumer',
  playSender: 'resumeConsumer',
  stopSender: 'pauseConsumer',
  closeConsumer: 'closeConsumer',
  textMessage: 'textMessage',
} as const satisfies Record<ClientMethod, V2ClientMethod>;

/** Server methods, by their shared names. */
export const serverMethods = {
  closed: 'roomClosed',
  transportClosed: 'transportClosed',
  newPeer: 'newPeer',
  peerClosed: 'peerLeft',
  producerClosed: 'receiverClosed',
  producerPaused: 'receiverPaused',
  producerResumed: 'receiverResumed',
  newConsumer: 'newSender',
  consumerClosed: 'senderClosed',
  consumerPaused: 'senderPaused',
  consumerResumed: 'senderResumed',
  textMessage: 'textMessage',
} as const satisfies Partial<Record<V2ServerMethod, ServerMethod>>;
