import {
  INTERNAL_ERROR,
  refusal,
  refuseBadRequest,
  refuseForbidden,
  refuseToResume,
  type Refusal,
} from '../common/errors.ts';

export { closeCodes } from '../common/closeCodes.ts';
export { errorCodes, type ErrorCode, type Refusal } from '../common/errors.ts';

/** Refusals of the dialect, with the texts of the stock server where known. */
export const refusals = {
  badRequest: refuseBadRequest,
  /** E.g. `disabled` for the throttle requests. */
  forbidden: refuseForbidden,
  /** `entity` in the spelling of the stock server: `transport`, `producer`, `consumer`, `dataProducer`, `dataConsumer`. */
  notFound: (entity: string, id: string): Refusal => refusal('notFound', `${entity} with id "${id}" not found`),
  duplicatedPeer: (): Refusal => refusal('conflict', 'duplicated Peer'),
  nothingToResume: refuseToResume,
  unknownMethod: (method: string): Refusal => refusal('internal', `unknown request.method "${method}"`),
  notJoined: (): Refusal => refusal('internal', 'Peer not yet joined'),
  alreadyJoined: (): Refusal => refusal('internal', 'Peer already joined'),
} as const;

/**
 * Returns whether a server refused an unknown method, by `errorCode` and `errorReason`. Matches the texts of both variants, also within a
 * longer text. After a refused leaveRoom, the client tries leaveCall.
 */
export function isUnknownMethodError(errorCode: number | undefined, errorReason: string): boolean {
  return isInternal(errorCode) && /\bunknown (request[. ])?method\b/.test(errorReason);
}

/** Returns whether a server refused a request before join, by its `errorCode` and `errorReason`. */
export function isNotJoinedError(errorCode: number | undefined, errorReason: string): boolean {
  return isInternal(errorCode) && /\bnot (yet )?joined\b/.test(errorReason);
}

/** A missing number means 500. */
function isInternal(errorCode: number | undefined): boolean {
  return errorCode === undefined || errorCode === INTERNAL_ERROR;
}
