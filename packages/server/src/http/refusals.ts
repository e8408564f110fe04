import type { Refusal } from './UpgradeRefuser.ts';

export const STOPPING: Refusal = { status: 503, cause: 'stopping', reason: 'shuttingDown', text: 'server stops' };

export const TOO_MANY: Refusal = {
  status: 429,
  cause: 'tooMany',
  reason: 'tooManyConnections',
  text: 'too many connections from this address',
};

export const TOO_MANY_JOINS: Refusal = {
  status: 429,
  cause: 'tooManyJoins',
  reason: 'tooManyJoins',
  text: 'too many joins of this peer within a minute',
};

/** Characters of a name that clients read back. */
const MAX_NAME = 100;

/** For a name under which the server is not reached. */
export function hostNotAllowed(host: string | undefined): Refusal {
  const name = String(host).slice(0, MAX_NAME);
  return { status: 403, cause: 'host', reason: 'hostNotAllowed', text: `host ${name} is not allowed` };
}
