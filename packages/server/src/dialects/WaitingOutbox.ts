/** What is sent to one client of the server's own accord, as far as it has to wait for an answer that is being made. */
export abstract class WaitingOutbox {
  #state: 'free' | 'muted' | 'held' = 'free';
  #waiting: (() => void)[] = [];

  /** From now on nothing is told: an answer is being made that will say how things stand. */
  mute(): void {
    this.#state = 'muted';
  }

  /** From now on everything waits for {@link release}: the answer that is being made has to go out first. */
  hold(): void {
    this.#state = 'held';
  }

  /** Lets go what waits, in order. */
  release(): void {
    const waiting = this.#waiting;
    this.drop();
    for (const send of waiting) send();
  }

  /** As {@link release}, but what waits is never sent. */
  protected drop(): void {
    this.#waiting = [];
    this.#state = 'free';
  }

  protected whenFree(send: () => void): void {
    if (this.#state === 'free') send();
    else if (this.#state === 'held') this.#waiting.push(send);
  }
}
