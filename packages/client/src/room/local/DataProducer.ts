import type { MediaDataProducer } from '../../media/MediaEngine.ts';
import { TureenError } from '../../shared/errors.ts';
import { TypedEmitter, emitOn } from '../../shared/TypedEmitter.ts';
import type { Actor, DialectSession } from '../ports.ts';
import { ProducerLifecycle, type Publishing } from './ProducerLifecycle.ts';
import type { CloseReason, ProduceDataOptions } from '../RoomTypes.ts';
import { checkInteger } from '../checks.ts';
import { type RoomContext, requireCapability, requireSession } from '../RoomContext.ts';

/** What a data producer says of itself. */
export interface DataProducerEvents {
  /**
   * Messages can be sent, and reach everyone in the room who receives data; on a stock server whoever has opened a channel by
   * then. Again after a rejoin.
   */
  open: Record<never, never>;
  /** The channel is gone; it comes back with the room unless `closed` follows. */
  interrupted: Record<never, never>;
  /** `bufferedAmount` has fallen to `bufferedAmountLowThreshold`. */
  bufferedAmountLow: Record<never, never>;
  /**
   * The server dropped `count` messages on the way to that peer, as it received too slowly: send less. Once a second at most for
   * each peer. From servers that announce `messagesLost`.
   */
  messagesLost: { count: number; peerId: string | undefined };
  error: { error: unknown };
  closed: { by: Actor; reason: CloseReason };
}

/** A data channel of ours towards everyone else in the room, by way of the server. Lives through reconnects. */
export class DataProducer extends TypedEmitter<DataProducerEvents> {
  readonly label: string;
  readonly protocol: string;
  readonly #context: RoomContext;
  readonly #options: ProduceDataOptions;
  readonly #onClosed: (dataProducer: DataProducer) => void;
  readonly #lifecycle: ProducerLifecycle<MediaDataProducer>;
  #lowThreshold = 0;
  #closed = false;

  /** @internal */
  constructor(context: RoomContext, options: ProduceDataOptions, onClosed: (dataProducer: DataProducer) => void) {
    super(context.reportListenerError);
    this.#context = context;
    this.#options = options;
    this.#onClosed = onClosed;
    this.label = options.label ?? '';
    this.protocol = options.protocol ?? '';
    this.#lifecycle = new ProducerLifecycle({
      context,
      method: 'produceData',
      publish: (session) => this.#publish(session),
      retract: (session, id) => session.closeDataProducer(id),
      onRefused: (error) => {
        this.#lifecycle.fail(error);
        this.handleClosed('server', 'server');
      },
    });
    this.bufferedAmountLowThreshold = options.bufferedAmountLowThreshold ?? 0;
  }

  /** The server's id of it; null until it is published, another one after a rejoin. */
  get id(): string | null {
    return this.#lifecycle.id;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get readyState(): RTCDataChannelState {
    if (this.#closed) return 'closed';
    return this.#lifecycle.media?.readyState ?? 'connecting';
  }

  /** Bytes handed over and not yet sent. */
  get bufferedAmount(): number {
    return this.#lifecycle.media?.bufferedAmount ?? 0;
  }

  /**
   * Bytes of `bufferedAmount` at which `bufferedAmountLow` is emitted. Default 0. Kept through reconnects. Throws `invalidArgument`
   * for anything but an integer from 0 to 4294967295.
   */
  get bufferedAmountLowThreshold(): number {
    return this.#lowThreshold;
  }

  set bufferedAmountLowThreshold(bytes: number) {
    checkInteger(bytes, 'bufferedAmountLowThreshold', 0, 2 ** 32 - 1);
    this.#lowThreshold = bytes;
    this.#lifecycle.media?.setBufferedAmountLowThreshold(bytes);
  }

  get appData(): unknown {
    return this.#options.appData;
  }

  /** Throws `invalidState` unless `readyState` is `open`: nothing is kept for later. */
  send(data: string | Blob | ArrayBuffer | ArrayBufferView): void {
    const { media } = this.#lifecycle;
    if (media === null || this.readyState !== 'open') {
      throw new TureenError('invalidState', `the data channel is ${this.readyState}`, {
        hint: 'wait for its `open` event',
      });
    }
    media.send(data);
  }

  /** Idempotent. Others get `dataConsumerClosed`. */
  async close(): Promise<void> {
    await this.handleClosed('local', 'local')();
  }

  /** Statistics as the server has them. Wire: v3 `getDataProducerStats`. */
  async getServerStats(): Promise<readonly object[]> {
    requireCapability(
      this.#context,
      this.#context.capabilities.serverStats,
      'getServerStats()',
      'there is nothing in its place',
    );
    const session = requireSession(this.#context, 'getServerStats()');
    const { media } = this.#lifecycle;
    if (media === null) throw new TureenError('invalidState', 'the data producer is not published');
    return session.getServerStats({ type: 'dataProducer', id: media.id });
  }

  /** @internal Resolves when it is open for the first time. */
  get ready(): Promise<void> {
    return this.#lifecycle.ready;
  }

  /** @internal The id of it that the server knew us to have when the connection dropped. */
  get held(): string | null {
    return this.#lifecycle.held;
  }

  /** @internal The session goes on, and it with it. */
  handleResumed(session: DialectSession): void {
    this.#lifecycle.resume(session);
  }

  /** @internal */
  handleSession(session: DialectSession): void {
    this.#lifecycle.start(session);
  }

  /** @internal The connection is gone; the channel may stay open beside it. */
  handleSessionLost(): void {
    this.#lifecycle.handleLost();
  }

  /** @internal A transport was made anew: a channel that went with the old one is opened on this one. */
  handleRebuilt(session: DialectSession): void {
    this.#lifecycle.handleRebuilt(session);
  }

  /** @internal */
  handleClosed(by: Actor, reason: CloseReason): () => Promise<void> {
    if (this.#closed) return async () => {};
    this.#closed = true;
    const { isReady } = this.#lifecycle;
    const retract = this.#lifecycle.close(new TureenError('closed', 'the data producer is closed'));
    this.#onClosed(this);
    emitOn(this, 'closed', { by, reason });
    if (isReady) this.#context.announce('dataProducerClosed', { dataProducer: this, by, reason });
    this.removeAllListeners();
    return retract;
  }

  #publish(session: DialectSession): Publishing<MediaDataProducer> {
    const { label, protocol } = this;
    return {
      media: session.produceData({ ...this.#options, appData: this.#options.appData, label, protocol }),
      onPublished: (media) => {
        media.setBufferedAmountLowThreshold(this.#lowThreshold);
        media.listen({
          onOpen: () => {
            this.#handleOpen();
          },
          onClose: () => {
            if (this.#lifecycle.media === media) emitOn(this, 'interrupted', {});
          },
          onError: (error) => {
            emitOn(this, 'error', { error });
          },
          onBufferedAmountLow: () => {
            emitOn(this, 'bufferedAmountLow', {});
          },
        });
        if (media.readyState === 'open') this.#handleOpen();
      },
    };
  }

  #handleOpen(): void {
    this.#lifecycle.markReady();
    emitOn(this, 'open', {});
  }
}
