import { MAX_NAME_LENGTH, maybe, parse, remotePeerId, shape, type ParseResult } from '../common/index.ts';
import * as v from '../common/kinds.ts';
import { isNameIn } from '../common/methods.ts';
import { numericId } from './fields.ts';
import { preferredProfile } from './profiles.ts';

/**
 * Messages of the demo application beside those of mediasoup: on the same carrier, never in an envelope, as requests in
 * its time, which are answered with nothing. As notifications they are read too.
 */

/** What clients send. */
export const carrierToServer = {
  'change-display-name': shape({ displayName: v.string(MAX_NAME_LENGTH) }),
  'request-consumer-keyframe': shape({ consumerId: numericId }),
  'change-consumer-preferred-profile': shape({ consumerId: numericId, profile: preferredProfile }),
} as const;

/** What servers send of their own accord. */
export const carrierToClient = {
  'active-speaker': shape({
    /** Null: nobody. */
    peerName: v.nullish(remotePeerId, null),
  }),
  'display-name-changed': shape({
    peerName: remotePeerId,
    displayName: v.string(),
    oldDisplayName: maybe(v.string()),
  }),
} as const;

/** What a client may send outside the protocol proper. */
export type CarrierClientMethod = keyof typeof carrierToServer;
/** What a server may send outside the protocol proper. */
export type CarrierServerMethod = keyof typeof carrierToClient;

/** Data of such a message from a client, read. */
export type CarrierClientData<Method extends CarrierClientMethod> = v.InferOutput<(typeof carrierToServer)[Method]>;
/** Data of such a message from a server, read. */
export type CarrierServerData<Method extends CarrierServerMethod> = v.InferOutput<(typeof carrierToClient)[Method]>;

/** Whether clients may send that outside the protocol proper. */
export const isCarrierClientMethod = /* @__PURE__ */ isNameIn(carrierToServer);

/** Whether servers may send that outside the protocol proper. */
export const isCarrierServerMethod = /* @__PURE__ */ isNameIn(carrierToClient);

/** Reads what a client sent outside the protocol proper. */
export function readCarrierClientMessage<Method extends CarrierClientMethod>(
  method: Method,
  data: unknown,
): ParseResult<CarrierClientData<Method>> {
  return parse(carrierToServer[method], data);
}

/** Reads what a server sent outside the protocol proper. */
export function readCarrierServerMessage<Method extends CarrierServerMethod>(
  method: Method,
  data: unknown,
): ParseResult<CarrierServerData<Method>> {
  return parse(carrierToClient[method], data);
}
