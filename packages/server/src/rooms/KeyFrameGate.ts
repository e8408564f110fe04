import { type Clock, systemClock } from '@tureen/kernel';

/** Longest time that a consumer waits for others, in ms. */
const GATHER_MS = 300;
/** Time after a key frame request in which the key frame is on its way and serves every consumer that resumes, in ms. */
const ON_ITS_WAY_MS = 100;
/** So long before the engine's next request all have to be resumed, in ms. */
const MARGIN_MS = 20;

/** What a {@link KeyFrameGate} works with. */
export interface KeyFrameGateOptions {
  readonly clock?: Clock | undefined;
  /** Least time between two requests that the engine sends to the producer's client, in ms; 0: no least time. */
  readonly requestDelayMs: number;
}

/**
 * Decides when the consumers of one producer resume, as each of them needs a key frame, which costs the sender and everyone
 * who receives. The first resumes at once. Consumers that become ready while its key frame is on its way resume at once
 * too. The next ones wait for each other, 300 ms at most, and resume together, in the order in which they came.
 *
 * The engine leaves time between two requests to a sender (`requestDelayMs`), and repeats at the end of that time what was
 * asked for meanwhile. Nothing waits beyond that end, as that request serves all who have resumed before it.
 */
export class KeyFrameGate {
  readonly #clock: Clock;
  readonly #requestDelayMs: number;
  readonly #waiting = new Set<() => void>();
  #cancelTimer: (() => void) | undefined;
  /** When the engine last sent a request because of this gate. */
  #requestedAt = Number.NEGATIVE_INFINITY;
  /** Until when the engine sends no other. */
  #quietUntil = Number.NEGATIVE_INFINITY;
  /** Whether the engine sends another one then. */
  #isRepeated = false;
  #closed = false;

  constructor({ clock = systemClock, requestDelayMs }: KeyFrameGateOptions) {
    this.#clock = clock;
    this.#requestDelayMs = requestDelayMs;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Calls `resume` once, at once or together with others. What it returns takes that back, where it has not come yet. */
  pass(resume: () => void): () => void {
    if (this.#closed) return () => {};
    const now = this.#clock.now();
    this.#catchUp(now);
    if (now >= this.#quietUntil) {
      this.#begin(now);
      resume();
      return () => {};
    }
    const opensAt =
      this.#requestDelayMs === 0 ? this.#quietUntil : Math.min(now + GATHER_MS, this.#quietUntil - MARGIN_MS);
    const isOnItsWay = now - this.#requestedAt <= ON_ITS_WAY_MS;
    if (this.#waiting.size === 0 && (isOnItsWay || opensAt <= now)) {
      this.#isRepeated = this.#requestDelayMs > 0;
      resume();
      return () => {};
    }
    this.#waiting.add(resume);
    this.#cancelTimer ??= this.#clock.after(opensAt - now, () => {
      this.#open();
    });
    return () => {
      if (this.#waiting.delete(resume) && this.#waiting.size === 0) this.#stopTimer();
    };
  }

  /** The producer and its consumers closed: cancels what waits. */
  close(): void {
    this.#closed = true;
    this.#waiting.clear();
    this.#stopTimer();
  }

  #open(): void {
    this.#cancelTimer = undefined;
    const now = this.#clock.now();
    this.#catchUp(now);
    if (now >= this.#quietUntil) this.#begin(now);
    else this.#isRepeated = true;
    const resumes = [...this.#waiting];
    this.#waiting.clear();
    for (const resume of resumes) resume();
  }

  #begin(now: number): void {
    this.#requestedAt = now;
    this.#quietUntil = now + (this.#requestDelayMs === 0 ? GATHER_MS : this.#requestDelayMs);
    this.#isRepeated = false;
  }

  /** The engine has repeated its request, and leaves time again. */
  #catchUp(now: number): void {
    if (now < this.#quietUntil || !this.#isRepeated) return;
    this.#begin(this.#quietUntil);
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
