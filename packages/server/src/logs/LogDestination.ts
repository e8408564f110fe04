import type { DestinationStream } from 'pino';
import type { Clock } from '@tureen/kernel';
import type { LogSink } from './LogSink.ts';

/** Parts of a {@link LogDestination}. */
export interface LogDestinationOptions {
  readonly sink: LogSink;
  readonly clock: Clock;
  /** Called when a write fails, and again only after a write has succeeded. */
  readonly onFailing: (error: Error) => void;
}

/** Maximum size of waiting lines, in bytes. Further lines are lost. */
export const MAX_WAITING_BYTES = 1024 * 1024;

/** Time in which lines gather before they are written together, in ms. Each write costs more CPU time than many lines. */
export const GATHER_MS = 20;

/** Maximum size of a chunk. A longer line is a chunk alone. */
const CHUNK_BYTES = 64 * 1024;

/** Time after a failed write until the next attempt, in ms. */
export const RETRY_MS = 1000;

const LINE_FEED = 0x0a;

/**
 * Destination of log lines that never stops the server. Lines are written in groups, and at once where one is urgent. Lines
 * that cannot be written are dropped and counted, waiting lines are limited, and no call throws or blocks. After writing works
 * again, one line reports the number of lost lines.
 */
export class LogDestination implements DestinationStream {
  readonly #options: LogDestinationOptions;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #isWriting = false;
  /** Cancels the write of the lines that gather; undefined where none gather. */
  #cancelGathering: (() => void) | undefined;
  /** Whether lines are dropped until the next attempt. */
  #isPausing = false;
  /** Whether no write has succeeded since one failed. */
  #isFailing = false;
  /** Whether a waiting line is urgent. */
  #isUrgent = false;
  /** Whether the last write stopped within a line. */
  #isTorn = false;
  #linesLost = 0;
  /** Number of lost lines that a log line has reported. */
  #linesReported = 0;
  #describeLoss: (lines: number) => string = () => '';
  readonly #onIdle = new Set<() => void>();

  constructor(options: LogDestinationOptions) {
    this.#options = options;
  }

  /** Number of dropped lines since the start. */
  get linesLost(): number {
    return this.#linesLost;
  }

  /** Whether no line waits. */
  get isIdle(): boolean {
    return !this.#isWriting && this.#waiting.length === 0;
  }

  /** Whether the process cannot exit now, because a write is pending. */
  get holdsExit(): boolean {
    return this.#isWriting && this.#options.sink.holdsExit;
  }

  /** Sets the function that creates the log line about lost lines; an empty text means no line. */
  reportLossWith(describeLoss: (lines: number) => string): void {
    this.#describeLoss = describeLoss;
  }

  /** Accepts one line, with its line feed. `isUrgent`: writes the line at once, after those that wait. Default false. */
  write(line: string, { isUrgent = false } = {}): void {
    if (line === '') return;
    const bytes = Buffer.byteLength(line);
    if (this.#isPausing || this.#waitingBytes + bytes > MAX_WAITING_BYTES) {
      this.#linesLost += 1;
      return;
    }
    this.#waiting.push(line);
    this.#waitingBytes += bytes;
    if (this.#isWriting) this.#isUrgent ||= isUrgent;
    else if (isUrgent || this.#waitingBytes >= CHUNK_BYTES) this.#writeNext();
    else this.#gather();
  }

  /** Writes all waiting lines at once. Resolves when no line waits: all are written, or lost. */
  whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.#onIdle.add(resolve);
      if (!this.#isWriting) this.#writeNext();
    });
  }

  /** Writes waiting lines as far as possible without blocking. Only for a process that exits. */
  flushNow(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (waiting.length === 0) return;
    try {
      this.#options.sink.writeNow(Buffer.from(waiting.join('')));
    } catch {
      // No log can report this loss.
      this.#linesLost += waiting.length;
    }
  }

  #gather(): void {
    this.#cancelGathering ??= this.#options.clock.after(GATHER_MS, () => {
      this.#writeNext();
    });
  }

  #writeNext(): void {
    this.#cancelGathering?.();
    this.#cancelGathering = undefined;
    this.#isUrgent = false;
    const lines = this.#takeChunk();
    if (lines.length > 0) {
      this.#writeLines(lines, (writtenBytes) => {
        this.#linesLost += lines.length - wholeLinesIn(lines, writtenBytes);
      });
      return;
    }
    for (const resolve of this.#onIdle) resolve();
    this.#onIdle.clear();
  }

  /** `onFailed` receives the number of written bytes. */
  #writeLines(lines: readonly string[], onFailed: (writtenBytes: number) => void): void {
    this.#isWriting = true;
    const prefix = this.#isTorn ? '\n' : '';
    const chunk = Buffer.from(prefix + lines.join(''));
    this.#options.sink.write(chunk, (error, writtenBytes) => {
      this.#isWriting = false;
      if (error === undefined) {
        this.#handleWritten();
        return;
      }
      if (writtenBytes > 0) this.#isTorn = chunk[writtenBytes - 1] !== LINE_FEED;
      onFailed(writtenBytes - prefix.length);
      this.#handleFailed(error);
    });
  }

  #takeChunk(): readonly string[] {
    let bytes = 0;
    let count = 0;
    for (const line of this.#waiting) {
      const length = Buffer.byteLength(line);
      if (count > 0 && bytes + length > CHUNK_BYTES) break;
      bytes += length;
      count += 1;
    }
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, count);
  }

  #handleWritten(): void {
    this.#isFailing = false;
    this.#isTorn = false;
    if (this.#waiting.length === 0) this.#reportLoss();
    if (this.#isWriting) return;
    const mayGather = this.#waiting.length > 0 && !this.#isUrgent && this.#onIdle.size === 0;
    if (mayGather && this.#waitingBytes < CHUNK_BYTES) this.#gather();
    else this.#writeNext();
  }

  #handleFailed(error: Error): void {
    this.#linesLost += this.#waiting.length;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#isPausing = true;
    if (!this.#isFailing) {
      this.#isFailing = true;
      this.#options.onFailing(error);
    }
    this.#options.clock.after(RETRY_MS, () => {
      this.#isPausing = false;
      this.#reportLoss();
    });
    this.#writeNext();
  }

  /** This line does not count as a lost line. */
  #reportLoss(): void {
    const lost = this.#linesLost;
    if (lost === this.#linesReported) return;
    const before = this.#linesReported;
    this.#linesReported = lost;
    const text = this.#describeLoss(lost - before);
    if (text === '') return;
    this.#writeLines([text], () => {
      this.#linesReported = before;
    });
  }
}

function wholeLinesIn(lines: readonly string[], bytes: number): number {
  let left = bytes;
  return lines.filter((line) => {
    left -= Buffer.byteLength(line);
    return left >= 0;
  }).length;
}
