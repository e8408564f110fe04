import type { DialectEvent } from '../DialectPort.ts';

/**
 * What came from the server, handled one by one in the order it came. Held while the room is entered, so that news which
 * overtake the answer to join are told after those who were there already. Handling never waits: what takes long goes on
 * beside the queue.
 */
export class InboundQueue {
  readonly #handle: (event: DialectEvent) => void;
  readonly #onError: (error: unknown, event: DialectEvent) => void;
  #events: DialectEvent[] = [];
  #isHeld = true;
  #isDraining = false;
  #isClosed = false;

  constructor(handle: (event: DialectEvent) => void, onError: (error: unknown, event: DialectEvent) => void) {
    this.#handle = handle;
    this.#onError = onError;
  }

  /** False where it is closed: the event is dropped. */
  push(event: DialectEvent): boolean {
    if (this.#isClosed) return false;
    this.#events.push(event);
    this.#drain();
    return true;
  }

  /** From here on events are handled as they come, those that waited first. */
  release(): void {
    this.#isHeld = false;
    this.#drain();
  }

  /** Drops what waits and what comes. */
  close(): void {
    this.#isClosed = true;
    this.#events = [];
  }

  #drain(): void {
    // An event that arrives while one is handled waits its turn.
    if (this.#isHeld || this.#isDraining) return;
    this.#isDraining = true;
    // The array may grow while it is walked.
    for (const event of this.#events) {
      if (this.#isClosed) break;
      try {
        this.#handle(event);
      } catch (error) {
        this.#onError(error, event);
      }
    }
    this.#events = [];
    this.#isDraining = false;
  }
}
