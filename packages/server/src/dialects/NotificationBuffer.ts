import type { Connection } from './Connection.ts';
import type { SharedNotification } from './SharedNotification.ts';

/** What is sent to one client of the server's own accord, as far as it has to wait for an answer that is being made. */
export abstract class NotificationBuffer {
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

  /** Notifies the client, once that is possible; `isLossy`: unless the client is behind with reading. */
  protected send(notification: SharedNotification, isLossy: boolean): void {
    this.whenFree((connection) => {
      connection.notifyShared(notification);
    }, isLossy);
  }

  /** Calls `send` once that is possible. What is lossy is left out for a client that is behind with reading. */
  protected whenFree(send: (connection: Connection) => void, isLossy = false): void {
    this.#whenFree(() => {
      const { connection } = this;
      if (connection === undefined || (isLossy && connection.shouldDrop())) return;
      send(connection);
    });
  }

  #whenFree(send: () => void): void {
    if (this.#state === 'free') send();
    else if (this.#state === 'held') this.#waiting.push(send);
  }
}
