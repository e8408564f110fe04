import type { Connection } from './Connection.ts';
import type { SharedNotification } from './SharedNotification.ts';

/** Sends notifications to one client, and holds them while a response is made that has to be sent first. */
export abstract class NotificationBuffer {
  /** Undefined while the client is disconnected: notifications are dropped, and the response to its next join has the state. */
  protected connection: Connection | undefined;
  /** One for each response that is being made. */
  readonly #holds = new Set<symbol>();
  #isMuted = false;
  #held: (() => void)[] = [];

  constructor(connection?: Connection) {
    this.connection = connection;
  }

  /** Sends to that connection from now on. Drops what is held for an earlier connection, and ends its holds. */
  connect(connection: Connection | undefined): void {
    this.connection = connection;
    this.#holds.clear();
    this.#isMuted = false;
    this.#held = [];
  }

  /**
   * Holds all notifications until the returned function is called, after the response was sent. That has no effect once the
   * client has another connection.
   */
  hold(): () => void {
    const hold = Symbol('hold');
    this.#holds.add(hold);
    return () => {
      if (this.#holds.delete(hold) && this.#holds.size === 0) this.#flush();
    };
  }

  /** Drops all notifications until {@link unmute}: a response is being made that contains their content. */
  mute(): void {
    this.#isMuted = true;
  }

  unmute(): void {
    this.#isMuted = false;
  }

  /** Sends what is held, without waiting for a response. */
  releaseAll(): void {
    this.#holds.clear();
    this.#isMuted = false;
    this.#flush();
  }

  /** Sends a notification, or holds it. A lossy one is dropped for a client that reads slowly. */
  protected send(notification: SharedNotification, isLossy: boolean): void {
    this.whenReleased((connection) => {
      connection.notifyShared(notification);
    }, isLossy);
  }

  /** Calls `send` now or when nothing is held. What is lossy is dropped for a client that reads slowly. */
  protected whenReleased(send: (connection: Connection) => void, isLossy = false): void {
    if (this.#isMuted) return;
    const run = () => {
      const { connection } = this;
      if (connection === undefined || (isLossy && connection.shouldDrop())) return;
      send(connection);
    };
    if (this.#holds.size === 0) run();
    else this.#held.push(run);
  }

  #flush(): void {
    const held = this.#held;
    this.#held = [];
    for (const run of held) run();
  }
}
