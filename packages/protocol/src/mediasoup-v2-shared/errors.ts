import { refusal, refuseBadRequest, refuseForbidden, refuseToResume, type Refusal } from '../common/errors.ts';

export { errorCodes, type ErrorCode, type Refusal } from '../common/errors.ts';

/** Refusals of the three mediasoup 2 dialects, with the texts of their servers where known. */
export const refusals = {
  badRequest: refuseBadRequest,
  /** E.g. `spy peers cannot create producers`. */
  forbidden: refuseForbidden,
  notFound: (entity: 'Transport' | 'Producer' | 'Consumer'): Refusal => refusal('notFound', `${entity} not found`),
  duplicatedPeer: (peerName: string): Refusal => refusal('conflict', `duplicated Peer [peerName:"${peerName}"]`),
  duplicatedId: (entity: 'Transport' | 'Producer'): Refusal =>
    refusal('conflict', `a ${entity} with same ${entity.toLowerCase()}Id already exists`),
  nothingToResume: refuseToResume,
  alreadyEnabled: (): Refusal => refusal('internal', 'Consumer already enabled'),
  alreadyConnected: (): Refusal => refusal('internal', 'Transport already has remote DTLS parameters'),
  wrongRtpParameters: (reason: string): Refusal => refusal('badRequest', `wrong RTP parameters: ${reason}`),
  unknownMethod: (method: string): Refusal => refusal('internal', `unknown request method "${method}"`),
  notJoined: (): Refusal => refusal('badRequest', 'no mediasoup Peer'),
  alreadyJoined: (): Refusal => refusal('internal', 'already have a mediasoup Peer'),
} as const;

/** Returns whether a server refused a request because the ID is in use. The client then tries another ID. */
export function isDuplicatedIdError(errorReason: string): boolean {
  return /\bsame (transport|producer)Id already exists\b/i.test(errorReason);
}

/** Returns whether a server refused a join because another peer has the name. */
export function isDuplicatedPeerError(errorReason: string): boolean {
  return /\bduplicated Peer\b/i.test(errorReason);
}
