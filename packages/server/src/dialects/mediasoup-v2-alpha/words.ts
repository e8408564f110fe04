import type { ClientMethod, ServerMethod } from '@tureen/protocol/mediasoup-v2-alpha';
import type { ClientWord, ServerWord } from '../mediasoup-v2-shared/index.ts';

/** What its messages are in the family's words. It names things as the server has them: what a client sends is received. */
export const words = {
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
} as const satisfies Record<ClientMethod, ClientWord>;

/** What it has for the family's words. */
export const methods = {
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
} as const satisfies Partial<Record<ServerWord, ServerMethod>>;
