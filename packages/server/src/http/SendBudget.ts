import type { OutgoingMessage } from './OutgoingMessage.ts';

/** Queue of a client, as {@link SendBudget} uses it. */
export interface BudgetedQueue {
  /** Number of waiting messages. */
  readonly length: number;
  /** Lag of the client: waiting bytes times the age of the oldest, in ms. */
  readonly lag: number;
  readonly waitingBytes: number;
  /** Disconnects the client and empties the queue. */
  evict(): void;
}

/**
 * Limits the memory of all unsent messages, of all clients together. A message in several queues counts once. Above the
 * limit, the slowest clients are disconnected until the rest fits.
 */
export class SendBudget {
  readonly #maxBytes: number;
  readonly #queues = new Set<BudgetedQueue>();
  #heldBytes = 0;
  #isEnforcing = false;

  /** `maxBytes`: Infinity for no limit. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Waiting bytes. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Adds the queue of a client. */
  add(queue: BudgetedQueue): void {
    this.#queues.add(queue);
  }

  /** Removes an empty queue, whose client disconnected. */
  remove(queue: BudgetedQueue): void {
    this.#queues.delete(queue);
  }

  /** Counts a message that enters a queue. */
  hold(message: OutgoingMessage): void {
    if (message.hold()) this.#heldBytes += message.weight;
  }

  /** Counts a message that left a queue. */
  release(message: OutgoingMessage): void {
    if (message.release()) this.#heldBytes -= message.weight;
  }

  /** Disconnects the slowest clients until the rest fits. A single message that was just queued disconnects no client. */
  enforce(latest: BudgetedQueue): void {
    // The running loop covers messages that a disconnection causes.
    if (this.#isEnforcing) return;
    this.#isEnforcing = true;
    try {
      while (this.#heldBytes > this.#maxBytes) {
        const slowest = this.#slowest(latest);
        if (slowest === undefined) return;
        slowest.evict();
      }
    } finally {
      this.#isEnforcing = false;
    }
  }

  #slowest(latest: BudgetedQueue): BudgetedQueue | undefined {
    let slowest: BudgetedQueue | undefined;
    for (const queue of this.#queues) {
      if (queue.length === 0 || (queue === latest && queue.length === 1)) continue;
      if (slowest === undefined || isSlower(queue, slowest)) slowest = queue;
    }
    return slowest;
  }
}

function isSlower(queue: BudgetedQueue, other: BudgetedQueue): boolean {
  return queue.lag > other.lag || (queue.lag === other.lag && queue.waitingBytes > other.waitingBytes);
}
