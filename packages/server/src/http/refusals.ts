import type { Refusal } from './UpgradeRefuser.ts';

export const STOPPING: Refusal = {
  status: 503,
  cause: 'stopping',
  reason: 'shuttingDown',
  text: 'the server is stopping',
};

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
  text: 'too many joins of this peer per minute',
};

/** Maximum length of a name in a response. */
const MAX_NAME = 100;

/** Creates the refusal for a host name that is not allowed. */
export function hostNotAllowed(host: string | undefined): Refusal {
  const name = String(host).slice(0, MAX_NAME);
  return { status: 403, cause: 'host', reason: 'hostNotAllowed', text: `host ${name} is not allowed` };
}
