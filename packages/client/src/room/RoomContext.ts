import type { Clock, Epoch } from '@tureen/kernel';
import type { PlaybackGate } from '../playback/PlaybackGate.ts';
import { TureenError, isConnectionLoss, toTureenError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { RequestReplay } from './session/RequestReplay.ts';
import type { DialectSession } from './DialectPort.ts';
import type { RoomCapabilities } from './capabilities.ts';
import type { RefusedOffers } from './remote/RefusedOffers.ts';
import type { Announce } from './events.ts';

/** What the parts of a room share, instead of the room itself. */
export interface RoomContext {
  /** Joined session. Null while not joined. */
  readonly session: DialectSession | null;
  /** Ends with each connection loss, although the session may continue: work that began before is stale. */
  readonly epoch: Epoch;
  readonly capabilities: RoomCapabilities;
  readonly dialectName: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly playback: PlaybackGate;
  readonly announce: Announce;
  /** Drops a connection that is dead or in an unknown state, and resumes over another one. */
  readonly drop: (reason: string) => void;
  /** Replaces a session whose transports are broken. */
  readonly rejoin: (reason: string) => void;
  /** Runs operations that are repeated after a connection loss, and withdraws those that caused two losses. */
  readonly requestReplay: RequestReplay;
  /** Offers that broke a transport or the connection. */
  readonly refusedOffers: RefusedOffers;
  /** Discards the snapshot, after a change that no event reports. */
  readonly invalidate: () => void;
  /** Reports the error of a listener or callback of the app. */
  readonly reportListenerError: (error: unknown, event: string) => void;
}

/** Returns the session. Throws `invalidState` while the room is not joined. */
export function requireSession(context: RoomContext, call: string): DialectSession {
  if (context.session === null) {
    throw new TureenError('invalidState', `${call} needs a joined room`, {
      hint: 'Await room.join(), or the `reconnected` event.',
    });
  }
  return context.session;
}

/** Throws `unsupported` unless the dialect and its server have the capability. */
export function requireCapability(context: RoomContext, isSupported: boolean, call: string, hint: string): void {
  if (!isSupported)
    throw new TureenError('unsupported', `${context.dialectName} does not support ${call} on this server`, {
      hint,
    });
}

/** Emits `requestFailed` for a failure that no promise reports, unless the connection or the room is gone. */
export function reportFailure(context: RoomContext, method: string, cause: unknown): void {
  const error = toTureenError(cause, 'requestRefused');
  if (error.code === 'closed' || isConnectionLoss(error) || error.code === 'closedByServer') return;
  context.logger.warn(`${method} failed`, error);
  context.announce('requestFailed', { method, error });
}

/** Reports the failure of work whose promise the app does not get. */
export function inBackground(context: RoomContext, method: string, work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    reportFailure(context, method, error);
  });
}
