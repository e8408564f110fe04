import { errorCodes, refusals } from '@tureen/protocol/mediasoup-v3';
import type { ClientMethod, Refusal } from '@tureen/protocol/mediasoup-v3';
import { ProtocolError } from '../Connection.ts';
import { toRefusal as toDialectRefusal } from '../toRefusal.ts';

/** Malformed field where the engine rejects the parameters of a client. */
const fieldOf: Readonly<Partial<Record<ClientMethod, string>>> = {
  join: 'rtpCapabilities',
  connectWebRtcTransport: 'dtlsParameters',
  produce: 'rtpParameters',
  produceData: 'sctpStreamParameters',
};

/** Converts an error of a room or the engine to a refusal. Returns any other error unchanged. */
export function toRefusal(error: unknown, method: ClientMethod): unknown {
  return toDialectRefusal(error, {
    ...refusals,
    closed: internal,
    hiddenPeer: refusals.forbidden,
    invalidParameters: (message) => refusals.badRequest({ path: fieldOf[method] ?? '', message }),
    unavailable: (message) => ({ errorCode: errorCodes.unavailable, errorReason: message }),
    engineFailed: internal,
  });
}

/** Converts a refusal to that of a stock server, which has only the codes 403 and 500. */
export function asStockServer(error: unknown): unknown {
  if (!(error instanceof ProtocolError) || error.code === errorCodes.forbidden) return error;
  return new ProtocolError(errorCodes.internal, error.message);
}

function internal(message: string): Refusal {
  return { errorCode: errorCodes.internal, errorReason: message };
}
