import type { Clock } from '@tureen/kernel';
import { TureenError } from '../../shared/errors.ts';
import { CancellationScope } from '../CancellationScope.ts';
import { toMediaError } from './vendorErrors.ts';

/**
 * What mediasoup-client has the server asked (connect, produce), made safe: its queue stands still until one of two
 * callbacks is called, so a handler that throws, or never answers, would stop the transport for good.
 */
export class TransportCallbacks {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #pending = new CancellationScope();

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Settles always: with the answer, `requestTimeout` after the time allowed, or what `close` says. */
  async ask<T>(what: string, question: () => Promise<T>): Promise<T> {
    let cancel = () => {};
    const late = new Promise<never>((_resolve, reject) => {
      cancel = this.#clock.after(this.#timeoutMs, () => {
        reject(new TureenError('requestTimeout', `${what} was not answered within ${this.#timeoutMs} ms`));
      });
    });
    // An async function, so that a synchronous throw is a rejection like any other.
    const answer = (async () => question())();
    try {
      return await this.#pending.run(Promise.race([answer, late]));
    } catch (error) {
      throw toMediaError(error, what);
    } finally {
      cancel();
    }
  }

  close(error: TureenError): void {
    this.#pending.close(error);
  }
}
