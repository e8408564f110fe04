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
  /** Time that the client has to join, in ms. */
  readonly joinTimeoutMs: number;
  readonly responses: PendingResponses;
  /** Notifies the client of the reason before a final close. Default: the close frame alone has the reason. */
  readonly notifyEnding?: ((ending: Ending) => void) | undefined;
  /** The client did not join in time. Default: closes the connection. */
  readonly onJoinTimeout?: ((ending: Ending) => void) | undefined;
}

/** What the session of a client has in every dialect: the order of its requests, its time to join, and its close. */
export class PeerSession {
  readonly connection: Connection;
  /** Requests and notifications of the client, handled one after the other. */
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

  /** Does work that the client waits for. Its time to join does not run meanwhile. */
  serve<T>(work: () => Promise<T>): Promise<T> {
    return this.#deadline.owe(work);
  }

  /** Ends the time to join: the client joined, or closed its connection. */
  stopJoinDeadline(): void {
    this.#deadline.cancel();
  }

  /** Gives the client time for another join on the same connection. */
  restartJoinDeadline(timeoutMs: number): void {
    this.#deadline.cancel();
    this.#deadline = this.#startDeadline(timeoutMs);
  }

  /** Closes the connection for a reason. */
  end(ending: Ending): void {
    this.#closePolicy.end(ending);
  }

  /** The room does not admit the client. */
  handleEnterFailure(error: unknown): void {
    this.#deadline.cancel();
    this.#closePolicy.handleEnterFailure(error);
  }

  /** The peer of the connection closed. */
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
