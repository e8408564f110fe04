import { errorCodes, refusals } from '@tureen/protocol/mediasoup-v2-shared';
import type { CarrierClientMethod, Refusal } from '@tureen/protocol/mediasoup-v2-shared';
import { isPassing, MediaError } from '../../engine/port/MediaError.ts';
import { endReasonOf, RoomError } from '../../rooms/RoomError.ts';
import { refused } from '../Connection.ts';
import type { V2ClientMethod } from './V2Dialect.ts';

/** Field that is wrong where the engine rejects the parameters of a client. */
const fieldOf: Readonly<Partial<Record<V2ClientMethod | CarrierClientMethod, string>>> = {
  join: 'rtpCapabilities',
  updateTransport: 'dtlsParameters',
};

/** Converts an error of a room or the engine to a refusal. Returns any other error unchanged. */
export function toRefusal(error: unknown, method: V2ClientMethod | CarrierClientMethod, peerName: string): unknown {
  if (error instanceof RoomError) return refused(ofRoom(error, method, peerName), endReasonOf(error));
  if (error instanceof MediaError) return refused(ofMedia(error, method), isPassing(error) ? 'unavailable' : undefined);
  return error;
}

function ofRoom(error: RoomError, method: V2ClientMethod | CarrierClientMethod, peerName: string): Refusal {
  switch (error.code) {
    case 'notJoined':
      return refusals.notJoined();
    case 'alreadyJoined':
      return refusals.alreadyJoined();
    case 'duplicatedPeer':
      return refusals.duplicatedPeer(peerName);
    case 'closed':
    case 'shuttingDown':
      return { errorCode: errorCodes.internal, errorReason: error.message };
    case 'hiddenPeer':
      return refusals.forbidden(isProducing(method) ? 'spy peers cannot create producers' : error.message);
    case 'tooManyRooms':
    case 'roomFull':
    case 'tooManyTransports':
    case 'tooManyProducers':
    case 'tooManyConsumers':
    case 'notPermitted':
      return refusals.forbidden(error.message);
  }
}

function ofMedia(error: MediaError, method: V2ClientMethod | CarrierClientMethod): Refusal {
  const { code, message } = error;
  if (isPassing(error)) return { errorCode: errorCodes.unavailable, errorReason: message };
  if (code !== 'invalidParameters') return { errorCode: errorCodes.internal, errorReason: message };
  if (isProducing(method)) return refusals.wrongRtpParameters(message);
  return refusals.badRequest({ path: fieldOf[method] ?? '', message });
}

function isProducing(method: V2ClientMethod | CarrierClientMethod): boolean {
  return method === 'createProducer' || method === 'updateProducer';
}
