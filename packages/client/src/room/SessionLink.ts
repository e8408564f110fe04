import type { PlaybackGate } from '../playback/PlaybackGate.ts';
import type { Clock } from '../shared/clock.ts';
import { TureenError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { DialectSession, RoomCapabilities } from './ports.ts';
import type { Announce } from './RoomTypes.ts';

/** What producers, consumers and the rest are given of the room: never the room itself. */
export interface SessionLink {
  /** The joined session; null while there is none (not joined, reconnecting, left). */
  readonly session: DialectSession | null;
  readonly capabilities: RoomCapabilities;
  readonly dialectName: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly playback: PlaybackGate;
  readonly announce: Announce;
  /** Tells a listener's failure, of whichever emitter. */
  readonly reportListenerError: (error: unknown, event: string) => void;
}

/** The session, for a call that makes sense only now. Throws `invalidState`. */
export function requireSession(link: SessionLink, call: string): DialectSession {
  if (link.session === null) {
    throw new TureenError('invalidState', `${call} needs a joined room`, {
      hint: 'await room.join(), or the `reconnected` event',
    });
  }
  return link.session;
}

/** Throws `unsupported` where the dialect or its server has no word for it. */
export function requireCapability(link: SessionLink, isThere: boolean, call: string, hint: string): void {
  if (!isThere)
    throw new TureenError('unsupported', `${call} is not possible with ${link.dialectName} on this server`, { hint });
}

/** Background work whose promise nobody holds: a failure becomes the event `requestFailed`, unless the room was left. */
export function inBackground(link: SessionLink, method: string, work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    const failure =
      error instanceof TureenError ? error : new TureenError('requestRefused', String(error), { cause: error, method });
    if (failure.code === 'closed' || failure.code === 'connectionLost' || failure.code === 'closedByServer') return;
    link.logger.warn(`${method} failed`, failure);
    link.announce('requestFailed', { method, error: failure });
  });
}
