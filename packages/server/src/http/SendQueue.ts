import type { Clock } from '@tureen/kernel';
import { afterListening } from '../shared/afterListening.ts';
import { MAX_PAYLOAD_BYTES } from './OutgoingMessage.ts';
import type { OutgoingFrame, OutgoingMessage } from './OutgoingMessage.ts';
import type { BudgetedQueue, SendBudget } from './SendBudget.ts';

/** Parts of a {@link SendQueue}. */
export interface SendQueueOptions {
  readonly clock: Clock;
  readonly budget: SendBudget;
  /** Waiting bytes above which the client must read something every `stallMs`. Above half of that, lossy messages are dropped. */
  readonly maxBufferedBytes: number;
  readonly stallMs: number;
  /** Writes a frame. `onWritten` is called once, when the system accepted the frame or never will. */
  readonly write: (frame: Buffer, onWritten: () => void) => void;
  /** Called where the client read nothing for `stallMs`, or 16 times `maxBufferedBytes` wait. */
  readonly onTooSlow: () => void;
  /** Called where the server needs the memory. */
  readonly onEvicted: () => void;
}

interface Waiting {
  readonly message: OutgoingMessage;
  readonly since: number;
}

/** Multiple of `maxBufferedBytes` that may wait in addition to the longest message, even for a client that reads steadily. */
const BACKLOG_FACTOR = 16;

/**
 * Queue of messages to one client. Only a little at a time goes to the system, so that waiting bytes can be counted, a long
 * message shows progress, and a ping can overtake it.
 */
export class SendQueue implements BudgetedQueue {
  readonly #options: SendQueueOptions;
  /** Messages that are not fully written, oldest first. */
  #waiting: Waiting[] = [];
  /** Number of those that the system has in full. */
  #given = 0;
  /** Number of frames of the next message that the system has. */
  #givenFrames = 0;
  /** Bytes that the system has but has not written. */
  #bytesInSystem = 0;
  #waitingBytes = 0;
  #writtenBytes = 0;
  #isClosed = false;
  #cancelWatch: (() => void) | undefined;
  #onDrained: (() => void) | undefined;

  constructor(options: SendQueueOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Number of bytes that are not written yet. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  get lag(): number {
    const [oldest] = this.#waiting;
    return oldest === undefined ? 0 : this.#waitingBytes * (this.#options.clock.now() - oldest.since);
  }

  /** Whether the client is so far behind that lossy messages should be dropped. */
  get isBehind(): boolean {
    return this.#waitingBytes > this.#options.maxBufferedBytes / 2;
  }

  send(message: OutgoingMessage): void {
    if (this.#isClosed) return;
    const { budget, clock } = this.#options;
    this.#waiting.push({ message, since: clock.now() });
    this.#waitingBytes += message.length;
    budget.hold(message, this);
    this.#pump();
    this.#watch();
    if (this.#isBacklogTooLong()) this.#options.onTooSlow();
    else budget.enforce(this);
  }

  /**
   * Calls `onDrained` once everything is written. From now on a client that reads nothing for `stallMs` is stalled, however
   * little waits.
   */
  drain(onDrained: () => void): void {
    this.#onDrained = onDrained;
    if (this.#waiting.length === 0) onDrained();
    else this.#watch();
  }

  evict(): void {
    this.#options.onEvicted();
  }

  /** Drops the waiting messages. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelWatch?.();
    this.#onDrained = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const { message } of waiting) this.#options.budget.release(message, this, true);
  }

  #pump(): void {
    while (!this.#isClosed && this.#bytesInSystem < MAX_PAYLOAD_BYTES) {
      const next = this.#waiting[this.#given];
      if (next === undefined) return;
      const { frames } = next.message;
      const frame = frames[this.#givenFrames] as OutgoingFrame;
      const isLast = this.#givenFrames + 1 === frames.length;
      this.#givenFrames = isLast ? 0 : this.#givenFrames + 1;
      if (isLast) this.#given += 1;
      this.#bytesInSystem += frame.payloadBytes;
      this.#options.write(frame.bytes, () => {
        this.#handleWritten(frame.payloadBytes, isLast);
      });
    }
  }

  #handleWritten(bytes: number, isLast: boolean): void {
    if (this.#isClosed) return;
    this.#bytesInSystem -= bytes;
    this.#waitingBytes -= bytes;
    this.#writtenBytes += bytes;
    if (isLast) {
      const [written] = this.#waiting.splice(0, 1);
      this.#given -= 1;
      if (written !== undefined) this.#options.budget.release(written.message, this, this.#waiting.length === 0);
    }
    this.#pump();
    if (this.#waiting.length > 0) return;
    this.#cancelWatch?.();
    this.#cancelWatch = undefined;
    this.#onDrained?.();
  }

  /** Checks every `stallMs` whether anything was written, while too much waits. */
  #watch(): void {
    if (this.#cancelWatch !== undefined || this.#isClosed || !this.#isWatched) return;
    const { clock, stallMs, onTooSlow } = this.#options;
    const before = this.#writtenBytes;
    const onOver = () => {
      this.#cancelWatch = undefined;
      if (this.#isWatched && this.#writtenBytes === before) onTooSlow();
      else this.#watch();
    };
    // The system reports a finished write only while the event loop runs.
    this.#cancelWatch = afterListening({ clock, ms: stallMs, onOver });
  }

  #isBacklogTooLong(): boolean {
    const max = this.#options.maxBufferedBytes * BACKLOG_FACTOR;
    if (this.#waitingBytes <= max) return false;
    const longest = this.#waiting.reduce((most, { message }) => Math.max(most, message.length), 0);
    return this.#waitingBytes - longest > max;
  }

  get #isWatched(): boolean {
    if (this.#onDrained !== undefined) return this.#waiting.length > 0;
    return this.#waitingBytes > this.#options.maxBufferedBytes;
  }
}
