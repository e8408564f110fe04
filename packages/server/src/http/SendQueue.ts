import type { Clock } from '@tureen/kernel';
import { afterListening } from '../shared/afterListening.ts';
import { MAX_PAYLOAD_BYTES } from './OutgoingMessage.ts';
import type { OutgoingMessage } from './OutgoingMessage.ts';
import type { BudgetedQueue, SendBudget } from './SendBudget.ts';

/** Parts of a {@link SendQueue}. */
export interface SendQueueOptions {
  readonly clock: Clock;
  readonly budget: SendBudget;
  /** Waiting bytes above which the client must read something every `stallMs`. Above half of that, lossy messages are dropped. */
  readonly maxBufferedBytes: number;
  readonly stallMs: number;
  /**
   * Writes frames. Returns whether the system accepted all of them at once. Otherwise `onWritten` is called once, when the
   * system accepted them or never will.
   */
  readonly write: (frames: readonly Buffer[], onWritten: () => void) => boolean;
  /** Runs work at the end of the turn of the event loop, when the queue has all messages of that turn. */
  readonly atTurnEnd: (work: () => void) => void;
  /** Runs work within a few ms, together with that of other queues. */
  readonly soon: (work: () => void) => void;
  /** Called where the client read nothing for `stallMs`, or 16 times `maxBufferedBytes` wait. */
  readonly onTooSlow: () => void;
  /** Called where the server needs the memory. */
  readonly onEvicted: () => void;
}

/** Part of the queue that the system has but has not written. */
interface Batch {
  readonly frames: readonly Buffer[];
  readonly bytes: number;
  /** Number of messages that are complete with this batch. */
  readonly messages: number;
  /** Number of frames that the batch has of the next message. */
  readonly framesOfNext: number;
}

/** Multiple of `maxBufferedBytes` that may wait in addition to the longest message, even for a client that reads steadily. */
const BACKLOG_FACTOR = 16;

/**
 * Queue of messages to one client. All messages of a turn of the event loop go to the system in one write, which costs as much
 * CPU time as several messages, and so do messages of several turns that may wait a little. Only a little goes there at a time, so that waiting bytes can be counted, a long message shows
 * progress, and a ping can overtake it.
 */
export class SendQueue implements BudgetedQueue {
  readonly #options: SendQueueOptions;
  /** Messages that are not fully written, oldest first. */
  #waiting: OutgoingMessage[] = [];
  /** Times since when those messages wait, without those of this turn. */
  #since: number[] = [];
  /** Number of frames of the oldest message that are written. */
  #framesWritten = 0;
  /** Undefined while the system has nothing of this queue. */
  #batch: Batch | undefined;
  #waitingBytes = 0;
  #writtenBytes = 0;
  #isClosed = false;
  /** When the queue writes next. */
  #scheduled: 'soon' | 'atTurnEnd' | undefined;
  #cancelWatch: (() => void) | undefined;
  #onDrained: (() => void) | undefined;

  constructor(options: SendQueueOptions) {
    this.#options = options;
    options.budget.add(this);
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Number of bytes that are not written yet. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  get lag(): number {
    const [oldest] = this.#since;
    return oldest === undefined ? 0 : this.#waitingBytes * (this.#options.clock.now() - oldest);
  }

  /** Whether the client is so far behind that lossy messages should be dropped. */
  get isBehind(): boolean {
    return this.#waitingBytes > this.#options.maxBufferedBytes / 2;
  }

  /** Sends a message. `mayWait`: a few ms do not matter, unless a later message does not wait. */
  send(message: OutgoingMessage, mayWait = false): void {
    if (this.#isClosed) return;
    const { budget } = this.#options;
    this.#waiting.push(message);
    this.#waitingBytes += message.length;
    budget.hold(message);
    this.#schedule(mayWait ? 'soon' : 'atTurnEnd');
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
    this.#waitingBytes = 0;
    this.#remove(this.#waiting.length);
    this.#options.budget.remove(this);
  }

  #schedule(when: 'soon' | 'atTurnEnd'): void {
    if (this.#scheduled === when || this.#scheduled === 'atTurnEnd') return;
    this.#scheduled = when;
    this.#options[when](this.#handleTime);
  }

  readonly #handleTime = (): void => {
    this.#scheduled = undefined;
    this.#writeNext();
    if (this.#since.length === this.#waiting.length) return;
    const now = this.#options.clock.now();
    while (this.#since.length < this.#waiting.length) this.#since.push(now);
  };

  #writeNext(): void {
    while (!this.#isClosed && this.#batch === undefined && this.#waiting.length > 0) {
      const batch = this.#nextBatch();
      if (this.#options.write(batch.frames, this.#handleWritten)) this.#finish(batch);
      else this.#batch = batch;
    }
  }

  #nextBatch(): Batch {
    const frames: Buffer[] = [];
    let [bytes, messages, framesOfNext] = [0, 0, this.#framesWritten];
    for (
      let message = this.#waiting[0];
      message !== undefined && bytes < MAX_PAYLOAD_BYTES;
      message = this.#waiting[messages]
    ) {
      frames.push(message.frames[framesOfNext]!);
      bytes += message.payloadBytesOf(framesOfNext);
      framesOfNext += 1;
      if (framesOfNext < message.frames.length) continue;
      messages += 1;
      framesOfNext = 0;
    }
    return { frames, bytes, messages, framesOfNext };
  }

  readonly #handleWritten = (): void => {
    const batch = this.#batch;
    if (this.#isClosed || batch === undefined) return;
    this.#batch = undefined;
    this.#finish(batch);
    this.#writeNext();
  };

  #finish({ bytes, messages, framesOfNext }: Batch): void {
    this.#waitingBytes -= bytes;
    this.#writtenBytes += bytes;
    this.#framesWritten = framesOfNext;
    this.#remove(messages);
    if (this.#waiting.length > 0) return;
    this.#cancelWatch?.();
    this.#cancelWatch = undefined;
    this.#onDrained?.();
  }

  /** Removes the oldest messages. */
  #remove(count: number): void {
    if (this.#since.length > 0) this.#since.splice(0, count);
    for (const message of this.#waiting.splice(0, count)) this.#options.budget.release(message);
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
    const longest = this.#waiting.reduce((most, { length }) => Math.max(most, length), 0);
    return this.#waitingBytes - longest > max;
  }

  get #isWatched(): boolean {
    if (this.#onDrained !== undefined) return this.#waiting.length > 0;
    return this.#waitingBytes > this.#options.maxBufferedBytes;
  }
}
