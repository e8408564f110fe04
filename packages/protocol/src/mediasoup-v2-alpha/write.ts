import type { Written } from '../common/index.ts';
import type { V2Peer } from '../mediasoup-v2-shared/messages.ts';
import {
  clientMessageWriter,
  writeBareResponse,
  writePayload,
  type MessageWriter,
  type ResponseWriter,
} from '../mediasoup-v2-shared/payload.ts';
import {
  isClientRequestMethod,
  type clientToServer,
  type ResponseData,
  type responses,
  type serverToClient,
} from './methods.ts';

/** Renames the consumers of a peer to senders, as the alpha calls them. */
const writePeer = ({ consumers, ...peer }: Written<V2Peer>) => ({ ...peer, senders: consumers });

/** Writes a complete client message. */
export const writeClientMessage: MessageWriter<typeof clientToServer> =
  /* @__PURE__ */ clientMessageWriter(isClientRequestMethod);

/** Writes the response to a client request. */
export const writeResponse: ResponseWriter<typeof responses> = (method, data) =>
  method === 'join'
    ? { ...data, peers: (data as Written<ResponseData<'join'>>).peers.map(writePeer) }
    : writeBareResponse(method, data);

/** Writes a complete server message. */
export const writeServerMessage: MessageWriter<typeof serverToClient> = (method, data) =>
  writePayload('notification', method, method === 'newPeer' ? writePeer(data as Written<V2Peer>) : data);
