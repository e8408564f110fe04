import { errorCodes, refusals } from '@tureen/protocol/mediasoup-v2-shared';
import type { OutOfBandClientMethod, Refusal } from '@tureen/protocol/mediasoup-v2-shared';
import { isPassing, MediaError } from '../../engine/MediaBackend.ts';
import { endReasonOf, RoomError } from '../../rooms/RoomError.ts';
import { refused } from '../Connection.ts';
import type { ClientWord } from './V2Dialect.ts';

/** Where the engine finds a fault in what the client sent, it is in this field. */
const fieldOf: Readonly<Partial<Record<ClientWord | OutOfBandClientMethod, string>>> = {
  join: 'rtpCapabilities',
  updateTransport: 'dtlsParameters',
};

/** What rooms and engine would not do, as the client reads it. Anything else comes back as it is. */
export function toRefusal(error: unknown, word: ClientWord | OutOfBandClientMethod, peerName: string): unknown {
  if (error instanceof RoomError) return refused(ofRoom(error, word, peerName), endReasonOf(error));
  if (error instanceof MediaError) return refused(ofMedia(error, word), isPassing(error) ? 'unavailable' : undefined);
  return error;
}

function ofRoom(error: RoomError, word: ClientWord | OutOfBandClientMethod, peerName: string): Refusal {
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
      return refusals.forbidden(isProducing(word) ? 'spy peers cannot create producers' : error.message);
    case 'tooManyRooms':
    case 'roomFull':
    case 'tooManyTransports':
    case 'tooManyProducers':
    case 'tooManyConsumers':
    case 'notPermitted':
      return refusals.forbidden(error.message);
  }
}

function ofMedia(error: MediaError, word: ClientWord | OutOfBandClientMethod): Refusal {
  const { code, message } = error;
  if (isPassing(error)) return { errorCode: errorCodes.unavailable, errorReason: message };
  if (code !== 'invalidParameters') return { errorCode: errorCodes.internal, errorReason: message };
  if (isProducing(word)) return refusals.wrongRtpParameters(message);
  return refusals.badRequest({ path: fieldOf[word] ?? '', message });
}

function isProducing(word: ClientWord | OutOfBandClientMethod): boolean {
  return word === 'createProducer' || word === 'updateProducer';
}
