import { formatIssue, type ParseIssue } from '../common/index.ts';
import { INTERNAL_ERROR, NOTHING_TO_RESUME, refusal, type Refusal } from '../common/errors.ts';

export { closeCodes, errorCodes, type ErrorCode, type Refusal } from '../common/errors.ts';

/** The refusals of the dialect, in the stock server's words where it has them. */
export const refusals = {
  badRequest: (issue: ParseIssue): Refusal => refusal('badRequest', formatIssue(issue)),
  /** E.g. `disabled` for the throttle requests. */
  forbidden: (reason: string): Refusal => refusal('forbidden', reason),
  /** `entity` as the stock server spells it: `transport`, `producer`, `consumer`, `dataProducer`, `dataConsumer`. */
  notFound: (entity: string, id: string): Refusal => refusal('notFound', `${entity} with id "${id}" not found`),
  duplicatedPeer: (): Refusal => refusal('conflict', 'duplicated Peer'),
  nothingToResume: (): Refusal => refusal('gone', NOTHING_TO_RESUME),
  unknownMethod: (method: string): Refusal => refusal('internal', `unknown request.method "${method}"`),
  notJoined: (): Refusal => refusal('internal', 'Peer not yet joined'),
  alreadyJoined: (): Refusal => refusal('internal', 'Peer already joined'),
} as const;

/**
 * Whether a server refused because it does not know the method, told by its `errorCode` and `errorReason`. The words of
 * both variants count, also within a longer text. After leaveRoom, this is the time to try leaveCall.
 */
export function isUnknownMethodError(errorCode: number | undefined, errorReason: string): boolean {
  return isInternal(errorCode) && /\bunknown (request[. ])?method\b/.test(errorReason);
}

/** Whether a server refused because join has not come yet, told by its `errorCode` and `errorReason`. */
export function isNotJoinedError(errorCode: number | undefined, errorReason: string): boolean {
  return isInternal(errorCode) && /\bnot (yet )?joined\b/.test(errorReason);
}

/** Servers that send no number mean 500. */
function isInternal(errorCode: number | undefined): boolean {
  return errorCode === undefined || errorCode === INTERNAL_ERROR;
}
