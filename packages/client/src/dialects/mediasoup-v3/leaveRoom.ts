import { isUnknownMethodError } from '@tureen/protocol/mediasoup-v3';
import type { DialectChannel } from '../../room/DialectPort.ts';
import { TureenError } from '../../shared/errors.ts';

/**
 * Informs the server that this peer leaves. The protocol document has two names for the request, and a server knows one of them.
 * mediasoup-demo knows neither: there the caller's close of the connection is the leave.
 */
export async function leaveRoom(channel: DialectChannel, isDemo: boolean): Promise<void> {
  if (isDemo) return;
  try {
    await channel.request('leaveRoom', {});
  } catch (error) {
    if (!TureenError.is(error) || !isUnknownMethodError(error.serverCode, error.message)) throw error;
    await channel.request('leaveCall', {});
  }
}
