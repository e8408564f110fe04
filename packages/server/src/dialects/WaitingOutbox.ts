import type { Connection } from './Connection.ts';

/** What is sent to one client of the server's own accord, as far as it has to wait for an answer that is being made. */
export abstract class WaitingOutbox {
  /** Undefined while the client has none: what is sent then is lost, and the answer to its next join says how things stand. */
  protected connection: Connection | undefined;
  #state: 'free' | 'muted' | 'held' = 'free';
  #waiting: (() => void)[] = [];

  constructor(connection?: Connection) {
    this.connection = connection;
  }

  /** From now on to this one; what waits was for another, and is dropped. */
  connect(connection: Connection | undefined): void {
    this.connection = connection;
    this.drop();
  }

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
