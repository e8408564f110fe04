import type { Clock } from '@tureen/kernel';
import { TureenError } from '../../shared/errors.ts';

export interface HeartbeatOptions {
  readonly clock: Clock;
  /** Interval in ms. */
  readonly intervalMs: number;
  readonly send: (timeoutMs?: number) => Promise<unknown>;
  readonly onResponse: () => void;
  /** The server no longer knows this client. Called once. */
  readonly onForgotten: (reason: string) => void;
}

/** Sends heartbeats until closed. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #cancel: () => void = () => {};
  #isClosed = false;
  /** The pending heartbeat. */
  #pending: Promise<void> | null = null;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#wait();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
  }

  /** Sends a heartbeat, unless one is pending. Rejects as the request does. */
  beat(timeoutMs?: number): Promise<void> {
    this.#pending ??= this.#send(timeoutMs).finally(() => {
      this.#pending = null;
    });
    return this.#pending;
  }

  #wait(): void {
    this.#cancel = this.#options.clock.after(this.#options.intervalMs, () => {
      this.#wait();
      // The room handles a dropped connection.
      this.beat().catch(() => {});
    });
  }

  async #send(timeoutMs?: number): Promise<void> {
    try {
      await this.#options.send(timeoutMs);
      this.#options.onResponse();
    } catch (error) {
      if (!this.#isClosed && TureenError.is(error) && error.code === 'requestRefused') {
        this.close();
        this.#options.onForgotten(`the server has forgotten this peer: ${error.message}`);
      }
      throw error;
    }
  }
}
