import type { EndReason } from '@tureen/protocol/common';
import { WebSocket } from 'ws';

/** Reasons for the codes with which `ws` closes after an invalid message. */
const reasons: Readonly<Record<number, EndReason>> = {
  1002: 'badMessages',
  1007: 'badMessages',
  1009: 'messageTooLarge',
};

/** WebSocket that adds a reason to the close frames of `ws`. */
export class ReasonedWebSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason ?? (code === undefined ? undefined : reasons[code]));
  }
}
