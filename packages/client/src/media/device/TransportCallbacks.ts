import type { Clock } from '@tureen/kernel';
import { TureenError } from '../../shared/errors.ts';
import { CancellationScope } from '../CancellationScope.ts';
import { toMediaError } from './vendorErrors.ts';

/**
 * Requests of mediasoup-client to the server (connect, produce). The queue of mediasoup-client waits until a callback is called,
 * so a handler that throws or never settles would block the transport.
 */
export class TransportCallbacks {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #pending = new CancellationScope();

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Sends a request. Always settles: with the response, with `requestTimeout`, or with the error of `close`. */
  async request<T>(method: string, send: () => Promise<T>): Promise<T> {
    let cancel = () => {};
    const late = new Promise<never>((_resolve, reject) => {
      cancel = this.#clock.after(this.#timeoutMs, () => {
        reject(new TureenError('requestTimeout', `no response to '${method}' within ${this.#timeoutMs} ms`));
      });
    });
    // An async function, so that a synchronous throw is a rejection like any other.
    const response = (async () => send())();
    try {
      return await this.#pending.run(Promise.race([response, late]));
    } catch (error) {
      throw toMediaError(error, method);
    } finally {
      cancel();
    }
  }

  close(error: TureenError): void {
    this.#pending.close(error);
  }
}
