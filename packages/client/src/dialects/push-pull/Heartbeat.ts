import type { Clock } from '../../shared/clock.ts';
import { TureenError } from '../../shared/errors.ts';

export interface HeartbeatOptions {
  readonly clock: Clock;
  /** ms. */
  readonly intervalMs: number;
  /** Asks the server. */
  readonly send: () => Promise<unknown>;
  /** The server has forgotten us, or does not answer any more. Once. */
  readonly onLost: (type: 'rejoinNeeded' | 'serverSilent', reason: string) => void;
}

/** Signs of life, until closed. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #cancel: () => void = () => {};
  #isClosed = false;
  /** A server that never answered one may not know the word. */
  wasAnswered = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#wait();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
  }

  #wait(): void {
    this.#cancel = this.#options.clock.after(this.#options.intervalMs, () => {
      this.#wait();
      this.#options.send().then(
        () => {
          this.wasAnswered = true;
        },
        (error: unknown) => {
          this.#handleFailed(error);
        },
      );
    });
  }

  #handleFailed(error: unknown): void {
    if (this.#isClosed || !(error instanceof TureenError)) return;
    const isForgotten = error.code === 'requestRefused';
    const isSilent = error.code === 'requestTimeout' && this.wasAnswered;
    // Any other loss is told by the connection itself.
    if (!isForgotten && !isSilent) return;
    this.close();
    if (isSilent) this.#options.onLost('serverSilent', 'the server is silent');
    else this.#options.onLost('rejoinNeeded', `the server has forgotten us: ${error.message}`);
  }
}
