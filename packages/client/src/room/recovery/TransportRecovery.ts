import { type Clock, Epoch } from '@tureen/kernel';
import type { MediaConnectionState } from '../../media/MediaEngine.ts';
import { toTureenError } from '../../shared/errors.ts';
import type { RoomCapabilities } from '../capabilities.ts';
import type { TransportDirection } from '../entityInfo.ts';
import type { Announce, RecoveryStep } from '../events.ts';

/** Steps, the least disruptive first. */
const steps: readonly RecoveryStep[] = ['restartIce', 'rebuild', 'rejoin'];

/** Time in ms that a disconnected transport has to reconnect before an ICE restart. */
const patienceMs = 2000;
/** Time in ms that the server has to respond: where media is lost, signaling may be dead too. */
const responseTimeoutMs = 5000;
/** Time in ms that a transport has to connect after a step, and to reconnect where ICE cannot be restarted. */
const connectTimeoutMs = 7000;
/** Highest number of times that the pause between two rounds of steps doubles. */
const maxDoublings = 3;

export interface TransportRecoveryOptions {
  readonly clock: Clock;
  readonly announce: Announce;
  readonly recovery: () => RoomCapabilities['recovery'];
  readonly restartIce: (direction: TransportDirection) => Promise<void>;
  /** Replaces a transport, and publishes again what it carried. */
  readonly rebuild: (direction: TransportDirection) => Promise<void>;
  /** Replaces the session. */
  readonly rejoin: (reason: string) => void;
  /** Drops a connection that is dead without a close. */
  readonly drop: (reason: string) => void;
}

/** Recovers the media of one direction, one step after the other. */
export class TransportRecovery {
  readonly #direction: TransportDirection;
  readonly #options: TransportRecoveryOptions;
  #isOn = false;
  #state: MediaConnectionState = 'new';
  /** Why the transport needs recovery. Null while it works. */
  #reason: string | null = null;
  #since = 0;
  /** Number of steps taken or skipped. 0 while the transport may still reconnect. */
  #taken = 0;
  /** Last step that the app was informed of. */
  #announced: RecoveryStep | null = null;
  /** Whether the direction was connected, in this session or a former one. */
  #wasConnected = false;
  /** Number of rounds in which all steps failed. */
  #rounds = 0;
  /** Ends when the running step is superseded. */
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
    // A kept transport reports its present state next.
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
      // Nothing uses the transport any more.
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

  /** Cancels the timer and the running step. */
  #halt(): void {
    this.#cancel();
    this.#epoch.next();
  }

  #begin(since = this.#options.clock.now()): void {
    this.#taken = 0;
    this.#since = since;
  }

  /** The transport works. */
  #settle(by = this.#announced): void {
    const announced = this.#announced;
    this.#halt();
    this.#taken = 0;
    this.#reason = this.#announced = null;
    if (announced !== null && by !== null)
      this.#options.announce('transportRecovered', { direction: this.#direction, step: by });
  }

  /** Takes the next step when the time for the present state has passed. */
  #watch(): void {
    this.#halt();
    if (!this.#isOn || this.#reason === null) return;
    const patience = this.#next === 'restartIce' ? patienceMs : connectTimeoutMs;
    const pause = this.#rounds && connectTimeoutMs * 2 ** Math.min(this.#rounds - 1, maxDoublings);
    const until = this.#since + Math.max(pause, this.#state === 'failed' ? 0 : patience);
    const act = () => void this.#climb();
    const ms = until - this.#options.clock.now();
    if (ms > 0) this.#cancel = this.#options.clock.after(ms, act);
    else act();
  }

  get #next(): RecoveryStep {
    const { iceRestart, rebuildSend, rebuildRecv } = this.#options.recovery();
    const isSupported = [iceRestart, this.#direction === 'send' ? rebuildSend : rebuildRecv, true];
    return steps.find((_, index) => index >= this.#taken && isSupported[index]) ?? 'rejoin';
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
    // A transport that never connected will not connect in another session.
    if (isLast && !(this.#wasConnected && (direction === 'send' || recovery().rejoinRecv !== false))) {
      this.#begin();
      this.#watch();
      return;
    }
    this.#taken = steps.indexOf(step) + 1;
    this.#announced = step;
    announce('transportRecovering', { direction, step, reason: this.#reason ?? this.#state });
    // A listener may have left the room.
    if (signal.aborted) return;
    if (isLast) {
      rejoin(`media is lost: ${direction}`);
      return;
    }
    const isDead = () => {
      drop('no response from the server while media was lost');
    };
    this.#cancel = clock.after(responseTimeoutMs, isDead);
    try {
      await (step === 'rebuild' ? rebuild : restartIce)(direction);
      if (signal.aborted) return;
      this.#cancel();
      this.#cancel = clock.after(connectTimeoutMs, () => {
        this.#reason = `no connection after ${step}`;
        // A new transport that carries nothing yet.
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
