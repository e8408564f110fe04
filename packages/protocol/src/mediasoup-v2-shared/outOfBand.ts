import { MAX_NAME_LENGTH, parse, remotePeerId, type ParseResult } from '../common/index.ts';
import * as s from '../common/schema/index.ts';
import { isNameIn } from '../common/methods.ts';
import { numericId } from './fields.ts';
import { preferredProfile } from './profiles.ts';

/**
 * Messages of mediasoup 2's demo application, on the same connection but never in an envelope. The demo sends requests with an empty
 * response. Notifications are read as well.
 */

/** Client messages, by method. */
export const outOfBandToServer = {
  'change-display-name': s.object({ displayName: s.string(MAX_NAME_LENGTH) }),
  'request-consumer-keyframe': s.object({ consumerId: numericId }),
  'change-consumer-preferred-profile': s.object({ consumerId: numericId, profile: preferredProfile }),
} as const;

/** Server messages, by method. */
export const outOfBandToClient = {
  'active-speaker': s.object({
    /** Null if no peer is speaking. */
    peerName: s.withDefault(remotePeerId, null),
  }),
  'display-name-changed': s.object({
    peerName: remotePeerId,
    displayName: s.string(),
    oldDisplayName: s.optional(s.string()),
  }),
} as const;

/** Name of an out-of-band client message. */
export type OutOfBandClientMethod = keyof typeof outOfBandToServer;
/** Name of an out-of-band server message. */
export type OutOfBandServerMethod = keyof typeof outOfBandToClient;

/** Data of an out-of-band client message after reading. */
export type OutOfBandClientData<Method extends OutOfBandClientMethod> = s.InferOutput<
  (typeof outOfBandToServer)[Method]
>;
/** Data of an out-of-band server message after reading. */
export type OutOfBandServerData<Method extends OutOfBandServerMethod> = s.InferOutput<
  (typeof outOfBandToClient)[Method]
>;

/** Returns whether a client may send this out-of-band message. */
export const isOutOfBandClientMethod = /* @__PURE__ */ isNameIn(outOfBandToServer);

/** Returns whether a server may send this out-of-band message. */
export const isOutOfBandServerMethod = /* @__PURE__ */ isNameIn(outOfBandToClient);

/** Reads an out-of-band client message. */
export function readOutOfBandClientMessage<Method extends OutOfBandClientMethod>(
  method: Method,
  data: unknown,
): ParseResult<OutOfBandClientData<Method>> {
  return parse(outOfBandToServer[method], data);
}

/** Reads an out-of-band server message. */
export function readOutOfBandServerMessage<Method extends OutOfBandServerMethod>(
  method: Method,
  data: unknown,
): ParseResult<OutOfBandServerData<Method>> {
  return parse(outOfBandToClient[method], data);
}
