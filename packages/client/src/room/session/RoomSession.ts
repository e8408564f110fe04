import { connectionDropped, leftWhileJoining } from '../../shared/commonErrors.ts';
import { TureenError, asRetryable, isConnectionLoss, isServerFault, toTureenError } from '../../shared/errors.ts';
import { withdrawn } from '../../shared/connectionLoss.ts';
import { SignalingChannel } from '../../signaling/SignalingChannel.ts';
import type { TransportClosed } from '../../signaling/SignalingTransport.ts';
import { type PageActiveReason, onPageActive } from '../../shared/pageActive.ts';
import { InboundQueue } from './InboundQueue.ts';
import type { DialectEvent, DialectJoinRequest, DialectResumeResult } from '../DialectPort.ts';
import { Liveness } from './Liveness.ts';
import { LostJoins } from './LostJoins.ts';
import { EvictionPolicy } from './EvictionPolicy.ts';
import { ReconnectLoop } from './ReconnectLoop.ts';
import { RoomMachine, type RoomState } from './roomMachine.ts';
import { type Ending, toEnding } from './endReason.ts';
import type { RoomSessionOptions } from './RoomSessionTypes.ts';
import { SwitchableChannel } from './SwitchableChannel.ts';

/** ms that `leave()` waits for the server at most. */
const goodbyeWithinMs = 1000;

/** The close code and the refusal by which a server asks a client to come later. */
const tryAgainLater = 1013;
const tooManyRequests = 429;

interface Attempt {
  readonly number: number;
  readonly channel: SignalingChannel;
  readonly queue: InboundQueue;
  readonly liveness: Liveness;
  line: SwitchableChannel;
}

/** Being in the room: opens connections, enters, comes back after losses, leaves. What is told is told by the machine's word. */
export class RoomSession {
  readonly #options: RoomSessionOptions;
  readonly #machine: RoomMachine;
  #joining: Promise<void> | null = null;
  #attempt: Attempt | null = null;
  /** The session before the loss: its media may flow while we come back, and it may be gone on with. */
  #former: { readonly line: SwitchableChannel; readonly isResumable: boolean } | null = null;
  #cancelWake: () => void = () => {};
  /** What sessions had that are ending: the latest last, as a listener of one end may begin and end another session. */
  readonly #ending: { readonly attempt: Attempt | null; readonly former: SwitchableChannel | undefined }[] = [];
  readonly #evictionPolicy: EvictionPolicy;
  readonly #lostJoins = new LostJoins();
  readonly #reconnectLoop: ReconnectLoop;

