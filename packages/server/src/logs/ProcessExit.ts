import type { LogDestination } from './LogDestination.ts';

/** Time that the last log lines have to be written before the process exits, in ms. */
const LAST_LINES_MS = 1000;

/** How the process exits: after its last log lines where these can be written, and in bounded time where they cannot. */
export class ProcessExit {
  readonly #logs: LogDestination;
  #isExiting = false;

  constructor(logs: LogDestination) {
    this.#logs = logs;
  }

  /** Exits with `code` when all log lines are written, after {@link LAST_LINES_MS} at the latest. The first call counts. */
  begin(code: number): void {
    if (this.#isExiting) return;
    this.#isExiting = true;
    // The timer comes first: what follows may fail.
    setTimeout(() => {
      this.#exitNow(code);
    }, LAST_LINES_MS);
    void this.#logs.whenIdle().then(() => {
      this.#exitNow(code);
    });
  }

  #exitNow(code: number): void {
    // `process.exit` waits for a write to a disk or a terminal that hangs.
    if (this.#logs.holdsExit) process.kill(process.pid, 'SIGKILL');
    process.exit(code);
  }
}
