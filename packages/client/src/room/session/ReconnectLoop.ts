import type { Clock } from '@tureen/kernel';
import { invalidArgument } from '../../shared/invalidArgument.ts';
import { isOffline, type PageActiveReason } from '../../shared/pageActive.ts';
import { defaultReconnectPolicy, type ReconnectPolicy } from '../../signaling/ReconnectPolicy.ts';
import type { Announce } from '../events.ts';

/** Time in ms after which a session counts as a success. A server may close each session soon after the join. */
const successAfterMs = 10_000;

/** Time in ms between two attempts that page activity started. Doubled by each brief session. */
const wakeGapMs = 1000;

/** Longest gap in ms. */
const ceilingMs = 20_000;

/** Longest delay of `setTimeout()`. A longer one fires at once. */
const longestDelayMs = 2 ** 31 - 1;

const isDelay = (value: unknown): value is number | null =>
  value === null || (typeof value === 'number' && value >= 0 && value <= longestDelayMs);

const drawDefault = defaultReconnectPolicy();
const defaultDelay = (attempt: number) => drawDefault({ attempt, elapsedMs: 0, sinceLastSuccessMs: 0 });

export interface ReconnectLoopOptions {
  readonly clock: Clock;
  /** Null: the session ends at its first connection loss. */
  readonly policy: ReconnectPolicy | null;
  readonly reportListenerError: (error: unknown, event: string) => void;
  readonly announce: Announce;
  /** Starts the attempt. */
  readonly onAttempt: (attempt: number, reason: string) => void;
  /** The policy allows no more attempts. */
  readonly onGivenUp: (reason: string) => void;
}

/** Planned attempt. */
interface PlannedAttempt {
  readonly reason: string;
  readonly isOffline: boolean;
  /** Whether the server requested the delay, so that page activity does not shorten it. */
  readonly isTooSoon: boolean;
  /** Whether page activity shortened the delay. */
  isHastened?: boolean;
  dueAt: number;
  cancel?: () => void;
}

/** Decides when a room whose connection dropped makes the next attempt. */
export class ReconnectLoop {
  readonly #options: ReconnectLoopOptions;
  #planned: PlannedAttempt | null = null;
  /** Whether no connection was lost yet. */
  #isFresh = true;
  /** Failed attempts and brief sessions since the last successful session. */
  #failures = 0;
  #briefSessions = 0;
  #joinedAt = 0;
  /** Time online in ms since the loss from which `attempt` counts, up to `#countedAt`. */
  #elapsedMs = 0;
  #countedAt = 0;
  #isOffline = false;
  #activeAt = -Infinity;
  /** Whether the page became active during the attempt. */
  #wasActive = false;
  #isTooSoon = false;

  constructor(options: ReconnectLoopOptions) {
    this.#options = options;
  }

  /** The app called `join()`: earlier losses no longer count. */
  begin(): void {
    this.#isFresh = true;
    this.#isTooSoon = false;
    this.#activeAt = -Infinity;
  }

  handleJoined(): void {
    this.#joinedAt = this.#options.clock.now();
  }

  /** The server told the client to try later: close code 1013, or 429 to the join. */
  handleTooSoon(): void {
    this.#isTooSoon = true;
  }

  /** The joined session lost its connection. */
  handleLost(reason: string): void {
    const now = this.#count();
    const isBrief = now - this.#joinedAt < successAfterMs;
    if (this.#isFresh || !isBrief) this.#failures = this.#briefSessions = this.#elapsedMs = 0;
    else this.#fail();
    this.#isFresh = false;
    if (isBrief && !this.#isOffline) this.#briefSessions += 1;
    this.#plan(reason);
  }

  handleFailed(reason: string): void {
    this.#count();
    this.#fail();
    this.#plan(reason);
    if (this.#wasActive) this.#hasten();
  }

  handlePageActive(reason: PageActiveReason): void {
    if (reason !== 'offline') {
      this.#wasActive = true;
      this.#hasten();
    } else if (this.#planned?.isOffline === false && isOffline()) {
      this.#isTooSoon = this.#planned.isTooSoon;
      this.#plan(this.#planned.reason);
    }
  }

  /** Cancels the planned attempt. */
  stop(): void {
    this.#planned?.cancel?.();
    this.#planned = null;
  }

  #fail(): void {
    if (!this.#isOffline) this.#failures += 1;
  }

  /** Adds the time online until now. */
  #count(): number {
    const now = this.#options.clock.now();
    if (!this.#isOffline) this.#elapsedMs += now - this.#countedAt;
    this.#countedAt = now;
    this.#isOffline = isOffline();
    return now;
  }

  #plan(reason: string): void {
    this.stop();
    this.#count();
    const planned: PlannedAttempt = { reason, isOffline: this.#isOffline, isTooSoon: this.#isTooSoon, dueAt: 0 };
    this.#planned = planned;
    this.#isTooSoon = false;
    const attempt = this.#failures + 1;
    const requestedMs = this.#delayOf(attempt);
    // The policy may have left the room.
    if (this.#planned !== planned) return;
    if (requestedMs === null) {
      this.#planned = null;
      this.#options.onGivenUp(reason);
      return;
    }
    // The browser may be wrong about being offline, so the room still makes attempts at long intervals.
    const delayMs =
      planned.isOffline || planned.isTooSoon ? Math.max(requestedMs, defaultDelay(Infinity)) : requestedMs;
    this.#options.announce('reconnecting', { attempt, delayMs, reason, waitingForNetwork: planned.isOffline });
    // A listener may have left the room.
    if (this.#planned === planned) this.#arm(planned, delayMs);
  }

  /** Returns the delay in ms. Null ends the session. */
  #delayOf(attempt: number): number | null {
    const { policy, reportListenerError } = this.#options;
    if (policy === null) return null;
    try {
      const sinceLastSuccessMs = this.#countedAt - this.#joinedAt;
      const delayMs: unknown = policy({ attempt, elapsedMs: this.#elapsedMs, sinceLastSuccessMs });
      if (isDelay(delayMs)) return delayMs;
      // An async policy may still reject.
      Promise.resolve(delayMs).catch(() => {});
      const returned = typeof delayMs === 'number' ? delayMs : typeof delayMs;
      throw invalidArgument(
        'reconnectPolicy',
        `Return ms up to ${longestDelayMs}, or null.`,
        `reconnectPolicy() returned ${returned}`,
      );
    } catch (error) {
      reportListenerError(error, 'reconnectPolicy');
      return defaultDelay(attempt);
    }
  }

  #arm(planned: PlannedAttempt, delayMs: number): void {
    const { clock } = this.#options;
    planned.cancel?.();
    planned.dueAt = clock.now() + delayMs;
    planned.cancel = clock.after(delayMs, () => {
      if (!planned.isOffline && isOffline()) this.#plan(planned.reason);
      else this.#start(planned);
    });
  }

  /** Starts the planned attempt now, or as soon as the gap since the last such attempt allows. */
  #hasten(): void {
    const planned = this.#planned;
    if (planned === null || planned.isTooSoon) return;
    const now = this.#options.clock.now();
    const at = this.#activeAt + Math.min(wakeGapMs * 2 ** this.#briefSessions, ceilingMs);
    if (at > now && at >= planned.dueAt) return;
    planned.isHastened = true;
    if (at > now) this.#arm(planned, at - now);
    else this.#start(planned);
  }

  #start(planned: PlannedAttempt): void {
    this.stop();
    const now = this.#count();
    if (planned.isHastened === true) this.#activeAt = now;
    this.#wasActive = false;
    this.#options.onAttempt(this.#failures + 1, planned.reason);
  }
}