  constructor(options: RoomSessionOptions) {
    this.#options = options;
    this.#evictionPolicy = new EvictionPolicy(options.clock);
    this.#reconnectLoop = new ReconnectLoop({
      ...options,
      policy: options.reconnectPolicy,
      onAttempt: (attempt, reason) => {
        if (this.#machine.input('retry', reason)) void this.#reenter(attempt, this.#machine.attempt);
      },
      onGivenUp: (reason) => {
        if (this.#machine.input('givenUp', reason)) this.#end({ reason: 'connectionLost' }, true);
      },
    });
    this.#machine = new RoomMachine(({ from, to, reason }) => {
      if (from === to) return;
      // First, so that a listener can join again.
      if (to === 'left' || to === 'failed') this.#detach();
      options.logger.info(`${from} -> ${to}`, { reason });
      options.announce('stateChanged', { state: to, previous: from, reason });
    });
  }

  get state(): RoomState {
    return this.#machine.state;
  }

  /** While joining: the same promise. `invalidState` while joined. */
  join(): Promise<void> {
    const { state } = this.#machine;
    // The machine says whether a join is under way: one that was left is not, even while its promise is still to reject.
    if (this.#joining !== null && (state === 'connecting' || state === 'joining')) return this.#joining;
    const number = this.#machine.attempt + 1;
    if (!this.#machine.input('join', 'join() was called')) {
      return Promise.reject(
        new TureenError('invalidState', `join() while ${state}`, { hint: 'await room.leave() first' }),
      );
    }
    if (!this.#machine.isCurrent(number)) return Promise.reject(leftWhileJoining());
    this.#reconnectLoop.begin();
    this.#cancelWake = onPageActive((reason) => {
      this.#handleWake(reason);
    });
    this.#joining = this.#firstAttempt();
    return this.#joining;
  }

  /** Resolves at the first of the server's answer, the end of the connection and one second. Idempotent. */
  async leave(): Promise<void> {
    const attempt = this.#attempt;
    const wasJoined = this.#machine.state === 'joined' || this.#machine.state === 'reconnecting';
    const goodbye = this.#machine.state === 'joined' && attempt !== null ? attempt.line.session.leave() : null;
    if (!this.#machine.input('leave', 'leave() was called')) return;
    this.#end({ reason: 'left' }, wasJoined, { keepChannel: goodbye !== null });
    if (goodbye === null || attempt === null) return;
    let cancel = () => {};
    const atMost = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(goodbyeWithinMs, resolve);
    });
    await Promise.race([
      goodbye.catch((error: unknown) => {
        this.#options.logger.debug('the server did not confirm the leave', error);
      }),
      atMost,
    ]);
    cancel();
    attempt.channel.close();
  }

  async #firstAttempt(): Promise<void> {
    const { attempt } = this.#machine;
    try {
      await this.#enter(attempt);
    } catch (cause) {
      const error = toTureenError(cause, 'connectionFailed');
      if (this.#machine.input('refused', error.message, attempt)) this.#end({ reason: 'failed' }, false);
      throw error;
    }
  }

  /** Resolves to whether the session before was gone on with. */
  async #enter(number: number): Promise<boolean> {
    const options = this.#options;
    const former = this.#former;
    const attempt = this.#open(number, former?.isResumable === true ? former.line : null);
    const { channel, queue } = attempt;
    let request: DialectJoinRequest | undefined;
    const assertCurrent = () => {
      if (!this.#machine.isCurrent(number)) throw leftWhileJoining();
    };
    try {
      await channel.connect(options.dialect.connectParams(options.identity));
      assertCurrent();
      this.#machine.input('opened', 'the connection is open', number);
      request = options.joinRequest(this.#lostJoins.count > 0);
      let resumed: DialectResumeResult | null = null;
      if (attempt.line === former?.line) {
        resumed = (await attempt.line.session.resume?.(request, options.holds())) ?? null;
        assertCurrent();
        if (resumed === null) {
          this.#former = { line: former.line, isResumable: false };
          attempt.line = this.#speak(attempt);
        }
      }
      const { session } = attempt.line;
      const result = resumed ?? (await session.join(request));
      assertCurrent();
      // It may have dropped while the last answer was worked on.
      if (!channel.open) throw connectionDropped();
      if (resumed === null) former?.line.session.close();
      this.#former = null;
      this.#lostJoins.reset();
      // Entered first, then told: a listener of `stateChanged` finds a room it can work with.
      options.handlers.onEntered(session, result, resumed);
      queue.release();
      return resumed !== null;
    } catch (cause) {
      // The server may have closed while no request was in flight.
      const error = isConnectionLoss(cause) ? (channel.refusal ?? cause) : cause;
      // The session before may be gone on with by the next attempt.
      const isResuming = attempt.line === this.#former?.line;
      if (!isResuming) attempt.line.session.close();
      queue.close();
      channel.close(error instanceof TureenError ? error : undefined);
      assertCurrent();
      const isRejoin = this.#machine.state === 'reconnecting';
      const isPoison = request !== undefined && this.#lostJoins.add(error, [isResuming, request], isRejoin);
      if (isResuming && this.#lostJoins.count > 1) this.#former = { line: attempt.line, isResumable: false };
      if (isPoison && !isResuming) throw withdrawn(error as TureenError);
      // The next attempt may get another room, or the same one on another worker.
      throw isServerFault(error) ? asRetryable(error) : error;
    }
  }

  /** A connection, and who speaks first over it: the session before, or a new one. */
  #open(number: number, former: SwitchableChannel | null): Attempt {
    const options = this.#options;
    const queue = new InboundQueue(
      (event) => {
        if (this.#machine.isCurrent(number)) this.#handleEvent(number, event);
      },
      (error, event) => {
        options.logger.error(`handling '${event.type}' failed`, error);
      },
    );
    const channel = new SignalingChannel({
      transport: options.transport,
      clock: options.clock,
      logger: options.logger,
      trace: options.trace,
      requestTimeoutMs: options.requestTimeoutMs,
      handlers: {
        onRequest: (method, data, answer) => {
          attempt.line.session.handleRequest(method, data, answer);
        },
        onNotification: (method, data) => {
          attempt.line.session.handleNotification(method, data);
        },
        onHeard: () => {
          attempt.liveness.heard();
        },
        onUnanswered: () => {
          attempt.liveness.check();
        },
        isPardoned: ({ reason }) =>
          this.#isJoined(number) &&
          /^(closedByServer|mediaLost)$/.test(toEnding(reason).reason) &&
          this.#evictionPolicy.allowRejoin(),
        onClosed: (closed, isPardoned) => {
          this.#handleClosed(number, closed, isPardoned);
        },
      },
    });
    const liveness = new Liveness({
      clock: options.clock,
      logger: options.logger,
      probe: (timeoutMs) => attempt.line.session.probe?.(timeoutMs),
      onDead: (reason) => {
        this.#lose(number, reason, true);
      },
    });
    const connection = { number, channel, queue, liveness };
    const attempt: Attempt = { ...connection, line: former ?? this.#speak(connection) };
    former?.move(connection);
    this.#attempt = attempt;
    return attempt;
  }

  #speak(connection: Pick<Attempt, 'channel' | 'queue'>): SwitchableChannel {
    const { dialect, identity, clock, logger } = this.#options;
    return new SwitchableChannel(dialect, { identity, clock, logger }, connection);
  }

  /** The owner has taken the session over: from here on the room is joined. */
  markEntered(): void {
    this.#reconnectLoop.handleEntered();
    if (this.#machine.input('entered', 'the server let us in', this.#machine.attempt)) this.#attempt?.liveness.start();
  }

  /** The connection is dead and does not know it: another one, over which the session is gone on with. */
  drop(reason: string): void {
    this.#lose(this.#machine.attempt, reason, true);
  }

  /** The session is beyond repair: another one, over another connection. */
  rejoin(reason: string): void {
    this.#lose(this.#machine.attempt, reason, false);
  }

  #handleEvent(number: number, event: DialectEvent): void {
    if (event.type === 'roomClosed') {
      const { reason, detail } = event;
      const ending = toEnding(detail ? `${reason}: ${detail}` : reason);
      this.#options.handlers.onEvent({ ...event, ...ending });
      this.#dismiss(number, ending);
      return;
    }
    this.#options.handlers.onEvent(event);
    // What was on it is gone at the server: the last of the repairs brings it all back.
    if (event.type === 'transportClosed') this.#lose(number, `the server closed a transport: ${event.reason}`, false);
    if (event.type === 'transportState') this.#evictionPolicy.handleTransportState(event);
    if (event.type === 'rejoinNeeded') this.#lose(number, event.reason, false);
  }

  /** Before the attempt has entered, the failing requests end it. */
  #handleClosed(number: number, closed: TransportClosed, isPardoned: boolean): void {
    if (closed.code === tryAgainLater) this.#reconnectLoop.handleTooSoon();
    if (!this.#isJoined(number)) return;
    if (closed.by !== 'server') this.#lose(number, closed.reason ?? 'the connection dropped', true);
    else if (isPardoned) this.#lose(number, 'the server closed the connection as media was lost', false);
    else this.#dismiss(number, toEnding(closed.reason));
  }

  #isJoined(number: number): boolean {
    return this.#machine.state === 'joined' && this.#machine.isCurrent(number);
  }

  /** On a wake an attempt need not wait, and the session finds out whether its connection is alive. */
  #handleWake(reason: PageActiveReason): void {
    if (reason === 'online' || reason === 'offline')
      this.#options.announce('networkChanged', { online: reason === 'online' });
    this.#reconnectLoop.handleWake(reason);
    if (reason === 'offline') return;
    if (this.#machine.state !== 'joined') return;
    this.#options.handlers.onPageActive(reason);
    this.#attempt?.liveness.check();
  }

  #lose(number: number, reason: string, isResumable: boolean): void {
    if (!this.#machine.input('lost', reason, number)) return;
    // A listener may have left the room, and joined again. The loss has a number of its own.
    const isOver = () => !this.#machine.isCurrent(number + 1);
    if (isOver()) return;
    const lost = this.#takeAttempt();
    lost?.queue.close();
    const error = new TureenError('connectionLost', reason);
    lost?.channel.close(error);
    lost?.line.session.handleLost?.(error);
    this.#former = lost === null ? null : { line: lost.line, isResumable };
    this.#evictionPolicy.reset();
    this.#options.handlers.onLost();
    if (!isOver()) this.#reconnectLoop.handleLost(reason);
  }

  async #reenter(attempt: number, number: number): Promise<void> {
    try {
      const resumed = await this.#enter(number);
      // A listener may have left the room as it came back.
      if (this.#machine.isCurrent(number)) this.#options.announce('reconnected', { resumed });
    } catch (cause) {
      const error = toTureenError(cause, 'connectionFailed');
      if (!this.#machine.isCurrent(number)) return;
      this.#options.logger.warn(`attempt ${attempt} to reconnect failed`, error);
      if (error.serverCode === tooManyRequests || error.closeCode === tryAgainLater)
        this.#reconnectLoop.handleTooSoon();
      if (error.retryable) this.#reconnectLoop.handleFailed(error.message);
      else if (error.code === 'closedByServer')
        this.#dismiss(number, toEnding((error.cause as TransportClosed | undefined)?.reason ?? error.reason));
      else if (this.#machine.input('refused', error.message, number)) {
        const ending = toEnding(error.reason);
        this.#end(ending.reason === 'closedByServer' ? { reason: 'refused' } : ending, true);
      }
    }
  }

  /** `number`: a listener may have begun another session meanwhile. */
  #dismiss(number: number, ending: Ending): void {
    const wasJoined = this.#machine.state === 'joined' || this.#machine.state === 'reconnecting';
    if (this.#machine.input('dismissed', ending.reason, number)) this.#end(ending, wasJoined);
  }

  #takeAttempt(): Attempt | null {
    const attempt = this.#attempt;
    this.#attempt = null;
    attempt?.liveness.stop();
    return attempt;
  }

  #detach(): void {
    this.#reconnectLoop.stop();
    this.#cancelWake();
    this.#ending.push({ attempt: this.#takeAttempt(), former: this.#former?.line });
    this.#former = null;
  }

  /** After the machine has ended the session. */
  #end(ending: Ending, wasJoined: boolean, { keepChannel = false } = {}): void {
    const { attempt, former } = this.#ending.pop() ?? {};
    attempt?.queue.close();
    this.#options.handlers.onEnded(ending, wasJoined);
    attempt?.line.session.close();
    former?.session.close();
    if (!keepChannel) attempt?.channel.close();
  }
}
