import type { EndReason } from '@tureen/protocol/common';
import { WebSocket } from 'ws';

/** Reasons of the codes with which `ws` itself closes on a message that it cannot take. */
const reasons: Readonly<Record<number, EndReason>> = {
  1002: 'badMessages',
  1007: 'badMessages',
  1009: 'messageTooLarge',
};

/** A WebSocket whose close frame bears a reason also where `ws` decides to close. */
export class ReasonedWebSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason ?? (code === undefined ? undefined : reasons[code]));
  }
}
