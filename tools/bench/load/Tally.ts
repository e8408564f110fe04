/** Room events that report actions of remote peers. The bench counts these. */
export const countedEvents = [
  'newPeer',
  'peerClosed',
  'newConsumer',
  'consumerClosed',
  'consumerPaused',
  'consumerResumed',
] as const;
export type CountedEvent = (typeof countedEvents)[number];

/** Counts the notifications due to a peer, and those that it received. */
export class Tally {
  readonly #due = new Map<CountedEvent, number>();
  readonly #received = new Map<CountedEvent, number>();
  readonly #onComplete: () => void;

  /** `onComplete` is called when the peer has received every notification due. */
  constructor(onComplete: () => void) {
    this.#onComplete = onComplete;
  }

  addDue(event: CountedEvent, count = 1): void {
    this.#due.set(event, this.due(event) + count);
  }

  addReceived(event: CountedEvent): void {
    this.#received.set(event, this.received(event) + 1);
    if (this.isComplete) this.#onComplete();
  }

  due(event: CountedEvent): number {
    return this.#due.get(event) ?? 0;
  }

  received(event: CountedEvent): number {
    return this.#received.get(event) ?? 0;
  }

  /** Number of notifications that are due but not received. */
  get missing(): number {
    return countedEvents.reduce((sum, event) => sum + Math.max(0, this.due(event) - this.received(event)), 0);
  }

  get isComplete(): boolean {
    return countedEvents.every((event) => this.due(event) === this.received(event));
  }
}
