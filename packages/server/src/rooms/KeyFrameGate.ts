import { type Clock, systemClock } from '@tureen/kernel';

/** Maximum time that a consumer waits for others, in ms. */
const GATHER_MS = 300;
/** Time after a key frame request in which the key frame is on its way and serves every consumer that resumes, in ms. */
const ON_ITS_WAY_MS = 100;
/** Time before the engine's next request by which all consumers must have resumed, in ms. */
const MARGIN_MS = 20;

/** Parts of a {@link KeyFrameGate}. */
export interface KeyFrameGateOptions {
  readonly clock?: Clock | undefined;
  /** Minimum time between two requests from the engine to the producer's client, in ms; 0: no minimum. */
  readonly requestDelayMs: number;
}

/**
 * Decides when the consumers of one producer resume. Each resume needs a key frame, which costs the sender and all
 * receivers. The first consumer resumes at once, and so do those that become ready while its key frame is on its way. Later
 * consumers wait for each other, at most 300 ms, and resume together, in the order of their arrival.
 *
 * The engine keeps a minimum time between two requests to a sender (`requestDelayMs`), and repeats a request that arrived
 * meanwhile at the end of that time. No consumer waits beyond that end, as the repeated request serves all that resumed
 * before it.
 */
export class KeyFrameGate {
  readonly #clock: Clock;
  readonly #requestDelayMs: number;
  readonly #waiting = new Set<() => void>();
  #cancelTimer: (() => void) | undefined;
  /** Time of the engine's last request because of this gate. */
  #requestedAt = Number.NEGATIVE_INFINITY;
  /** Time until which the engine sends no other request. */
  #quietUntil = Number.NEGATIVE_INFINITY;
  /** Whether the engine repeats the request at that time. */
  #isRepeated = false;
  #closed = false;

  constructor({ clock = systemClock, requestDelayMs }: KeyFrameGateOptions) {
    this.#clock = clock;
    this.#requestDelayMs = requestDelayMs;
  }

  /** Number of waiting consumers. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Whether a consumer that becomes ready now resumes at once, with a request for a key frame. */
  get isOpen(): boolean {
    const now = this.#clock.now();
    this.#catchUp(now);
    return !this.#closed && this.#waiting.size === 0 && now >= this.#quietUntil;
  }

  /** Calls `resume` once, at once or together with others. Returns a function that cancels a pending call. */
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

  /**
   * Calls `request` unless the engine would hold that request back. Returns whether a key frame is on its way: requested now,
   * or shortly before.
   */
  requestEarly(request: () => void): 'requested' | 'shared' | 'none' {
    if (this.#closed) return 'none';
    const now = this.#clock.now();
    this.#catchUp(now);
    if (now < this.#quietUntil) return now - this.#requestedAt <= ON_ITS_WAY_MS ? 'shared' : 'none';
    this.#begin(now);
    request();
    return 'requested';
  }

  /** Accounts for a request of the engine for a consumer that resumed before, without this gate, and became active now. */
  noteRequest(): void {
    const now = this.#clock.now();
    this.#catchUp(now);
    if (now >= this.#quietUntil) this.#begin(now);
    else this.#isRepeated = this.#requestDelayMs > 0;
  }

  /** Handles the close of the producer and its consumers: cancels pending calls. */
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

  /** Accounts for a repeated request of the engine, which starts another pause. */
  #catchUp(now: number): void {
    if (now < this.#quietUntil || !this.#isRepeated) return;
    this.#begin(this.#quietUntil);
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
