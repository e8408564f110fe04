import type { Written } from '../common/index.ts';
import type { V2Peer } from '../mediasoup-v2-shared/messages.ts';
import { writePayload, type AnswerWriter, type MessageWriter } from '../mediasoup-v2-shared/payload.ts';
import {
  isClientRequestMethod,
  type answers,
  type clientToServer,
  type serverToClient,
  type ResponseData,
} from './methods.ts';

/** What a peer sends, its receivers know as senders. */
const writePeer = ({ consumers, ...peer }: Written<V2Peer>) => ({ ...peer, senders: consumers });

/** What a client sends, complete. */
export const writeClientMessage: MessageWriter<typeof clientToServer> = (method, data) =>
  writePayload(isClientRequestMethod(method) ? 'request' : 'notification', method, data);

/** What a server answers to a client's request; nothing is `{}`, as the carrier would make it. */
export const writeResponse: AnswerWriter<typeof answers> = (method, data) =>
  method === 'join' ? { ...data, peers: (data as Written<ResponseData<'join'>>).peers.map(writePeer) } : (data ?? {});

/** What a server sends, complete. */
export const writeServerMessage: MessageWriter<typeof serverToClient> = (method, data) =>
  writePayload('notification', method, method === 'newPeer' ? writePeer(data as Written<V2Peer>) : data);
