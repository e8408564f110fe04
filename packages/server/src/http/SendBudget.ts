import type { OutgoingMessage } from './OutgoingMessage.ts';

/** A client's queue, as the {@link SendBudget} judges it. */
export interface BudgetedQueue {
  /** Messages that wait. */
  readonly length: number;
  /** How far the client is behind: bytes that wait, by the milliseconds that the oldest of them has waited. */
  readonly lag: number;
  readonly waitingBytes: number;
  /** Disconnects the client, which releases all that the queue holds. */
  evict(): void;
}

/**
 * The memory of everything that waits to be sent, of all clients together. A message in many queues counts once. When there
 * is too much, the clients that are farthest behind are disconnected until the rest fits.
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

  /** Bytes that wait now. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** A message enters that queue. */
  hold(message: OutgoingMessage, queue: BudgetedQueue): void {
    this.#queues.add(queue);
    if (message.hold()) this.#heldBytes += message.weight;
  }

  /** A message has left that queue, which is `isEmpty` now or not. */
  release(message: OutgoingMessage, queue: BudgetedQueue, isEmpty: boolean): void {
    if (isEmpty) this.#queues.delete(queue);
    if (message.release()) this.#heldBytes -= message.weight;
  }

  /** Disconnects the slowest until the rest fits. A client is never disconnected for the one message that it was just sent. */
  enforce(latest: BudgetedQueue): void {
    // What is sent because of a disconnection is judged by the loop that runs already.
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
      if (queue === latest && queue.length === 1) continue;
      if (slowest === undefined || isSlower(queue, slowest)) slowest = queue;
    }
    return slowest;
  }
}

function isSlower(queue: BudgetedQueue, other: BudgetedQueue): boolean {
  return queue.lag > other.lag || (queue.lag === other.lag && queue.waitingBytes > other.waitingBytes);
}
