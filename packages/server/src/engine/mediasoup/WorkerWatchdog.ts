import type { Clock } from '@tureen/kernel';

/** Number of requests until a worker is suspect. */
const REQUESTS_PER_SUSPICION = 8;

/** Parts of a {@link WorkerWatchdog}. */
export interface WorkerWatchdogOptions {
  /** Sends the worker a cheap request. Resolves with the response. A rejection means that the worker exited. */
  readonly ask: () => Promise<unknown>;
  readonly clock: Clock;
  /** Time without a response after which the worker is suspect, in ms. */
  readonly suspectMs: number;
  /** Time without a response after which the worker must be killed, in ms; 0: never. */
  readonly killMs: number;
  readonly onSuspect: (silentMs: number) => void;
  /** Called where a suspect worker responded. */
  readonly onRecovered: () => void;
  /** Called where the worker must be killed. The watchdog has already stopped. */
  readonly onHung: (silentMs: number) => void;
}

/**
 * Detects whether a worker still responds: a hung process (a deadlock, an endless loop, SIGSTOP) never exits.
 *
 * Time counts against the worker only while this process reads its sockets. A busy or stopped event loop cannot see a
 * response that has arrived, so it makes no worker suspect.
 */
export class WorkerWatchdog {
  readonly #options: WorkerWatchdogOptions;
  readonly #intervalMs: number;
  #isAsking = false;
  #isSuspect = false;
  #silentMs = 0;
  /** Whether the event loop has read its sockets since the last counted tick. */
  #hasTurned = false;
  #cancel = () => {};
  #isStopped = false;

  constructor(options: WorkerWatchdogOptions) {
    this.#options = options;
    this.#intervalMs = Math.max(1, Math.floor(options.suspectMs / REQUESTS_PER_SUSPICION));
    this.#tick();
  }

  get isSuspect(): boolean {
    return this.#isSuspect;
  }

  /** Stops the watchdog. Idempotent. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #tick(): void {
    this.#cancel = this.#options.clock.after(this.#intervalMs, () => {
      this.#tick();
    });
    if (!this.#isAsking) this.#ask();
    else if (this.#hasTurned) this.#countSilence();
  }

  #ask(): void {
    this.#isAsking = true;
    this.#awaitTurn();
    this.#options.ask().then(
      () => {
        this.#handleResponse();
      },
      // The worker exited, which its owner handles.
      () => {},
    );
  }

  #awaitTurn(): void {
    this.#hasTurned = false;
    setImmediate(() => {
      this.#hasTurned = true;
    });
  }

  #handleResponse(): void {
    this.#isAsking = false;
    this.#silentMs = 0;
    if (!this.#isSuspect || this.#isStopped) return;
    this.#isSuspect = false;
    this.#options.onRecovered();
  }

  #countSilence(): void {
    const { suspectMs, killMs, onSuspect, onHung } = this.#options;
    this.#awaitTurn();
    this.#silentMs += this.#intervalMs;
    if (!this.#isSuspect && this.#silentMs >= suspectMs) {
      this.#isSuspect = true;
      onSuspect(this.#silentMs);
    }
    if (killMs === 0 || this.#silentMs < killMs) return;
    this.stop();
    onHung(this.#silentMs);
  }
}
