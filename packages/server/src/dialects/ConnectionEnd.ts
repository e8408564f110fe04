import { closeCodes, writeCloseReason } from '@tureen/protocol/common';
import type { Logger } from 'pino';
import { MediaError } from '../engine/MediaBackend.ts';
import type { PeerClosing } from '../rooms/PeerEvents.ts';
import { RoomError } from '../rooms/RoomError.ts';
import { ConnectionClosedError, ProtocolError } from './Connection.ts';
import type { Connection } from './Connection.ts';

/** What a {@link ConnectionEnd} is made of. */
export interface ConnectionEndOptions {
  readonly connection: Connection;
  readonly logger: Logger;
  /** Tells the client why, before a close that is for good. Default: the close itself says it. */
  readonly sayWhy?: ((closing: PeerClosing) => void) | undefined;
}

/** How a connection ends, whatever it speaks: what it is closed with, and whether its client is to come back. */
export class ConnectionEnd {
  readonly #connection: Connection;
  readonly #logger: Logger;
  readonly #sayWhy: ((closing: PeerClosing) => void) | undefined;

  constructor({ connection, logger, sayWhy }: ConnectionEndOptions) {
    this.#connection = connection;
    this.#logger = logger;
    this.#sayWhy = sayWhy;
  }

  /** The client shall not come back. */
  dismiss(closing: PeerClosing): void {
    this.#sayWhy?.(closing);
    this.#connection.close(closeCodes.closedByServer, closing.reason);
  }

  /** The room does not take it in. Whatever was asked meanwhile is refused with the same error. */
  handleEnterFailure(error: unknown): void {
    if (error instanceof ConnectionClosedError) return;
    this.#logger.warn({ err: error }, 'client could not enter the room');
    const reason = reasonOf(error);
    setImmediate(() => {
      if (reason === undefined) this.handleUnavailable(error instanceof MediaError ? error.message : '');
      else if (reason === 'serverClosed') this.#connection.close(closeCodes.comeBack, reason);
      else this.dismiss({ reason });
    });
  }

  /** The server cannot serve the client now. The client may come back. */
  handleUnavailable(text: string): void {
    this.#connection.close(closeCodes.comeBack, writeCloseReason('unavailable', text));
  }

  handlePeerClosed(closing: PeerClosing): void {
    const { reason } = closing;
    switch (reason) {
      case 'disconnected':
        return;
      case 'left':
        // After the answer, if it was asked for.
        setImmediate(() => {
          this.#connection.close(closeCodes.closedByServer, reason);
        });
        return;
      case 'workerDied':
      case 'serverClosed':
        // Not the end: the client finds the room anew on another worker, or once the server is up again.
        this.#connection.close(closeCodes.comeBack, reason);
        return;
      case 'unavailable':
        this.handleUnavailable('the server did not respond in time');
        return;
      default:
        this.dismiss(closing);
    }
  }
}

/** What the client is told of why it may not enter; undefined where it may try again. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof ProtocolError) return error.message;
  if (!(error instanceof RoomError)) return undefined;
  return error.code === 'closed' ? 'serverClosed' : error.code;
}
