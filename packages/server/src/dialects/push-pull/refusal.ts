import { errorCodes, refusals } from '@tureen/protocol/push-pull';
import type { ClientMethod, Refusal } from '@tureen/protocol/push-pull';
import { isPassing, MediaError } from '../../engine/port/MediaError.ts';
import { endReasonOf, RoomError } from '../../rooms/RoomError.ts';
import { ProtocolError, refused } from '../Connection.ts';
import { OfferError } from './sdp/OfferError.ts';
import { OfferLimitError } from './sdp/OfferLimitError.ts';

/** What rooms, engine and offers would not do, as the client reads it. Anything else comes back as it is. */
export function toRefusal(error: unknown, method: ClientMethod): unknown {
  if (error instanceof OfferLimitError) return refused(failed(method, error.message));
  if (error instanceof OfferError) return refused(notAcceptable(method, error.message));
  if (error instanceof RoomError) return refused(ofRoom(error, method), endReasonOf(error));
  if (error instanceof MediaError) {
    if (isPassing(error))
      return refused({ ...failed(method, error.message), errorCode: errorCodes.unavailable }, 'unavailable');
    return refused(
      error.code === 'invalidParameters' ? notAcceptable(method, error.message) : failed(method, error.message),
    );
  }
  return error;
}

/** All that RTCPilot says where it does not do it. */
const rtcPilotWords: Readonly<Partial<Record<ClientMethod, string>>> = {
  join: 'user join failed',
  push: 'handle push sdp failed',
  pull: 'handle pull sdp failed',
  heartbeat: 'handle heartbeat failed',
};

/** In RTCPilot's words: one number, and no more than which of two things went wrong. */
export function asRtcPilot(error: unknown, method: ClientMethod): unknown {
  if (!(error instanceof ProtocolError)) return error;
  const invalid = `invalid ${method} request`;
  const reason = error.message.startsWith(invalid) ? invalid : (rtcPilotWords[method] ?? error.message);
  return new ProtocolError(errorCodes.refused, reason);
}

function notAcceptable(method: ClientMethod, reason: string): Refusal {
  return { ...failed(method, reason), errorCode: errorCodes.notAcceptable };
}

function failed(method: ClientMethod, reason: string): Refusal {
  if (method === 'push' || method === 'pull') return refusals.sdpFailed(method, reason);
  return method === 'join' ? refusals.joinFailed(reason) : refusals.forbidden(reason);
}

function ofRoom(error: RoomError, method: ClientMethod): Refusal {
  switch (error.code) {
    case 'notJoined':
      return refusals.notJoined();
    case 'alreadyJoined':
      return refusals.alreadyJoined();
    case 'duplicatedPeer':
      return refusals.duplicatedPeer();
    case 'closed':
    case 'shuttingDown':
    case 'tooManyRooms':
    case 'roomFull':
    case 'tooManyTransports':
    case 'tooManyProducers':
    case 'tooManyConsumers':
    case 'hiddenPeer':
    case 'notPermitted':
      return failed(method, error.message);
  }
}
