import { SignalingChannel } from '../../signaling/SignalingChannel.ts';
import type { TransportClosed } from '../../signaling/SignalingTransport.ts';
import type { DialectJoinRequest, DialectJoinResult, DialectResumeResult, DialectSession } from '../DialectPort.ts';
import { Liveness } from './Liveness.ts';
import type { RoomSessionOptions } from './RoomSessionTypes.ts';
import type { SessionHost } from './SessionHost.ts';

export interface ConnectionAttemptHandlers {
  /** The connection is open. Returns the request to join, or throws where the attempt is over. */
  readonly onOpened: () => DialectJoinRequest;
  /** Throws where the attempt is over. */
  readonly assertCurrent: () => void;
  /** Returns whether a close by the server counts as a connection loss. */
  readonly canRejoin: (closed: TransportClosed) => boolean;
  readonly onClosed: (closed: TransportClosed, canRejoin: boolean) => void;
  /** The connection is open, but carries no messages. */
  readonly onDead: (reason: string) => void;
}

export interface ConnectionAttemptOptions extends Pick<
  RoomSessionOptions,
  'identity' | 'dialect' | 'transport' | 'clock' | 'logger' | 'trace' | 'requestTimeoutMs' | 'resumableIds'
> {
  /** Session before the connection loss. */
  readonly former: SessionHost | null;
  readonly createHost: (channel: SignalingChannel) => SessionHost;
  readonly handlers: ConnectionAttemptHandlers;
}

/** One connection, from opening to closing. Resumes the former session over it or joins with a new one, and checks liveness. */
export class ConnectionAttempt {
  readonly channel: SignalingChannel;
  readonly #options: ConnectionAttemptOptions;
  readonly #liveness: Liveness;
  #handlers: ConnectionAttemptHandlers;
  #opening: Promise<void> | undefined;
  #host: SessionHost;

  constructor(options: ConnectionAttemptOptions) {
    const { transport, clock, logger, trace, requestTimeoutMs, former, createHost } = options;
    this.#options = options;
    this.#handlers = options.handlers;
    this.#liveness = new Liveness({
      clock,
      logger,
      probe: (timeoutMs) => this.session.probe?.(timeoutMs),
      onDead: (reason) => {
        this.#handlers.onDead(reason);
      },
    });
    this.channel = new SignalingChannel({
      transport,
      clock,
      logger,
      trace,
      requestTimeoutMs,
      handlers: {
        respondAtOnce: (method, responder) => this.session.respondAtOnce?.(method, responder) === true,
        handleAtOnce: (method, data) => this.session.handleAtOnce?.(method, data) === true,
        onActivity: () => {
          this.#liveness.handleMessage();
        },
        onRequestTimeout: () => {
          this.#liveness.check();
        },
        canRejoin: (closed) => this.#handlers.canRejoin(closed),
        onClosed: (closed, canRejoin) => {
          this.#handlers.onClosed(closed, canRejoin);
        },
      },
    });
    if (former?.isResumable === true) {
      former.attach(this.channel);
      this.#host = former;
    } else this.#host = createHost(this.channel);
  }

  get host(): SessionHost {
    return this.#host;
  }

  get session(): DialectSession {
    return this.#host.session;
  }

  /** Reports to `handlers` from now on: a prepared attempt joins. */
  adopt(handlers: ConnectionAttemptHandlers): void {
    this.#liveness.stop();
    this.#handlers = handlers;
  }

  /** Opens the connection, and prepares the join. */
  async prepare(): Promise<void> {
    const { onOpened } = this.#handlers;
    await this.#open();
    await this.session.prepare?.();
    // Unless a join took the attempt over meanwhile.
    if (this.#handlers.onOpened === onOpened && this.channel.open) this.#liveness.start();
  }

  /** Opens the connection and joins. Resolves to the response. `resumed`: present where the former session continues. */
  async enter(): Promise<{ result: DialectJoinResult; resumed: DialectResumeResult | null }> {
    const { former, createHost, resumableIds } = this.#options;
    await this.#open();
    const { onOpened, assertCurrent } = this.#handlers;
    const request = onOpened();
    if (this.#host === former) {
      const resumed = (await this.session.resume?.(request, resumableIds())) ?? null;
      assertCurrent();
      if (resumed !== null) return { result: resumed, resumed };
      former.isResumable = false;
      this.#host = createHost(this.channel);
    }
    return { result: await this.session.join(request), resumed: null };
  }

  /** Starts checking liveness. */
  watch(): void {
    this.#liveness.start();
  }

  /** Probes the connection at once. */
  check(): void {
    this.#liveness.check();
  }

  /** Delivers the events of the join response to the room, then notifications, the held ones first. */
  release({ events = [] }: DialectJoinResult): void {
    this.#host.gate.open();
    events.forEach(this.#host.gate.emit);
    this.channel.deliverTo(this.session);
  }

  /** Stops the liveness checks and the events. The channel stays open for a request to leave. */
  stop(): void {
    this.#liveness.stop();
    this.#host.gate.close();
  }

  #open(): Promise<void> {
    const { dialect, identity, former } = this.#options;
    return (this.#opening ??= this.channel.connect(dialect.connectParams(identity, this.#host === former)));
  }
}
