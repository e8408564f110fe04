import { formatIssue, type ParseIssue } from '../common/index.ts';
import { NOTHING_TO_RESUME, refusal, type Refusal } from '../common/errors.ts';

export { errorCodes, type ErrorCode, type Refusal } from '../common/errors.ts';

/** The refusals of the family, in the genuine servers' words where they have them. */
export const refusals = {
  badRequest: (issue: ParseIssue): Refusal => refusal('badRequest', formatIssue(issue)),
  /** E.g. `spy peers cannot create producers`. */
  forbidden: (reason: string): Refusal => refusal('forbidden', reason),
  notFound: (entity: 'Transport' | 'Producer' | 'Consumer'): Refusal => refusal('notFound', `${entity} not found`),
  duplicatedPeer: (peerName: string): Refusal => refusal('conflict', `duplicated Peer [peerName:"${peerName}"]`),
  duplicatedId: (entity: 'Transport' | 'Producer'): Refusal =>
    refusal('conflict', `a ${entity} with same ${entity.toLowerCase()}Id already exists`),
  nothingToResume: (): Refusal => refusal('gone', NOTHING_TO_RESUME),
  alreadyEnabled: (): Refusal => refusal('internal', 'Consumer already enabled'),
  alreadyConnected: (): Refusal => refusal('internal', 'Transport already has remote DTLS parameters'),
  wrongRtpParameters: (reason: string): Refusal => refusal('badRequest', `wrong RTP parameters: ${reason}`),
  unknownMethod: (method: string): Refusal => refusal('internal', `unknown request method "${method}"`),
  notJoined: (): Refusal => refusal('badRequest', 'no mediasoup Peer'),
  alreadyJoined: (): Refusal => refusal('internal', 'already have a mediasoup Peer'),
} as const;

/** Whether a server refused because the id is taken, which is when to try again with another. */
export function isDuplicatedIdError(errorReason: string): boolean {
  return /\bsame (transport|producer)Id already exists\b/i.test(errorReason);
}

/** Whether a server refused because another peer has the name. */
export function isDuplicatedPeerError(errorReason: string): boolean {
  return /\bduplicated Peer\b/i.test(errorReason);
}
