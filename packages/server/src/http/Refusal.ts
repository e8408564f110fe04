import type { EndReason } from '@tureen/protocol/common';
import type { AdmissionCause } from './admission.ts';

/** What was wrong with a connection that was refused. */
export type RefusalCause = AdmissionCause | 'host' | 'authorization' | 'tooMany' | 'stopping';

/** Why a request is refused. */
export interface Refusal {
  /** Of the HTTP answer. */
  readonly status: number;
  readonly cause: RefusalCause;
  readonly reason: EndReason;
  /** Says why, for people. */
  readonly text: string;
}

export const STOPPING: Refusal = { status: 503, cause: 'stopping', reason: 'shuttingDown', text: 'server stops' };

export const TOO_MANY: Refusal = {
  status: 429,
  cause: 'tooMany',
  reason: 'tooManyConnections',
  text: 'too many connections from this address',
};

/** Of a name under which the server is not reached. */
export function hostNotAllowed(host: string | undefined): Refusal {
  const name = String(host).slice(0, 100);
  return { status: 403, cause: 'host', reason: 'hostNotAllowed', text: `host ${name} is not allowed` };
}
