import type { Clock } from '../../shared/clock.ts';
import { TureenError } from '../../shared/errors.ts';
import { isOffline, type PageActiveReason } from '../../shared/pageActive.ts';
import { defaultReconnectPolicy, type ReconnectPolicy } from '../../signaling/ReconnectPolicy.ts';
import type { Announce } from '../events.ts';

/** ms after which a session counts as a success. A server may close each session soon after the join. */
const heldAfterMs = 10_000;

/** ms between two attempts that a wake began. Doubled by each session that did not hold. */
const wakeGapMs = 1000;

/** ms, the longest gap. */
const ceilingMs = 20_000;

/** The longest that `setTimeout()` waits: what is longer fires at once. */
const longestDelayMs = 2 ** 31 - 1;

const isDelay = (value: unknown): value is number | null =>
  value === null || (typeof value === 'number' && value >= 0 && value <= longestDelayMs);

const drawDefault = defaultReconnectPolicy();
const defaultDelay = (attempt: number) => drawDefault({ attempt, elapsedMs: 0, sinceLastSuccessMs: 0 });

export interface ReconnectLoopOptions {
  readonly clock: Clock;
  /** Null: the session ends at its first loss. */
  readonly policy: ReconnectPolicy | null;
  readonly reportListenerError: (error: unknown, event: string) => void;
  readonly announce: Announce;
  /** The time for the attempt has come. */
  readonly onAttempt: (attempt: number, reason: string) => void;
  /** The policy wants no more attempts. */
  readonly onGivenUp: (reason: string) => void;
}

/** An attempt that waits for its time. */
interface Wait {
  readonly reason: string;
  readonly isOffline: boolean;
  /** The server asked for the delay, so that no wake shortens it. */
  readonly isTooSoon: boolean;
  /** A wake shortened it. */
  isHastened?: boolean;
  dueAt: number;
  cancel?: () => void;
}

/** Decides when a room that lost its connection tries again. */
export class ReconnectLoop {
  readonly #options: ReconnectLoopOptions;
  #wait: Wait | null = null;
  /** No loss yet. */
  #isFresh = true;
  /** Failed attempts and sessions that did not hold, since the last session that held. */
  #failures = 0;
  #briefSessions = 0;
  #enteredAt = 0;
  /** Since the loss from which `attempt` counts, without the time offline. Up to `#countedAt`. */
  #elapsedMs = 0;
  #countedAt = 0;
  #isOffline = false;
  #wokenAt = -Infinity;
  /** A wake came during the attempt. */
  #isWoken = false;
  #isTooSoon = false;

  constructor(options: ReconnectLoopOptions) {
    this.#options = options;
  }

  /** The app called `join()`: what was before does not count. */
  begin(): void {
    this.#isFresh = true;
    this.#isTooSoon = false;
    this.#wokenAt = -Infinity;
  }

  handleEntered(): void {
    this.#enteredAt = this.#options.clock.now();
  }

  /** The server says that the client came too soon: close code 1013, or 429 to the join. */
  handleTooSoon(): void {
    this.#isTooSoon = true;
  }

  /** The joined session lost its connection. */
  handleLost(reason: string): void {
    const now = this.#count();
    const isBrief = now - this.#enteredAt < heldAfterMs;
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
    if (this.#isWoken) this.#hasten();
  }

  handleWake(reason: PageActiveReason): void {
    if (reason !== 'offline') {
      this.#isWoken = true;
      this.#hasten();
    } else if (this.#wait?.isOffline === false && isOffline()) {
      this.#isTooSoon = this.#wait.isTooSoon;
      this.#plan(this.#wait.reason);
    }
  }

  /** Cancels the attempt that waits. */
  stop(): void {
    this.#wait?.cancel?.();
    this.#wait = null;
  }

  #fail(): void {
    if (!this.#isOffline) this.#failures += 1;
  }

  /** Counts the time up to now. */
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
    const wait: Wait = { reason, isOffline: this.#isOffline, isTooSoon: this.#isTooSoon, dueAt: 0 };
    this.#wait = wait;
    this.#isTooSoon = false;
    const attempt = this.#failures + 1;
    const asked = this.#delayOf(attempt);
    // The policy may have left the room.
    if (this.#wait !== wait) return;
    if (asked === null) {
      this.#wait = null;
      this.#options.onGivenUp(reason);
      return;
    }
    // A browser may be wrong about being offline, so the room tries now and then all the same.
    const delayMs = wait.isOffline || wait.isTooSoon ? Math.max(asked, defaultDelay(Infinity)) : asked;
    this.#options.announce('reconnecting', { attempt, delayMs, reason, waitingForNetwork: wait.isOffline });
    // A listener may have left the room.
    if (this.#wait === wait) this.#arm(wait, delayMs);
  }

  /** Null ends the session. */
  #delayOf(attempt: number): number | null {
    const { policy, reportListenerError } = this.#options;
    if (policy === null) return null;
    try {
      const sinceLastSuccessMs = this.#countedAt - this.#enteredAt;
      const delayMs: unknown = policy({ attempt, elapsedMs: this.#elapsedMs, sinceLastSuccessMs });
      if (isDelay(delayMs)) return delayMs;
      // An async policy may still reject.
      Promise.resolve(delayMs).catch(() => {});
      const returned = typeof delayMs === 'number' ? delayMs : typeof delayMs;
      throw new TureenError('invalidArgument', `reconnectPolicy() returned ${returned}`, {
        hint: `return ms up to ${longestDelayMs}, or null`,
      });
    } catch (error) {
      reportListenerError(error, 'reconnectPolicy');
      return defaultDelay(attempt);
    }
  }

  #arm(wait: Wait, delayMs: number): void {
    const { clock } = this.#options;
    wait.cancel?.();
    wait.dueAt = clock.now() + delayMs;
    wait.cancel = clock.after(delayMs, () => {
      if (!wait.isOffline && isOffline()) this.#plan(wait.reason);
      else this.#start(wait);
    });
  }

  /** Begins the attempt that waits now, or as soon after the last such attempt as is fair to the server. */
  #hasten(): void {
    const wait = this.#wait;
    if (wait === null || wait.isTooSoon) return;
    const now = this.#options.clock.now();
    const at = this.#wokenAt + Math.min(wakeGapMs * 2 ** this.#briefSessions, ceilingMs);
    if (at > now && at >= wait.dueAt) return;
    wait.isHastened = true;
    if (at > now) this.#arm(wait, at - now);
    else this.#start(wait);
  }

  #start(wait: Wait): void {
    this.stop();
    const now = this.#count();
    if (wait.isHastened === true) this.#wokenAt = now;
    this.#isWoken = false;
    this.#options.onAttempt(this.#failures + 1, wait.reason);
  }
}
