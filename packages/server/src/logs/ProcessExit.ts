import type { LogDestination } from './LogDestination.ts';

/** Time in which the last log lines must be written before the process exits, in ms. */
const LAST_LINES_MS = 1000;

/** Exits the process after its last log lines, or after a limited time if they cannot be written. */
export class ProcessExit {
  readonly #logs: LogDestination;
  #isExiting = false;

  constructor(logs: LogDestination) {
    this.#logs = logs;
  }

  /**
   * Exits with `code` when all log lines are written, at the latest after {@link LAST_LINES_MS}. Only the first call has an
   * effect.
   */
  begin(code: number): void {
    if (this.#isExiting) return;
    this.#isExiting = true;
    // The timer comes first: the next call may fail.
    setTimeout(() => {
      this.#exitNow(code);
    }, LAST_LINES_MS);
    void this.#exitWhenIdle(code);
  }

  async #exitWhenIdle(code: number): Promise<void> {
    // The caller may log once more after its call, and that line must be written too.
    do await this.#logs.whenIdle();
    while (!this.#logs.isIdle);
    this.#exitNow(code);
  }

  #exitNow(code: number): void {
    // `process.exit` would wait for a hung write to a disk or terminal.
    if (this.#logs.holdsExit) process.kill(process.pid, 'SIGKILL');
    process.exit(code);
  }
}
