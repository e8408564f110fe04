import type { Connection } from './Connection.ts';
import type { SharedNotification } from './SharedNotification.ts';

/** Sends notifications to one client, and holds them until a response is sent that must come first. */
export abstract class NotificationBuffer {
  /**
   * Connection of the client. Undefined while the client is disconnected: notifications are dropped, since the response to
   * the next join has the state.
   */
  protected connection: Connection | undefined;
  /** One entry for each pending response. */
  readonly #holds = new Set<symbol>();
  #isMuted = false;
  #held: (() => void)[] = [];

  constructor(connection?: Connection) {
    this.connection = connection;
  }

  /** Sends to that connection from now on. Drops the notifications held for an earlier connection, and ends its holds. */
  connect(connection: Connection | undefined): void {
    this.connection = connection;
    this.#holds.clear();
    this.#isMuted = false;
    this.#held = [];
  }

  /**
   * Holds all notifications until you call the returned function, after the response was sent. The function has no effect
   * once the client has another connection.
   */
  hold(): () => void {
    const hold = Symbol('hold');
    this.#holds.add(hold);
    return () => {
      if (this.#holds.delete(hold) && this.#holds.size === 0) this.#flush();
    };
  }

  /** Drops all notifications until {@link unmute}: the pending response has their content. */
  mute(): void {
    this.#isMuted = true;
  }

  unmute(): void {
    this.#isMuted = false;
  }

  /** Sends the held notifications without waiting for a response. */
  releaseAll(): void {
    this.#holds.clear();
    this.#isMuted = false;
    this.#flush();
  }

  /** Sends or holds a notification. A lossy notification is dropped for a client that reads slowly. */
  protected send(notification: SharedNotification, isLossy: boolean): void {
    // Almost always: a large room sends many notifications, and none needs a function of its own.
    if (this.#holds.size === 0 && !this.#isMuted) this.#sendNow(notification, isLossy);
    else if (!this.#isMuted)
      this.#held.push(() => {
        this.#sendNow(notification, isLossy);
      });
  }

  /** Calls `send` now, or when the notifications are released. Skips a lossy message for a client that reads slowly. */
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

  #sendNow(notification: SharedNotification, isLossy: boolean): void {
    const { connection } = this;
    if (connection === undefined || (isLossy && connection.shouldDrop())) return;
    connection.notifyShared(notification);
  }

  #flush(): void {
    const held = this.#held;
    this.#held = [];
    for (const run of held) run();
  }
}
