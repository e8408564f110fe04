import { connectionDropped, leftWhileJoining } from '../../shared/commonErrors.ts';
import { withdrawn } from '../../shared/connectionLoss.ts';
import { TureenError, asRetryable, isConnectionLoss, isServerFault } from '../../shared/errors.ts';
import type { SignalingChannel } from '../../signaling/SignalingChannel.ts';
import type { DialectJoinRequest, DialectJoinResult, DialectResumeResult } from '../DialectPort.ts';
import { ConnectionAttempt, type ConnectionAttemptHandlers } from './ConnectionAttempt.ts';
import { LostJoins } from './LostJoins.ts';
import { RoomMemory } from './RoomMemory.ts';
import type { RoomSessionOptions } from './RoomSessionTypes.ts';
import { SessionHost } from './SessionHost.ts';

export interface AttemptHandlers extends Omit<ConnectionAttemptHandlers, 'onOpened'> {
  readonly onOpened: () => void;
  /** The room joined. `resumed`: present where the former session continues. */
  readonly onJoined: (result: DialectJoinResult, resumed: DialectResumeResult | null) => void;
  /** Whether the attempt is to reconnect. */
  readonly isReconnect: () => boolean;
}

/** Attempt that waits for a join. */
interface PreparedAttempt {
  readonly attempt: ConnectionAttempt;
  readonly done: Promise<void>;
  readonly cancelHold: () => void;
}

/** Time in ms that a prepared connection waits for a join. */
const holdMs = 120_000;

/** Codes and reasons of a join on a prepared connection that was lost unnoticed, or that the server no longer holds. */
const isStale = /^(connectionLost|requestTimeout|joinTimeout)$/;

/** Attempts of a room, and the data that each passes to the next: the former session, the memory of the dialect, lost joins. */
export class AttemptSequence {
  /** Session before the connection loss. Its media may flow while the room reconnects. */
  former: SessionHost | null = null;
  readonly #options: RoomSessionOptions;
  readonly #memory = new RoomMemory();
  readonly #lostJoins = new LostJoins();
  #prepared: PreparedAttempt | null = null;

  constructor(options: RoomSessionOptions) {
    this.#options = options;
  }

  /**
   * Runs the next attempt. `onCreated` gets the attempt before anything is sent. Resolves to whether the former session
   * continues.
   */
  async run(handlers: AttemptHandlers, onCreated: (attempt: ConnectionAttempt) => void): Promise<boolean> {
    const prepared = this.#prepared?.attempt;
    this.#prepared?.cancelHold();
    this.#prepared = null;
    if (prepared !== undefined)
      try {
        return await this.#run(handlers, onCreated, prepared);
      } catch (error) {
        if (!TureenError.is(error) || !isStale.test(error.reason ?? error.code)) throw error;
      }
    return this.#run(handlers, onCreated);
  }

  async #run(
    handlers: AttemptHandlers,
    onCreated: (attempt: ConnectionAttempt) => void,
    prepared?: ConnectionAttempt,
  ): Promise<boolean> {
    const { former } = this;
    const { assertCurrent, onJoined } = handlers;
    let request: DialectJoinRequest | undefined;
    const joining: ConnectionAttemptHandlers = {
      ...handlers,
      onOpened: () => {
        assertCurrent();
        handlers.onOpened();
        request = this.#options.joinRequest(this.#lostJoins.count > 0);
        return request;
      },
    };
    const attempt = prepared ?? this.#create(joining);
    attempt.adopt(joining);
    onCreated(attempt);
    try {
      const { result, resumed } = await attempt.enter();
      assertCurrent();
      // The connection may have dropped while the last response was handled.
      if (!attempt.channel.open) throw connectionDropped();
      if (resumed === null) former?.session.close();
      this.former = null;
      this.#lostJoins.reset();
      onJoined(result, resumed);
      return resumed !== null;
    } catch (cause) {
      throw this.#judge(cause, attempt, request, handlers);
    }
  }

  /**
   * Opens a connection for the next attempt, and prepares its join. Without a join within `holdMs`, or where the connection
   * drops, the next attempt opens another connection.
   */
  prepare(): Promise<void> {
    if (this.#prepared !== null) return this.#prepared.done;
    const discard = () => {
      if (this.#prepared === prepared) this.discardPrepared();
    };
    const attempt = this.#create({
      onOpened: () => {
        throw leftWhileJoining();
      },
      assertCurrent: () => {},
      canRejoin: () => false,
      onClosed: discard,
      onDead: discard,
    });
    const cancelHold = this.#options.clock.after(holdMs, discard);
    const done = attempt.prepare();
    const prepared = { attempt, done, cancelHold };
    this.#prepared = prepared;
    done.catch(discard);
    return done;
  }

  /** Closes a prepared connection. */
  discardPrepared(): void {
    const { attempt, cancelHold } = this.#prepared ?? {};
    this.#prepared = null;
    cancelHold?.();
    attempt?.stop();
    attempt?.session.close();
    attempt?.channel.close();
  }

  #create(handlers: ConnectionAttemptHandlers): ConnectionAttempt {
    return new ConnectionAttempt({
      ...this.#options,
      former: this.former,
      createHost: (channel) => this.#createHost(channel),
      handlers,
    });
  }

  /** Ends a failed attempt. Returns the error, whose `retryable` tells whether to try again. */
  #judge(
    cause: unknown,
    attempt: ConnectionAttempt,
    request: DialectJoinRequest | undefined,
    { assertCurrent, isReconnect }: AttemptHandlers,
  ): unknown {
    const { channel, host } = attempt;
    // The server may have closed while no request was pending.
    const error = isConnectionLoss(cause) ? (channel.refusal ?? cause) : cause;
    // The next attempt may resume the former session.
    const isResuming = host === this.former;
    if (!isResuming) host.session.close();
    channel.close(TureenError.is(error) ? error : undefined);
    assertCurrent();
    const isToBlame = request !== undefined && this.#lostJoins.add(error, [isResuming, request], isReconnect());
    if (isResuming && this.#lostJoins.count > 1) host.isResumable = false;
    if (isToBlame && !isResuming) return withdrawn(error as TureenError);
    // The next attempt may get another room, or the same one on another worker.
    return isServerFault(error) ? asRetryable(error) : error;
  }

  #createHost(channel: SignalingChannel): SessionHost {
    const { dialect, identity, clock, logger, routes } = this.#options;
    return new SessionHost({ dialect, context: { identity, memory: this.#memory, clock, logger }, routes }, channel);
  }
}
