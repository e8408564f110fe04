import { errorCodes, refusals } from '@tureen/protocol/mediasoup-v3';
import type { ClientMethod, Refusal } from '@tureen/protocol/mediasoup-v3';
import { isPassing, MediaError } from '../../engine/port/MediaError.ts';
import { endReasonOf, RoomError } from '../../rooms/RoomError.ts';
import { ProtocolError, refused } from '../Connection.ts';

/** Where the engine finds a fault in what the client sent, it is in this field. */
const fieldOf: Readonly<Partial<Record<ClientMethod, string>>> = {
  join: 'rtpCapabilities',
  connectWebRtcTransport: 'dtlsParameters',
  produce: 'rtpParameters',
  produceData: 'sctpStreamParameters',
};

/** What rooms and engine would not do, as the client reads it. Anything else comes back as it is. */
export function toRefusal(error: unknown, method: ClientMethod): unknown {
  if (error instanceof RoomError) return refused(ofRoom(error), endReasonOf(error));
  if (error instanceof MediaError)
    return refused(ofMedia(error, fieldOf[method] ?? ''), isPassing(error) ? 'unavailable' : undefined);
  return error;
}

/** Stock servers know 403 and 500 only. */
export function asStockServer(error: unknown): unknown {
  if (!(error instanceof ProtocolError) || error.code === errorCodes.forbidden) return error;
  return new ProtocolError(errorCodes.internal, error.message);
}

function ofRoom(error: RoomError): Refusal {
  switch (error.code) {
    case 'notJoined':
      return refusals.notJoined();
    case 'alreadyJoined':
      return refusals.alreadyJoined();
    case 'duplicatedPeer':
      return refusals.duplicatedPeer();
    case 'closed':
    case 'shuttingDown':
      return { errorCode: errorCodes.internal, errorReason: error.message };
    case 'tooManyRooms':
    case 'roomFull':
    case 'tooManyTransports':
    case 'tooManyProducers':
    case 'tooManyConsumers':
    case 'hiddenPeer':
    case 'notPermitted':
      return refusals.forbidden(error.message);
  }
}

function ofMedia(error: MediaError, path: string): Refusal {
  if (error.code === 'invalidParameters') return refusals.badRequest({ path, message: error.message });
  if (isPassing(error)) return { errorCode: errorCodes.unavailable, errorReason: error.message };
  return { errorCode: errorCodes.internal, errorReason: error.message };
}
