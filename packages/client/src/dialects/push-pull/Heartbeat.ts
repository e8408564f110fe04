import type { Clock } from '@tureen/kernel';
import { TureenError } from '../../shared/errors.ts';

export interface HeartbeatOptions {
  readonly clock: Clock;
  /** ms. */
  readonly intervalMs: number;
  /** Asks the server. */
  readonly send: (timeoutMs?: number) => Promise<unknown>;
  readonly onAnswered: () => void;
  /** The server has forgotten this client. Once. */
  readonly onForgotten: (reason: string) => void;
}

/** Signs of life, until closed. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #cancel: () => void = () => {};
  #isClosed = false;
  /** The one that waits for its response. */
  #beating: Promise<void> | null = null;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#wait();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
  }

  /** Sends one, unless one waits for its response. Rejects as the request does. */
  beat(timeoutMs?: number): Promise<void> {
    this.#beating ??= this.#send(timeoutMs).finally(() => {
      this.#beating = null;
    });
    return this.#beating;
  }

  #wait(): void {
    this.#cancel = this.#options.clock.after(this.#options.intervalMs, () => {
      this.#wait();
      // What a lost connection means is the room's business.
      this.beat().catch(() => {});
    });
  }

  async #send(timeoutMs?: number): Promise<void> {
    try {
      await this.#options.send(timeoutMs);
      this.#options.onAnswered();
    } catch (error) {
      if (!this.#isClosed && TureenError.is(error) && error.code === 'requestRefused') {
        this.close();
        this.#options.onForgotten(`the server has forgotten us: ${error.message}`);
      }
      throw error;
    }
  }
}
