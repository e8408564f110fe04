import type { Clock } from '@tureen/kernel';

/** Requests in the time after which a worker is suspect. */
const REQUESTS_PER_SUSPICION = 8;

/** What a {@link WorkerWatchdog} is made of. */
export interface WorkerWatchdogOptions {
  /** Sends the worker a cheap request. Resolves with the response; a rejection means that the worker is gone. */
  readonly ask: () => Promise<unknown>;
  readonly clock: Clock;
  /** Time without a response after which the worker is suspect, in ms. */
  readonly suspectMs: number;
  /** Time without a response after which the worker has to be killed, in ms; 0: never. */
  readonly killMs: number;
  readonly onSuspect: (silentMs: number) => void;
  /** A suspect worker responded. */
  readonly onRecovered: () => void;
  /** The watchdog has stopped by then. */
  readonly onHung: (silentMs: number) => void;
}

/**
 * Finds out whether a worker still responds: a process that hangs (a deadlock, an endless loop, SIGSTOP) never exits.
 *
 * Time counts against the worker only while this process reads its sockets. So a busy or stopped event loop, which cannot
 * see a response that has arrived, makes no worker suspect.
 */
export class WorkerWatchdog {
  readonly #options: WorkerWatchdogOptions;
  readonly #intervalMs: number;
  #isAsking = false;
  #isSuspect = false;
  #silentMs = 0;
  /** Whether the event loop has read its sockets since the last tick that counted. */
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

  /** Idempotent. */
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
      // The worker ended, and whoever runs the worker knows.
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
