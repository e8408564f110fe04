import { MAX_NAME_LENGTH, parse, remotePeerId, type ParseResult } from '../common/index.ts';
import * as s from '../common/schema/index.ts';
import { isNameIn } from '../common/methods.ts';
import { numericId } from './fields.ts';
import { preferredProfile } from './profiles.ts';

/**
 * Messages of the demo application beside those of mediasoup: on the same carrier, never in an envelope, as requests in
 * its time, which are answered with nothing. As notifications they are read too.
 */

/** What clients send. */
export const outOfBandToServer = {
  'change-display-name': s.object({ displayName: s.string(MAX_NAME_LENGTH) }),
  'request-consumer-keyframe': s.object({ consumerId: numericId }),
  'change-consumer-preferred-profile': s.object({ consumerId: numericId, profile: preferredProfile }),
} as const;

/** What servers send of their own accord. */
export const outOfBandToClient = {
  'active-speaker': s.object({
    /** Null: nobody. */
    peerName: s.withDefault(remotePeerId, null),
  }),
  'display-name-changed': s.object({
    peerName: remotePeerId,
    displayName: s.string(),
    oldDisplayName: s.optional(s.string()),
  }),
} as const;

/** What a client may send outside the protocol proper. */
export type OutOfBandClientMethod = keyof typeof outOfBandToServer;
/** What a server may send outside the protocol proper. */
export type OutOfBandServerMethod = keyof typeof outOfBandToClient;

/** Data of such a message from a client, read. */
export type OutOfBandClientData<Method extends OutOfBandClientMethod> = s.InferOutput<
  (typeof outOfBandToServer)[Method]
>;
/** Data of such a message from a server, read. */
export type OutOfBandServerData<Method extends OutOfBandServerMethod> = s.InferOutput<
  (typeof outOfBandToClient)[Method]
>;

/** Whether clients may send that outside the protocol proper. */
export const isOutOfBandClientMethod = /* @__PURE__ */ isNameIn(outOfBandToServer);

/** Whether servers may send that outside the protocol proper. */
export const isOutOfBandServerMethod = /* @__PURE__ */ isNameIn(outOfBandToClient);

/** Reads what a client sent outside the protocol proper. */
export function readOutOfBandClientMessage<Method extends OutOfBandClientMethod>(
  method: Method,
  data: unknown,
): ParseResult<OutOfBandClientData<Method>> {
  return parse(outOfBandToServer[method], data);
}

/** Reads what a server sent outside the protocol proper. */
export function readOutOfBandServerMessage<Method extends OutOfBandServerMethod>(
  method: Method,
  data: unknown,
): ParseResult<OutOfBandServerData<Method>> {
  return parse(outOfBandToClient[method], data);
}
