import type { PlaybackGate } from '../playback/PlaybackGate.ts';
import type { Clock } from '../shared/clock.ts';
import { TureenError, isConnectionLoss, toTureenError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { RequestReplay } from './session/RequestReplay.ts';
import type { DialectSession } from './DialectPort.ts';
import type { RoomCapabilities } from './capabilities.ts';
import type { RefusedOffers } from './remote/RefusedOffers.ts';
import type { Announce } from './events.ts';

/** What producers, consumers and the rest are given of the room: never the room itself. */
export interface RoomContext {
  /** The joined session; null while there is none (not joined, reconnecting, left). */
  readonly session: DialectSession | null;
  /** Another number after each loss, though the session may be the same: what was begun before is of no use after it. */
  readonly epoch: number;
  readonly capabilities: RoomCapabilities;
  readonly dialectName: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly playback: PlaybackGate;
  readonly announce: Announce;
  /** The connection is not to be trusted any more: another one, over which both ends agree on what there is. */
  readonly drop: (reason: string) => void;
  /** The transports are not to be trusted any more: another session. */
  readonly rejoin: (reason: string) => void;
  /** Runs what may be sent again after a loss, and withdraws what caused two. */
  readonly requestReplay: RequestReplay;
  /** Offers that broke a transport or the connection. */
  readonly refusedOffers: RefusedOffers;
  /** Something that `room.snapshot()` shows has changed, and no event says so. */
  readonly invalidate: () => void;
  /** Tells a listener's failure, of whichever emitter. */
  readonly reportListenerError: (error: unknown, event: string) => void;
}

/** The session, for a call that makes sense only now. Throws `invalidState`. */
export function requireSession(context: RoomContext, call: string): DialectSession {
  if (context.session === null) {
    throw new TureenError('invalidState', `${call} needs a joined room`, {
      hint: 'await room.join(), or the `reconnected` event',
    });
  }
  return context.session;
}

/** Throws `unsupported` where the dialect or its server has no word for it. */
export function requireCapability(context: RoomContext, isThere: boolean, call: string, hint: string): void {
  if (!isThere)
    throw new TureenError('unsupported', `${call} is not possible with ${context.dialectName} on this server`, {
      hint,
    });
}

/** A failure that nobody's promise tells: it becomes the event `requestFailed`, unless the connection or the room is gone. */
export function reportFailure(context: RoomContext, method: string, cause: unknown): void {
  const error = toTureenError(cause, 'requestRefused');
  if (error.code === 'closed' || isConnectionLoss(error) || error.code === 'closedByServer') return;
  context.logger.warn(`${method} failed`, error);
  context.announce('requestFailed', { method, error });
}

/** Background work whose promise nobody holds. */
export function inBackground(context: RoomContext, method: string, work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    reportFailure(context, method, error);
  });
}
