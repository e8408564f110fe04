import type { MediaConnectionState } from '../media/MediaEngine.ts';
import type { Clock } from '../shared/clock.ts';
import { type TureenError, toTureenError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { RoomCapabilities, TransportDirection } from './ports.ts';
import type { Announce, RecoveryStep } from './RoomTypes.ts';

/** The gentlest first. */
const steps: readonly RecoveryStep[] = ['restartIce', 'rebuild', 'rejoin'];
const directions: readonly TransportDirection[] = ['send', 'recv'];

/** ms that a lost connection has to come back by itself before its ICE is restarted. */
const patienceMs = 2000;
/** ms that the server has to answer: where media is lost, signalling may be as dead. */
const answerWithinMs = 5000;
/** ms that a connection has to come up after a step; where ICE cannot be restarted, to come back by itself as well. */
const connectWithinMs = 7000;
/** How often that is doubled at most, as the pause before the steps are gone through again. */
const doublingsAtMost = 3;

interface Watched {
  state: MediaConnectionState;
  /** Why it is to be repaired; null while it is well. */
  reason: string | null;
  since: number;
  /** How many of the steps were taken, or skipped. */
  taken: number;
  /** The last one that was told. */
  told: RecoveryStep | null;
  /** If only in a session before. */
  wasConnected: boolean;
  /** How many times all steps were in vain. */
  rounds: number;
}

const unknown: Watched = {
  state: 'new',
  reason: null,
  since: 0,
  taken: 0,
  told: null,
  wasConnected: false,
  rounds: 0,
};

/** `asking` for steps, of which one restarts both ways where it is `restarting`; `connecting` after that. */
type Phase = 'off' | 'watching' | 'asking' | 'restarting' | 'connecting';

export interface IceRecoveryOptions {
  readonly clock: Clock;
  readonly logger: Logger;
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

/** Repairs media that broke while signalling stands, one step after the other. */
export class IceRecovery {
  readonly #options: IceRecoveryOptions;
  #watched: Record<TransportDirection, Watched> = { send: { ...unknown }, recv: { ...unknown } };
  #phase: Phase = 'off';
  /** Another one whenever what is under way is not to go on. */
  #run = 0;
  #cancel: () => void = () => {};

  constructor(options: IceRecoveryOptions) {
    this.#options = options;
  }

  /** A session is joined: a new one, or one that goes on with the transports that it had. */
  start(isResumed: boolean): void {
    this.#enter('watching');
    for (const direction of directions) {
      const one = this.#watched[direction];
      const { told, wasConnected, rounds } = one;
      // How the transports are by now is told in a moment.
      const since = this.#options.clock.now();
      Object.assign(one, isResumed ? { taken: 0, since } : { ...unknown, wasConnected, rounds });
      if (!isResumed && told !== null) this.#options.announce('transportRecovered', { direction, step: 'rejoin' });
    }
    this.#watch();
  }

  /** Signalling is gone: nothing can be asked for. */
  stop(): void {
    this.#enter('off');
  }

  /** The room was left: what was learnt of the way is forgotten too. */
  end(): void {
    this.stop();
    this.#watched = { send: { ...unknown }, recv: { ...unknown } };
  }

  handleState(direction: TransportDirection, state: MediaConnectionState): void {
    const one = this.#watched[direction];
    one.state = state;
    if (state === 'connected') {
      Object.assign(one, { wasConnected: true, rounds: 0 });
      this.#settle(direction);
    } else if (state === 'new' && one.taken === 0) {
      // What was broken is not wanted any more.
      this.#settle(direction);
    } else if (state === 'disconnected' || state === 'failed') {
      if (one.reason === null) one.since = this.#options.clock.now();
      if (one.taken === 0) one.reason = state;
      if (this.#phase === 'watching') this.#watch();
      // Both ways are on their way already.
      else if (this.#phase === 'restarting' && one.taken === 0) this.#take(direction, 'restartIce');
    }
  }

  /** There is a network again: what is broken waits no longer. */
  handleOnline(): void {
    for (const direction of this.#troubled())
      Object.assign(this.#watched[direction], { since: -Infinity, taken: 0, rounds: 0 });
    if (this.#phase === 'watching' || this.#phase === 'connecting') this.#watch();
  }

  #enter(phase: Phase): number {
    this.#cancel();
    this.#phase = phase;
    return ++this.#run;
  }

  #troubled(): TransportDirection[] {
    return directions.filter((direction) => this.#watched[direction].reason !== null);
  }

  /** It is well. Once all are, nothing goes on. */
  #settle(direction: TransportDirection): void {
    const { told } = this.#watched[direction];
    Object.assign(this.#watched[direction], { reason: null, taken: 0, told: null });
    if (this.#phase !== 'off' && this.#troubled().length === 0) this.#enter('watching');
    if (told !== null) this.#options.announce('transportRecovered', { direction, step: told });
  }

  /** Waits for the first that has waited long enough. */
  #watch(): void {
    if (this.#phase === 'off') return;
    this.#enter('watching');
    const due = this.#troubled().map((direction) => {
      const { state, since, rounds } = this.#watched[direction];
      const patience = this.#nextStep(direction) === 'restartIce' ? patienceMs : connectWithinMs;
      const pause = rounds === 0 ? 0 : connectWithinMs * 2 ** Math.min(rounds - 1, doublingsAtMost);
      return since + Math.max(pause, state === 'failed' ? 0 : patience);
    });
    if (due.length === 0) return;
    const ms = Math.min(...due) - this.#options.clock.now();
    const act = () => void this.#climb(this.#troubled());
    if (ms > 0) this.#cancel = this.#options.clock.after(ms, act);
    else act();
  }

  #nextStep(direction: TransportDirection): RecoveryStep {
    const { iceRestart, rebuildSend, rebuildRecv } = this.#options.recovery();
    const isThere = { restartIce: iceRestart, rebuild: direction === 'send' ? rebuildSend : rebuildRecv, rejoin: true };
    const { taken } = this.#watched[direction];
    return steps.find((step, index) => index >= taken && isThere[step]) ?? 'rejoin';
  }

  /** Takes the next step for each of these. Never rejects. */
  async #climb(which: readonly TransportDirection[]): Promise<void> {
    const run = this.#enter('asking');
    const next = new Map(which.map((direction) => [direction, this.#nextStep(direction)]));
    for (const [direction, step] of next)
      if (step === 'rejoin' && !this.#mayHelp(direction)) {
        next.delete(direction);
        this.#startOver(direction);
      }
    const isLast = [...next.values()].includes('rejoin');
    for (const [direction, step] of next) {
      this.#take(direction, isLast ? 'rejoin' : step);
      // A listener may have left the room.
      if (run !== this.#run) return;
    }
    if (next.size === 0) this.#watch();
    else if (isLast) {
      this.stop();
      this.#options.rejoin(`media is lost: ${which.join(' and ')}`);
    } else await this.#ask(next, run);
  }

  #take(direction: TransportDirection, step: RecoveryStep): void {
    const one = this.#watched[direction];
    const taken = steps.indexOf(step) + 1;
    Object.assign(one, { taken, told: step, rounds: one.rounds + Number(step === 'rejoin') });
    this.#options.announce('transportRecovering', { direction, step, reason: one.reason ?? one.state });
  }

  async #ask(next: ReadonlyMap<TransportDirection, RecoveryStep>, run: number): Promise<void> {
    const { clock, drop, logger, rebuild, restartIce } = this.#options;
    const isDead = () => {
      this.stop();
      drop('the server did not answer as media was lost');
    };
    this.#cancel = clock.after(answerWithinMs, isDead);
    // Both directions take the same way: what broke one will break the other, if it is not about to.
    const isRestart = [...next.values()].includes('restartIce');
    const others = isRestart ? directions.filter((one) => !next.has(one)) : [];
    if (isRestart) this.#phase = 'restarting';
    const failures = new Map<TransportDirection, TureenError>();
    const note = async (direction: TransportDirection, asked: Promise<void>) => {
      try {
        await asked;
      } catch (cause) {
        const error = toTureenError(cause, 'mediaFailed');
        logger.warn(`the ${direction} transport could not be repaired`, error);
        failures.set(direction, error);
      }
    };
    await Promise.all([
      ...[...next].map(([one, step]) => note(one, step === 'rebuild' ? rebuild(one) : restartIce(one))),
      ...others.map((one) => note(one, restartIce(one))),
    ]);
    if (run !== this.#run) return;
    if ([...failures.values()].some((error) => error.code === 'requestTimeout')) {
      isDead();
      return;
    }
    const refused = this.#troubled().filter((direction) => failures.has(direction));
    for (const direction of refused) this.#watched[direction].reason = failures.get(direction)?.message ?? null;
    if (refused.length > 0) await this.#climb(refused);
    else {
      this.#enter('connecting');
      this.#cancel = clock.after(connectWithinMs, () => {
        this.#handleLate();
      });
    }
  }

  /** The time for a step is over. */
  #handleLate(): void {
    const run = this.#run;
    for (const direction of this.#troubled()) {
      const one = this.#watched[direction];
      one.reason = `no connection after ${one.told ?? 'a restart'}`;
      // A new one, over which nothing goes yet.
      if (one.state === 'new') this.#settle(direction);
    }
    if (run === this.#run) void this.#climb(this.#troubled());
  }

  /** A connection that never came up will not do so in another session. */
  #mayHelp(direction: TransportDirection): boolean {
    return (
      this.#watched[direction].wasConnected && (direction === 'send' || this.#options.recovery().rejoinRecv !== false)
    );
  }

  #startOver(direction: TransportDirection): void {
    const one = this.#watched[direction];
    Object.assign(one, { taken: 0, rounds: one.rounds + 1, since: this.#options.clock.now() });
  }
}
