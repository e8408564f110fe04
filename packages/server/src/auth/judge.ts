import type { EndReason } from '@tureen/protocol/common';
import type { Logger } from 'pino';
import type { Clock } from '@tureen/kernel';
import { objectionTo, readMay } from '../dialects/grant.ts';
import type { Grant } from '../dialects/grant.ts';
import { afterListening } from '../shared/afterListening.ts';
import { AccessDeniedError } from './authorize.ts';
import type { Authorize, ConnectingClient, DenialCode, Denied, Granted } from './authorize.ts';

/** Outcome of the `authorize` hook. */
export type Verdict =
  | { readonly kind: 'granted'; readonly grant: Grant }
  | {
      readonly kind: 'refused';
      readonly status: 401 | 403 | 503;
      readonly reason: EndReason;
      /** Reason, for people. */
      readonly text: string;
    };

export interface JudgeOptions {
  readonly authorize: Authorize;
  /** Time limit for the hook, in ms. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Calls the hook and compares the client with its grant. Never rejects. */
export async function judge(client: ConnectingClient, options: JudgeOptions): Promise<Verdict> {
  const { authorize, timeoutMs, clock, logger } = options;
  let cancelTimeout = () => {};
  const late = new Promise<'late'>((resolve) => {
    const onOver = () => {
      resolve('late');
    };
    cancelTimeout = afterListening({ clock, ms: timeoutMs, onOver });
  });
  try {
    const answer = await Promise.race([ask(authorize, client), late]);
    if (answer === 'late') {
      logger.error({ timeoutMs }, 'authorize timed out');
      return unavailable('authorization timed out');
    }
    return toVerdict(answer, client, logger);
  } catch (error) {
    if (error instanceof AccessDeniedError) return refusalOf(error.denied);
    // A failure does not judge the client, which may try again.
    logger.error({ error: withoutMessage(error) }, 'authorize failed');
    return unavailable('authorization unavailable');
  } finally {
    cancelTimeout();
  }
}

const NOT_AUTHORIZED = 'not authorized';

/** Turns an error that the hook throws synchronously into a rejection. */
async function ask(authorize: Authorize, client: ConnectingClient): Promise<Granted | Denied> {
  return authorize(client);
}

function toVerdict(answer: Granted | Denied, { roomId, peerId }: ConnectingClient, logger: Logger): Verdict {
  // Programs without types return anything; only an explicit grant counts.
  if ((answer as { allowed?: unknown } | undefined)?.allowed !== true) {
    return refusalOf((answer as Denied | null | undefined) ?? { allowed: false });
  }
  const { subject, roomId: room, peerId: peer, expiresAt } = answer as Granted;
  const may = readMay((answer as { may?: unknown }).may);
  if (may === undefined) {
    logger.error(
      { subject },
      'authorize returned a `may` that is not an object of hide, publish, publishData and text',
    );
    return forbidden(NOT_AUTHORIZED);
  }
  if (expiresAt !== undefined && (typeof expiresAt !== 'number' || Number.isNaN(expiresAt))) {
    logger.error({ subject }, 'authorize returned an `expiresAt` that is not a number of milliseconds');
    return forbidden(NOT_AUTHORIZED);
  }
  if (expiresAt !== undefined && expiresAt <= Date.now()) {
    return refusalOf({ allowed: false, code: 'tokenExpired', reason: 'authorization expired' });
  }
  const grant: Grant = { subject, roomId: room, peerId: peer, may, expiresAt };
  const objection = roomId === undefined || peerId === undefined ? undefined : objectionTo(grant, roomId, peerId);
  return objection === undefined ? { kind: 'granted', grant } : forbidden(objection);
}

const DENIAL_CODES: readonly unknown[] = ['unauthorized', 'tokenExpired', 'forbidden'] satisfies DenialCode[];

function refusalOf({ status, code, reason = NOT_AUTHORIZED }: Denied): Verdict {
  const statusOfCode = code === 'unauthorized' || code === 'tokenExpired' ? 401 : 403;
  const given = status === 401 || status === 403 ? status : statusOfCode;
  const word = DENIAL_CODES.includes(code) ? code : undefined;
  return {
    kind: 'refused',
    status: given,
    reason: word ?? (given === 401 ? 'unauthorized' : 'forbidden'),
    text: oneLine(String(reason)),
  };
}

function forbidden(text: string): Verdict {
  return { kind: 'refused', status: 403, reason: 'forbidden', text };
}

function unavailable(text: string): Verdict {
  return { kind: 'refused', status: 503, reason: 'authorizationUnavailable', text };
}

function oneLine(reason: string): string {
  return reason.replace(/\s+/g, ' ').slice(0, 200);
}

/** Describes the error without its message, which may contain the token. */
function withoutMessage(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: unknown };
  const at = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { type: error.name, ...(typeof code === 'string' ? { code } : {}), stack: at.join('\n') };
}
