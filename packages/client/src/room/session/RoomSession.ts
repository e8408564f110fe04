import { leftWhileJoining } from '../../shared/commonErrors.ts';
import { TureenError, toTureenError } from '../../shared/errors.ts';
import { type PageActiveReason, onPageActive } from '../../shared/pageActive.ts';
import type { TransportClosed } from '../../signaling/SignalingTransport.ts';
import type { DialectEventOf } from '../DialectPort.ts';
import { AttemptSequence } from './AttemptSequence.ts';
import type { ConnectionAttempt } from './ConnectionAttempt.ts';
import { type SessionEnd, readEndReason, toSessionEnd } from './endReason.ts';
import { EvictionPolicy } from './EvictionPolicy.ts';
import { ReconnectLoop } from './ReconnectLoop.ts';
import { RoomMachine, type RoomState } from './roomMachine.ts';
import type { RoomSessionOptions } from './RoomSessionTypes.ts';
import type { SessionHost } from './SessionHost.ts';

/** Longest time in ms that `leave()` waits for the server. */
const leaveTimeoutMs = 1000;

/** Close code and error number with which a server tells a client to try again later. */
const tryAgainLater = 1013;
const tooManyRequests = 429;

/**
 * Session of the room: connects, joins, reconnects after connection losses, and leaves. Callbacks follow the transitions of the
 * machine.
 */
export class RoomSession {
  readonly #options: RoomSessionOptions;
  readonly #machine: RoomMachine;
  readonly #attempts: AttemptSequence;
  readonly #evictionPolicy: EvictionPolicy;
  readonly #reconnectLoop: ReconnectLoop;
  #joining: Promise<void> | null = null;
  #isLeaving = false;
  /** Number of calls of `leave()`, from which a pending `prepare()` knows that one ended it. */
  #leaves = 0;
  #attempt: ConnectionAttempt | null = null;
  #stopPageActivity: () => void = () => {};
  /** Parts of ending sessions, the latest last. A listener of the end may begin and end another session. */
  readonly #ending: { readonly attempt: ConnectionAttempt | null; readonly former: SessionHost | null }[] = [];

