import type { Logger } from 'pino';
import { type Clock, SerialQueue } from '@tureen/kernel';
import type { PeerClosing } from '../rooms/PeerEvents.ts';
import { ClosePolicy } from './ClosePolicy.ts';
import type { Ending } from './ClosePolicy.ts';
import type { Connection } from './Connection.ts';
import { JoinDeadline } from './JoinDeadline.ts';
import type { PendingResponses } from './PendingResponses.ts';

/** Parts of a {@link PeerSession}. */
export interface PeerSessionOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Time in which the client must join, in ms. */
  readonly joinTimeoutMs: number;
  readonly responses: PendingResponses;
  /** Notifies the client of the reason before a final close. Default: the close frame alone has the reason. */
  readonly notifyEnding?: ((ending: Ending) => void) | undefined;
  /** Called where the client did not join in time. Default: closes the connection. */
  readonly onJoinTimeout?: ((ending: Ending) => void) | undefined;
}

/** Session of a client in every dialect: order of its requests, join deadline and close. */
export class PeerSession {
  readonly connection: Connection;
  /** Requests and notifications of the client, handled in order. */
  readonly queue = new SerialQueue();
  readonly #options: PeerSessionOptions;
  readonly #closePolicy: ClosePolicy;
  #deadline: JoinDeadline;

  constructor(options: PeerSessionOptions) {
    const { connection, clock, logger, responses, notifyEnding, joinTimeoutMs } = options;
    this.connection = connection;
    this.#options = options;
    this.#closePolicy = new ClosePolicy({ connection, clock, logger, responses, notifyEnding });
    this.#deadline = this.#startDeadline(joinTimeoutMs);
  }

  /** Runs work that the client waits for. The join deadline pauses meanwhile. */
  serve<T>(work: () => Promise<T>): Promise<T> {
    return this.#deadline.owe(work);
  }

  /** Stops the join deadline: the client joined, or closed its connection. */
  stopJoinDeadline(): void {
    this.#deadline.cancel();
  }

  /** Starts a deadline for another join on the same connection. */
  restartJoinDeadline(timeoutMs: number): void {
    this.#deadline.cancel();
    this.#deadline = this.#startDeadline(timeoutMs);
  }

  /** Closes the connection for a reason. */
  end(ending: Ending): void {
    this.#closePolicy.end(ending);
  }

  /** Handles a client that the room does not admit. */
  handleEnterFailure(error: unknown): void {
    this.#deadline.cancel();
    this.#closePolicy.handleEnterFailure(error);
  }

  /** Handles the close of the connection's peer. */
  handlePeerClosed(closing: PeerClosing): void {
    this.#deadline.cancel();
    this.#closePolicy.handlePeerClosed(closing);
  }

  #startDeadline(timeoutMs: number): JoinDeadline {
    const { clock, logger, onJoinTimeout } = this.#options;
    return new JoinDeadline({
      clock,
      timeoutMs,
      logger,
      onLate: (ending) => {
        if (onJoinTimeout === undefined) this.end(ending);
        else onJoinTimeout(ending);
      },
    });
  }
}
