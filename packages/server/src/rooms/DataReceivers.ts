import type { Clock } from '@tureen/kernel';
import { afterListening } from '../shared/afterListening.ts';

/** Time in which receivers must open a new channel before its sender may send, in ms. */
export const DATA_READY_TIMEOUT_MS = 3000;

/** Receiver for which data producers wait. */
export interface DataReceiver {
  /** Whether the receiver missed a deadline and has opened no channel since: no sender waits for it. */
  isBehind: boolean;
}

/**
 * Receivers of one data producer whose channels are not open yet. The worker drops messages to a channel that its receiver
 * has not accepted, so a sender first waits until all receivers are ready.
 */
export class DataReceivers {
  readonly #clock: Clock;
  readonly #pending = new Set<DataReceiver>();
  #wait: { readonly promise: Promise<void>; readonly end: () => void } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Adds a receiver whose channel is being opened. */
  expect(receiver: DataReceiver): void {
    if (!receiver.isBehind) this.#pending.add(receiver);
  }

  /** Handles that messages reach the receiver from now on, or that it chose to receive none. */
  handleReady(receiver: DataReceiver): void {
    receiver.isBehind = false;
    this.handleGone(receiver);
  }

  /** Handles that the receiver gets no channel. */
  handleGone(receiver: DataReceiver): void {
    if (this.#pending.delete(receiver) && this.#pending.size === 0) this.#wait?.end();
  }

  /** Resolves when every receiver is ready or closed, at the latest after {@link DATA_READY_TIMEOUT_MS}. */
  whenReady(): Promise<void> {
    if (this.#pending.size === 0) return Promise.resolve();
    return (this.#wait ??= this.#begin()).promise;
  }

  /** Handles the close of the data producer: senders stop waiting. */
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
