import { writePayload, type AnswerWriter, type MessageWriter } from '../mediasoup-v2-shared/payload.ts';
import { isClientRequestMethod, type answers, type clientToServer, type serverToClient } from './methods.ts';

/** What a client sends, complete. */
export const writeClientMessage: MessageWriter<typeof clientToServer> = (method, data) =>
  writePayload(isClientRequestMethod(method) ? 'request' : 'notification', method, data);

/** What a server answers to a client's request; nothing is `{}`, as the carrier would make it. */
export const writeResponse: AnswerWriter<typeof answers> = (_method, data) => data ?? {};

/** What a server sends, complete. */
export const writeServerMessage: MessageWriter<typeof serverToClient> = (method, data) =>
  writePayload('notification', method, data);
