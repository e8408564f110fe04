import { errorCodes, refusals } from '@tureen/protocol/mediasoup-v2-shared';
import type { OutOfBandClientMethod, Refusal } from '@tureen/protocol/mediasoup-v2-shared';
import { toRefusal as toDialectRefusal } from '../toRefusal.ts';
import type { V2ClientMethod } from './V2Dialect.ts';

/** Malformed field where the engine rejects the parameters of a client. */
const fieldOf: Readonly<Partial<Record<V2ClientMethod | OutOfBandClientMethod, string>>> = {
  join: 'rtpCapabilities',
  updateTransport: 'dtlsParameters',
};

/** Converts an error of a room or the engine to a refusal. Returns any other error unchanged. */
export function toRefusal(error: unknown, method: V2ClientMethod | OutOfBandClientMethod, peerName: string): unknown {
  const isProducing = method === 'createProducer' || method === 'updateProducer';
  return toDialectRefusal(error, {
    ...refusals,
    duplicatedPeer: () => refusals.duplicatedPeer(peerName),
    closed: internal,
    hiddenPeer: (message) => refusals.forbidden(isProducing ? 'spy peers cannot create producers' : message),
    invalidParameters: (message) =>
      isProducing
        ? refusals.wrongRtpParameters(message)
        : refusals.badRequest({ path: fieldOf[method] ?? '', message }),
    unavailable: (message) => ({ errorCode: errorCodes.unavailable, errorReason: message }),
    engineFailed: internal,
  });
}

function internal(message: string): Refusal {
  return { errorCode: errorCodes.internal, errorReason: message };
}