  constructor(options: RoomSessionOptions) {
    this.#options = options;
    this.#attempts = new AttemptSequence(options);
    this.#evictionPolicy = new EvictionPolicy(options.clock);
    this.#reconnectLoop = new ReconnectLoop({
      ...options,
      policy: options.reconnectPolicy,
      onAttempt: (count, reason) => {
        if (this.#machine.input('retry', reason)) void this.#reconnect(count, this.#machine.attempt);
      },
      onGivenUp: (reason) => {
        if (this.#machine.input('givenUp', reason)) this.#end({ reason: 'connectionLost' }, true);
      },
    });
    this.#machine = new RoomMachine(({ from, to, reason }) => {
      if (from === to) return;
      if (to !== 'joined') this.#attempt?.host.gate.close();
      // Before the event, so that a listener can join again.
      if (to === 'left' || to === 'failed') this.#detach();
      options.logger.info(`${from} -> ${to}`, { reason });
      options.announce('stateChanged', { state: to, previous: from, reason });
    });
  }

  get state(): RoomState {
    return this.#machine.state;
  }

  /** Joins the room. A call during a join returns the same promise. Rejects with `invalidState` while joined. */
  join(): Promise<void> {
    const { state } = this.#machine;
    // The machine knows whether a join is pending: after `leave()` none is, even before the promise has rejected.
    if (this.#joining !== null && (state === 'connecting' || state === 'joining')) return this.#joining;
    const number = this.#machine.attempt + 1;
    if (!this.#machine.input('join', 'join() was called')) {
      return Promise.reject(
        new TureenError('invalidState', `join() while ${state}`, { hint: 'Call `await room.leave()` first.' }),
      );
    }
    if (!this.#machine.isCurrent(number)) return Promise.reject(leftWhileJoining());
    this.#reconnectLoop.begin();
    this.#stopPageActivity = onPageActive((reason) => {
      this.#handlePageActive(reason);
    });
    this.#joining = this.#join();
    return this.#joining;
  }

  /** Opens the connection of the next join, and prepares that join. Rejects with `invalidState` while in the room. */
  async prepare(): Promise<void> {
    const { state } = this.#machine;
    if (state !== 'idle' && state !== 'left' && state !== 'failed')
      throw new TureenError('invalidState', `prepare() while ${state}`, { hint: 'Call it before `room.join()`.' });
    const number = this.#leaves;
    try {
      await this.#attempts.prepare();
    } catch (error) {
      throw number === this.#leaves ? error : leftWhileJoining();
    }
  }

  /**
   * Leaves the room. Resolves after the server's response, the end of the connection or one second, whichever is first.
   * Idempotent.
   */
  async leave(): Promise<void> {
    this.#leaves += 1;
    this.#attempts.discardPrepared();
    const attempt = this.#attempt;
    const isJoined = this.#machine.state === 'joined';
    const wasJoined = isJoined || this.#machine.state === 'reconnecting';
    // Messages that arrived during the join may decide how this dialect leaves.
    if (isJoined) attempt?.channel.deliverTo(attempt.session);
    // A transport may report the end of the connection during the call.
    this.#isLeaving = true;
    // An async function, so that a synchronous throw of a dialect is a rejection like any other.
    const left = isJoined && attempt !== null ? (async () => attempt.session.leave())() : null;
    this.#isLeaving = false;
    if (!this.#machine.input('leave', 'leave() was called')) return;
    this.#end({ reason: 'left' }, wasJoined, { keepChannel: left !== null });
    if (left === null || attempt === null) return;
    let cancel = () => {};
    const timeout = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(leaveTimeoutMs, resolve);
    });
    await Promise.race([
      left.catch((error: unknown) => {
        this.#options.logger.debug('failed to leave at the server', error);
      }),
      timeout,
    ]);
    cancel();
    attempt.channel.close();
  }

  /** The owner has applied the join: the room is joined now. */
  markJoined(): void {
    this.#reconnectLoop.handleJoined();
    if (this.#machine.input('entered', 'the join was accepted', this.#machine.attempt)) this.#attempt?.watch();
  }

  /** The connection is dead without a close: reconnects, and resumes the session. */
  drop(reason: string): void {
    this.#lose(this.#machine.attempt, reason, { isResumable: true });
  }

  /** The session cannot be repaired: reconnects, and rejoins. */
  rejoin(reason: string): void {
    this.#lose(this.#machine.attempt, reason, { isResumable: false });
  }

  /** The server closed the room, or evicted this peer. */
  handleRoomClosed({ reason, detail, appData }: DialectEventOf<'roomClosed'>): void {
    const { attempt } = this.#machine;
    const end = readEndReason(detail ? `${reason}: ${detail}` : reason);
    this.#options.announce('roomClosed', { ...end, appData });
    this.#dismiss(attempt, end);
  }

  /** The server closed a transport and everything on it. The room rejoins to restore that. */
  handleTransportClosed({ direction, reason }: DialectEventOf<'transportClosed'>): void {
    const { attempt } = this.#machine;
    this.#options.announce('transportClosed', { direction, reason });
    this.#lose(attempt, `the server closed a transport: ${reason}`, { isResumable: false });
  }

  handleTransportState(event: DialectEventOf<'transportState'>): void {
    this.#evictionPolicy.handleTransportState(event);
  }

  async #join(): Promise<void> {
    const { attempt } = this.#machine;
    try {
      await this.#enter(attempt);
    } catch (cause) {
      const error = toTureenError(cause, 'connectionFailed');
      if (this.#machine.input('refused', error.message, attempt)) this.#end({ reason: 'failed' }, false);
      throw error;
    }
  }

  async #reconnect(count: number, number: number): Promise<void> {
    try {
      const resumed = await this.#enter(number);
      // A listener of the events of the join may have left the room.
      if (this.#machine.isCurrent(number)) this.#options.announce('reconnected', { resumed });
    } catch (cause) {
      if (!this.#machine.isCurrent(number)) return;
      const error = toTureenError(cause, 'connectionFailed');
      this.#options.logger.warn(`failed to reconnect, attempt ${count}`, error);
      if (error.serverCode === tooManyRequests || error.closeCode === tryAgainLater)
        this.#reconnectLoop.handleTooSoon();
      if (error.retryable) this.#reconnectLoop.handleFailed(error.message);
      else if (error.code === 'closedByServer') this.#dismiss(number, toSessionEnd(error));
      else if (this.#machine.input('refused', error.message, number)) {
        const end = toSessionEnd(error);
        this.#end(end.reason === 'closedByServer' ? { reason: 'refused', detail: error.detail } : end, true);
      }
    }
  }

  /** Runs one attempt. Resolves to whether the former session continues. */
  #enter(number: number): Promise<boolean> {
    let attempt: ConnectionAttempt;
    return this.#attempts.run(
      {
        assertCurrent: () => {
          if (!this.#machine.isCurrent(number)) throw leftWhileJoining();
        },
        isReconnect: () => this.#machine.state === 'reconnecting',
        onOpened: () => {
          this.#machine.input('opened', 'the connection is open', number);
        },
        onJoined: (result, resumed) => {
          // Runs before any event: a listener of `stateChanged` finds a room that works.
          this.#options.handlers.onJoined(attempt.session, result, resumed);
          // A listener may have left the room, or the connection dropped.
          if (this.#attempt === attempt) attempt.release(result);
        },
        canRejoin: ({ reason }) =>
          this.#isJoined(number) &&
          /^(closedByServer|mediaLost)$/.test(readEndReason(reason).reason) &&
          this.#evictionPolicy.allowRejoin(),
        onClosed: (closed, canRejoin) => {
          this.#handleClosed(number, closed, canRejoin);
        },
        onDead: (reason) => {
          this.#lose(number, reason, { isResumable: true });
        },
      },
      (created) => {
        this.#attempt = attempt = created;
      },
    );
  }

  /** Handles the end of the connection. Before the join, the pending requests reject and end the attempt. */
  #handleClosed(number: number, closed: TransportClosed, canRejoin: boolean): void {
    if (closed.code === tryAgainLater) this.#reconnectLoop.handleTooSoon();
    if (this.#isLeaving || !this.#isJoined(number)) return;
    if (closed.by !== 'server') this.#lose(number, closed.reason ?? 'the connection dropped', { isResumable: true });
    else if (canRejoin)
      this.#lose(number, 'the server closed the connection as media was lost', { isResumable: false });
    else this.#dismiss(number, readEndReason(closed.reason));
  }

  #isJoined(number: number): boolean {
    return this.#machine.state === 'joined' && this.#machine.isCurrent(number);
  }

  /** The network or the user returned: a waiting attempt may start at once, and a joined session checks its connection. */
  #handlePageActive(reason: PageActiveReason): void {
    if (reason === 'online' || reason === 'offline')
      this.#options.announce('networkChanged', { online: reason === 'online' });
    this.#reconnectLoop.handlePageActive(reason);
    if (reason === 'offline') return;
    if (this.#machine.state !== 'joined') return;
    this.#options.handlers.onPageActive(reason);
    this.#attempt?.check();
  }

  #lose(number: number, reason: string, { isResumable }: { readonly isResumable: boolean }): void {
    if (!this.#machine.input('lost', reason, number)) return;
    // A listener may have left the room and joined again. The connection loss has the next number.
    const isOver = () => !this.#machine.isCurrent(number + 1);
    if (isOver()) return;
    const attempt = this.#takeAttempt();
    const error = new TureenError('connectionLost', reason);
    attempt?.channel.close(error);
    attempt?.session.handleLost?.(error);
    this.#attempts.former = attempt?.host ?? null;
    if (attempt !== null) attempt.host.isResumable = isResumable;
    this.#evictionPolicy.reset();
    this.#options.handlers.onLost();
    if (!isOver()) this.#reconnectLoop.handleLost(reason);
  }

  /** `number`: a listener may have begun another session meanwhile. */
  #dismiss(number: number, end: SessionEnd): void {
    const wasJoined = this.#machine.state === 'joined' || this.#machine.state === 'reconnecting';
    if (this.#machine.input('dismissed', end.reason, number)) this.#end(end, wasJoined);
  }

  #takeAttempt(): ConnectionAttempt | null {
    const attempt = this.#attempt;
    this.#attempt = null;
    attempt?.stop();
    return attempt;
  }

  #detach(): void {
    this.#reconnectLoop.stop();
    this.#stopPageActivity();
    this.#ending.push({ attempt: this.#takeAttempt(), former: this.#attempts.former });
    this.#attempts.former = null;
  }

  /** Ends the session, after the transition of the machine. */
  #end(end: SessionEnd, wasJoined: boolean, { keepChannel = false } = {}): void {
    const { attempt, former } = this.#ending.pop() ?? {};
    this.#options.handlers.onEnded(end, wasJoined);
    attempt?.session.close();
    former?.session.close();
    if (!keepChannel) attempt?.channel.close();
  }
}
