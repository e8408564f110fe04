import { closeCodeOf, closeCodes, endReasons } from '@tureen/protocol/common';
import type { EndReason } from '@tureen/protocol/common';
import type { Logger } from 'pino';
import { MediaError } from '../engine/MediaBackend.ts';
import type { PeerClosing, PeerCloseReason } from '../rooms/PeerEvents.ts';
import { endReasonOf, RoomError } from '../rooms/RoomError.ts';
import type { Clock } from '../shared/clock.ts';
import { RECONNECT_PACE_MS } from '../shared/pacing.ts';
import { ConnectionClosedError, ProtocolError } from './Connection.ts';
import type { Connection } from './Connection.ts';

/** How a session ends, as its client reads it. */
export interface Ending {
  readonly reason: EndReason;
  /** A text for people. */
  readonly detail?: string | undefined;
  readonly appData?: unknown;
}

/** What a {@link ClosePolicy} is made of. */
export interface ClosePolicyOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Tells the client why, before a final close. Default: the close frame alone says it. */
  readonly sayWhy?: ((ending: Ending) => void) | undefined;
}

/** How a connection ends in every dialect: the reason of its close frame, which also decides whether the client reconnects. */
export class ClosePolicy {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #sayWhy: ((ending: Ending) => void) | undefined;

  constructor({ connection, clock, logger, sayWhy }: ClosePolicyOptions) {
    this.#connection = connection;
    this.#clock = clock;
    this.#logger = logger;
    this.#sayWhy = sayWhy;
  }

  /** Closes the connection; where the reason is final, a message of the dialect comes first. */
  dismiss(ending: Ending): void {
    const { reason, detail } = ending;
    try {
      if (closeCodeOf(reason) === closeCodes.closedByServer) this.#sayWhy?.(ending);
    } finally {
      // Also where the message cannot be written: a peer that the room removed must not stay connected.
      this.#connection.close(reason, detail);
    }
  }

  /** The room does not admit the client. Its requests meanwhile are refused with the same error. */
  handleEnterFailure(error: unknown): void {
    if (error instanceof ConnectionClosedError) return;
    logEnterFailure(error, this.#logger);
    const ending = endingOf(error);
    const dismiss = () => {
      this.dismiss(ending);
    };
    if (ending.reason === 'unavailable') this.#clock.after(RECONNECT_PACE_MS, dismiss);
    else setImmediate(dismiss);
  }

  handlePeerClosed({ reason, detail, appData }: PeerClosing): void {
    switch (reason) {
      case 'disconnected':
        return;
      case 'left':
        // After the answer, if it was asked for.
        setImmediate(() => {
          this.#connection.close(reason);
        });
        return;
      default:
        this.dismiss({ ...readable(reason, detail), appData });
    }
  }
}

/** A refusal is an expected outcome, and the engine logs its own faults. Of anything else the stack says where it failed. */
function logEnterFailure(error: unknown, logger: Logger): void {
  if (error instanceof RoomError) logger.info({ reason: error.code }, 'client may not enter the room');
  else if (error instanceof ProtocolError) logger.info({ reason: error.message }, 'client may not enter the room');
  else if (error instanceof MediaError)
    logger.warn({ code: error.code, error: error.message }, 'client could not enter the room');
  else logger.warn({ err: error }, 'client could not enter the room');
}

/** A reason as the client reads it. An app without types may have closed a peer with a text of its own. */
function readable(reason: PeerCloseReason, detail: string | undefined): Ending {
  if (reason === 'empty') return { reason: 'roomClosed', detail: 'every visible peer left' };
  if ((endReasons as readonly string[]).includes(reason)) return { reason: reason as EndReason, detail };
  return { reason: 'kicked', detail: detail ?? reason };
}

/** Why the room does not admit a client. */
function endingOf(error: unknown): Ending {
  if (error instanceof ProtocolError) return { reason: error.reason ?? 'badRequest', detail: error.message };
  if (error instanceof MediaError) return { reason: 'unavailable', detail: error.message };
  const reason = error instanceof RoomError ? endReasonOf(error) : undefined;
  return reason === undefined ? { reason: 'unavailable' } : { reason, detail: (error as RoomError).message };
}
