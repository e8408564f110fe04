import { errorCodes, refusals } from '@tureen/protocol/push-pull';
import type { ClientMethod, Refusal } from '@tureen/protocol/push-pull';
import { ProtocolError, refused } from '../Connection.ts';
import { toRefusal as toDialectRefusal } from '../toRefusal.ts';
import { OfferError } from './sdp/OfferError.ts';
import { OfferLimitError } from './sdp/OfferLimitError.ts';

/** Converts an error of a room, the engine or an offer to a refusal. Returns any other error unchanged. */
export function toRefusal(error: unknown, method: ClientMethod): unknown {
  if (error instanceof OfferLimitError) return refused(failed(method, error.message));
  if (error instanceof OfferError) return refused(notAcceptable(method, error.message));
  const fail = (message: string) => failed(method, message);
  return toDialectRefusal(error, {
    ...refusals,
    closed: fail,
    hiddenPeer: fail,
    forbidden: fail,
    invalidParameters: (message) => notAcceptable(method, message),
    unavailable: (message) => ({ ...fail(message), errorCode: errorCodes.unavailable }),
    engineFailed: fail,
  });
}

/** Texts of RTCPilot, which uses one for each method. */
const rtcPilotTexts: Readonly<Partial<Record<ClientMethod, string>>> = {
  join: 'user join failed',
  push: 'handle push sdp failed',
  pull: 'handle pull sdp failed',
  heartbeat: 'handle heartbeat failed',
};

/** Converts a refusal to that of RTCPilot: one code, and a text for an invalid or a failed request. */
export function asRtcPilot(error: unknown, method: ClientMethod): unknown {
  if (!(error instanceof ProtocolError)) return error;
  const invalid = `invalid ${method} request`;
  const reason = error.message.startsWith(invalid) ? invalid : (rtcPilotTexts[method] ?? error.message);
  return new ProtocolError(errorCodes.refused, reason);
}

function notAcceptable(method: ClientMethod, reason: string): Refusal {
  return { ...failed(method, reason), errorCode: errorCodes.notAcceptable };
}

function failed(method: ClientMethod, reason: string): Refusal {
  if (method === 'push' || method === 'pull') return refusals.sdpFailed(method, reason);
  return method === 'join' ? refusals.joinFailed(reason) : refusals.forbidden(reason);
}
