/** What is counted: what the others do, each as the event of the room that tells it. */
export const countedEvents = [
  'newPeer',
  'peerClosed',
  'newConsumer',
  'consumerClosed',
  'consumerPaused',
  'consumerResumed',
] as const;
export type CountedEvent = (typeof countedEvents)[number];

/** What one peer should have been told, and what it was. */
export class Tally {
  readonly #owed = new Map<CountedEvent, number>();
  readonly #told = new Map<CountedEvent, number>();
  readonly #onEven: () => void;

  /** `onEven` is called whenever what was told has become what is owed. */
  constructor(onEven: () => void) {
    this.#onEven = onEven;
  }

  owe(event: CountedEvent, count = 1): void {
    this.#owed.set(event, this.owed(event) + count);
  }

  tell(event: CountedEvent): void {
    this.#told.set(event, this.told(event) + 1);
    if (this.isEven) this.#onEven();
  }

  owed(event: CountedEvent): number {
    return this.#owed.get(event) ?? 0;
  }

  told(event: CountedEvent): number {
    return this.#told.get(event) ?? 0;
  }

  /** What is owed and was not told. */
  get missing(): number {
    return countedEvents.reduce((sum, event) => sum + Math.max(0, this.owed(event) - this.told(event)), 0);
  }

  get isEven(): boolean {
    return countedEvents.every((event) => this.owed(event) === this.told(event));
  }
}
