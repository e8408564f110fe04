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

/** The end of a session, as its client reads it. */
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
  /** Responses that have to be sent before the connection closes as the client asked. */
  readonly responses: PendingResponses;
  /** Notifies the client of the reason before a final close. Default: the close frame alone has the reason. */
  readonly notifyEnding?: ((ending: Ending) => void) | undefined;
}

/** Closes connections in every dialect. The reason in the close frame also decides whether the client reconnects. */
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
      // Also where the message cannot be encoded: a peer that the room removed must not stay connected.
      this.#connection.close(reason, detail);
    }
  }

  /** The room does not admit the client. Its pending requests are refused with the same error before the connection closes. */
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

/** Logs a refusal without its stack: it is an expected outcome, and the engine logs its own faults. */
function logEnterFailure(error: unknown, logger: Logger): void {
  if (error instanceof RoomError) logger.info({ reason: error.code }, 'client may not enter the room');
  else if (error instanceof ProtocolError) logger.info({ reason: error.message }, 'client may not enter the room');
  else if (error instanceof MediaError)
    logger.warn({ code: error.code, error: error.message }, 'client could not enter the room');
  else logger.warn({ err: error }, 'client could not enter the room');
}

/** Converts a reason for the client. An app without types may close a peer with any text. */
function readable(reason: PeerCloseReason, detail: string | undefined): Ending {
  if (reason === 'empty') return { reason: 'roomClosed', detail: 'every visible peer left' };
  if ((endReasons as readonly string[]).includes(reason)) return { reason: reason as EndReason, detail };
  return { reason: 'kicked', detail: detail ?? reason };
}

/** Converts the error of a room that does not admit the client. */
function endingOf(error: unknown): Ending {
  if (error instanceof ProtocolError) return { reason: error.reason ?? 'badRequest', detail: error.message };
  if (error instanceof MediaError) return { reason: 'unavailable', detail: error.message };
  const reason = error instanceof RoomError ? endReasonOf(error) : undefined;
  return reason === undefined ? { reason: 'unavailable' } : { reason, detail: (error as RoomError).message };
}
