import type { Clock } from '@tureen/kernel';
import { afterListening } from '../shared/afterListening.ts';

/** Time that receivers have to open a new channel before its sender may send, in ms. */
export const DATA_READY_TIMEOUT_MS = 3000;

/** A receiver for which data producers wait. */
export interface DataReceiver {
  /** The receiver let a deadline pass and has opened no channel since: no sender waits for it. */
  isBehind: boolean;
}

/**
 * The receivers of one data producer whose channels are still being opened. The worker drops what comes for a channel that its
 * receiver has not accepted, so a sender first waits until all receivers are ready.
 */
export class DataReceivers {
  readonly #clock: Clock;
  readonly #pending = new Set<DataReceiver>();
  #wait: { readonly promise: Promise<void>; readonly end: () => void } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A channel is being opened for that receiver. */
  expect(receiver: DataReceiver): void {
    if (!receiver.isBehind) this.#pending.add(receiver);
  }

  /** Messages reach that receiver from now on, or it has chosen to receive none. */
  handleReady(receiver: DataReceiver): void {
    receiver.isBehind = false;
    this.handleGone(receiver);
  }

  /** That receiver gets no channel. */
  handleGone(receiver: DataReceiver): void {
    if (this.#pending.delete(receiver) && this.#pending.size === 0) this.#wait?.end();
  }

  /** Resolves when every receiver is ready or closed, and after {@link DATA_READY_TIMEOUT_MS} at the latest. */
  whenReady(): Promise<void> {
    if (this.#pending.size === 0) return Promise.resolve();
    return (this.#wait ??= this.#begin()).promise;
  }

  /** The data producer closed: no sender waits any more. */
  close(): void {
    this.#pending.clear();
    this.#wait?.end();
  }

  #begin() {
    const { promise, resolve } = Promise.withResolvers<void>();
    const onOver = () => {
      for (const receiver of this.#pending) receiver.isBehind = true;
      this.close();
    };
    const cancel = afterListening({ clock: this.#clock, ms: DATA_READY_TIMEOUT_MS, onOver });
    const end = () => {
      cancel();
      this.#wait = undefined;
      resolve();
    };
    return { promise, end };
  }
}
