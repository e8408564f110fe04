import { type Clock, Epoch } from '@tureen/kernel';
import type { MediaConnectionState } from '../../media/MediaEngine.ts';
import { toTureenError } from '../../shared/errors.ts';
import type { RoomCapabilities } from '../capabilities.ts';
import type { TransportDirection } from '../entityInfo.ts';
import type { Announce, RecoveryStep } from '../events.ts';

/** The gentlest first. */
const steps: readonly RecoveryStep[] = ['restartIce', 'rebuild', 'rejoin'];

/** ms that a lost connection has to come back by itself before its ICE is restarted. */
const patienceMs = 2000;
/** ms that the server has to answer: where media is lost, signalling may be as dead. */
const answerWithinMs = 5000;
/** ms that a connection has to come up after a step; where ICE cannot be restarted, to come back by itself as well. */
const connectWithinMs = 7000;
/** How often that is doubled at most, as the pause before the steps are gone through again. */
const doublingsAtMost = 3;

export interface TransportRecoveryOptions {
  readonly clock: Clock;
  readonly announce: Announce;
  readonly recovery: () => RoomCapabilities['recovery'];
  readonly restartIce: (direction: TransportDirection) => Promise<void>;
  /** Makes a transport anew, with what it carried. */
  readonly rebuild: (direction: TransportDirection) => Promise<void>;
  /** Gives the session up for a new one. */
  readonly rejoin: (reason: string) => void;
  /** Signalling is dead and does not know it. */
  readonly drop: (reason: string) => void;
}

/** Repairs the media of one direction, one step after the other. */
export class TransportRecovery {
  readonly #direction: TransportDirection;
  readonly #options: TransportRecoveryOptions;
  #isOn = false;
  #state: MediaConnectionState = 'new';
  /** Why it is to be repaired; null while it is well. */
  #reason: string | null = null;
  #since = 0;
  /** How many of the steps were taken, or skipped. None while it may come back by itself. */
  #taken = 0;
  /** The last one that was told. */
  #told: RecoveryStep | null = null;
  /** If only in a session before. */
  #wasConnected = false;
  /** How many times all steps were in vain. */
  #rounds = 0;
  /** Ends whenever the step under way is superseded. */
  readonly #epoch = new Epoch();
  #cancel: () => void = () => {};

  constructor(direction: TransportDirection, options: TransportRecoveryOptions) {
    this.#direction = direction;
    this.#options = options;
  }

  start(isResumed: boolean): void {
    this.#isOn = true;
    this.#begin();
    if (!isResumed) {
      this.#state = 'new';
      this.#settle('rejoin');
    }
    // How a transport that was kept is by now is told in a moment.
    this.#watch();
  }

  stop(): void {
    this.#isOn = false;
    this.#halt();
  }

  handleState(state: MediaConnectionState): void {
    this.#state = state;
    if (state === 'connected') {
      this.#wasConnected = true;
      this.#rounds = 0;
      this.#settle();
    } else if (state === 'new' && this.#taken === 0) {
      // What was broken is not wanted any more.
      this.#settle();
    } else if ((state === 'disconnected' || state === 'failed') && this.#taken === 0) {
      if (this.#reason === null) this.#since = this.#options.clock.now();
      this.#reason = state;
      this.#watch();
    }
  }

  handleOnline(): void {
    this.#begin(-Infinity);
    this.#rounds = 0;
    this.#watch();
  }

  /** Cancels the pending timer and the step under way. */
  #halt(): void {
    this.#cancel();
    this.#epoch.next();
  }

  #begin(since = this.#options.clock.now()): void {
    this.#taken = 0;
    this.#since = since;
  }

  /** It is well. */
  #settle(by = this.#told): void {
    const told = this.#told;
    this.#halt();
    this.#taken = 0;
    this.#reason = this.#told = null;
    if (told !== null && by !== null)
      this.#options.announce('transportRecovered', { direction: this.#direction, step: by });
  }

  /** Waits until it has waited long enough. */
  #watch(): void {
    this.#halt();
    if (!this.#isOn || this.#reason === null) return;
    const patience = this.#next === 'restartIce' ? patienceMs : connectWithinMs;
    const pause = this.#rounds && connectWithinMs * 2 ** Math.min(this.#rounds - 1, doublingsAtMost);
    const until = this.#since + Math.max(pause, this.#state === 'failed' ? 0 : patience);
    const act = () => void this.#climb();
    const ms = until - this.#options.clock.now();
    if (ms > 0) this.#cancel = this.#options.clock.after(ms, act);
    else act();
  }

  get #next(): RecoveryStep {
    const { iceRestart, rebuildSend, rebuildRecv } = this.#options.recovery();
    const isThere = [iceRestart, this.#direction === 'send' ? rebuildSend : rebuildRecv, true];
    return steps.find((_, index) => index >= this.#taken && isThere[index]) ?? 'rejoin';
  }

  /** Takes the next step. Never rejects. */
  async #climb(): Promise<void> {
    const { announce, clock, drop, rebuild, recovery, rejoin, restartIce } = this.#options;
    const direction = this.#direction;
    this.#halt();
    const { signal } = this.#epoch;
    const step = this.#next;
    const isLast = step === 'rejoin';
    if (isLast) this.#rounds += 1;
    // A connection that never came up will not do so in another session.
    if (isLast && !(this.#wasConnected && (direction === 'send' || recovery().rejoinRecv !== false))) {
      this.#begin();
      this.#watch();
      return;
    }
    this.#taken = steps.indexOf(step) + 1;
    this.#told = step;
    announce('transportRecovering', { direction, step, reason: this.#reason ?? this.#state });
    // A listener may have left the room.
    if (signal.aborted) return;
    if (isLast) {
      rejoin(`media is lost: ${direction}`);
      return;
    }
    const isDead = () => {
      drop('the server did not answer as media was lost');
    };
    this.#cancel = clock.after(answerWithinMs, isDead);
    try {
      await (step === 'rebuild' ? rebuild : restartIce)(direction);
      if (signal.aborted) return;
      this.#cancel();
      this.#cancel = clock.after(connectWithinMs, () => {
        this.#reason = `no connection after ${step}`;
        // A new one, over which nothing goes yet.
        if (this.#state === 'new') this.#settle();
        else void this.#climb();
      });
    } catch (cause) {
      if (signal.aborted) return;
      const { code, message } = toTureenError(cause, 'mediaFailed');
      this.#reason = message;
      if (code === 'requestTimeout') isDead();
      else await this.#climb();
    }
  }
}
