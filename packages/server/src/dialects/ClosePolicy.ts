import { closeCodeOf, closeCodes, endReasons } from '@tureen/protocol/common';
import type { EndReason } from '@tureen/protocol/common';
import type { Logger } from 'pino';
import type { Clock } from '@tureen/kernel';
import { MediaError } from '../engine/port/MediaError.ts';
import type { PeerClosing, PeerCloseReason } from '../rooms/PeerEvents.ts';
import { endReasonOf, RoomError } from '../rooms/RoomError.ts';
import { RECONNECT_PACE_MS } from '../shared/pacing.ts';
import { ConnectionClosedError, ProtocolError } from './Connection.ts';
import type { Connection } from './Connection.ts';
import type { PendingResponses } from './PendingResponses.ts';

/** Reason of a closed session, as the client receives it. */
export interface Ending {
  readonly reason: EndReason;
  /** Text for people. */
  readonly detail?: string | undefined;
  readonly appData?: unknown;
}

/** Parts of a {@link ClosePolicy}. */
export interface ClosePolicyOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Responses that must be sent before a connection closes at the client's request. */
  readonly responses: PendingResponses;
  /** Notifies the client of the reason before a final close. Default: the close frame alone has the reason. */
  readonly notifyEnding?: ((ending: Ending) => void) | undefined;
}

/** Closes connections in every dialect. From the reason in the close frame, the client also decides whether to reconnect. */
export class ClosePolicy {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #responses: PendingResponses;
  readonly #notifyEnding: ((ending: Ending) => void) | undefined;

  constructor({ connection, clock, logger, responses, notifyEnding }: ClosePolicyOptions) {
    this.#connection = connection;
    this.#clock = clock;
    this.#logger = logger;
    this.#responses = responses;
    this.#notifyEnding = notifyEnding;
  }

  /** Closes the connection. A final reason is first sent as a message of the dialect. */
  end(ending: Ending): void {
    const { reason, detail } = ending;
    try {
      if (closeCodeOf(reason) === closeCodes.closedByServer) this.#notifyEnding?.(ending);
    } finally {
      // Also closes where the message cannot be encoded: a removed peer must not stay connected.
      this.#connection.close(reason, detail);
    }
  }

  /**
   * Handles a client that the room does not admit. The client's pending requests are refused with the same error before the
   * connection closes.
   */
  handleEnterFailure(error: unknown): void {
    if (error instanceof ConnectionClosedError) return;
    logEnterFailure(error, this.#logger);
    const ending = endingOf(error);
    const end = () => {
      this.end(ending);
    };
    if (ending.reason === 'unavailable') this.#clock.after(RECONNECT_PACE_MS, end);
    else this.#responses.afterAll(end);
  }

  handlePeerClosed({ reason, detail, appData }: PeerClosing): void {
    switch (reason) {
      case 'disconnected':
        return;
      case 'left':
        // The response to the request to leave is pending.
        this.#responses.afterAll(() => {
          this.#connection.close(reason);
        });
        return;
      default:
        this.end({ ...readable(reason, detail), appData });
    }
  }
}

/** Logs a refusal without its stack: a refusal is an expected outcome, and the engine logs its own faults. */
function logEnterFailure(error: unknown, logger: Logger): void {
  if (error instanceof RoomError) logger.info({ reason: error.code }, 'refused to admit the client');
  else if (error instanceof ProtocolError) logger.info({ reason: error.message }, 'refused to admit the client');
  else if (error instanceof MediaError)
    logger.warn({ code: error.code, error: error.message }, 'failed to admit the client');
  else logger.warn({ err: error }, 'failed to admit the client');
}

/** Converts a reason for the client. An app without types may pass any text as the reason. */
function readable(reason: PeerCloseReason, detail: string | undefined): Ending {
  if (reason === 'empty') return { reason: 'roomClosed', detail: 'every visible peer left' };
  if ((endReasons as readonly string[]).includes(reason)) return { reason: reason as EndReason, detail };
  return { reason: 'kicked', detail: detail ?? reason };
}

/** Converts the error with which the room refused the client. */
function endingOf(error: unknown): Ending {
  if (error instanceof ProtocolError) return { reason: error.reason ?? 'badRequest', detail: error.message };
  if (error instanceof MediaError) return { reason: 'unavailable', detail: error.message };
  const reason = error instanceof RoomError ? endReasonOf(error) : undefined;
  return reason === undefined ? { reason: 'unavailable' } : { reason, detail: (error as RoomError).message };
}
