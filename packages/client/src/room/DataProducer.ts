import type { MediaDataProducer } from '../media/MediaEngine.ts';
import { type Deferred, deferred } from '../shared/deferred.ts';
import { TureenError, isConnectionLoss, toTureenError } from '../shared/errors.ts';
import { TypedEmitter } from '../shared/TypedEmitter.ts';
import type { Actor, DialectSession } from './ports.ts';
import type { CloseReason, ProduceDataOptions } from './RoomTypes.ts';
import { type SessionLink, reportFailure, requireCapability, requireSession } from './SessionLink.ts';

/** What a data producer says of itself. */
export interface DataProducerEvents {
  /** Messages can be sent; again after a reconnect. */
  open: Record<never, never>;
  /** The channel is gone; it comes back with the room unless `closed` follows. */
  interrupted: Record<never, never>;
  bufferedAmountLow: Record<never, never>;
  error: { error: unknown };
  closed: { by: Actor; reason: CloseReason };
}

/** A data channel of ours towards everyone else in the room, by way of the server. Lives through reconnects. */
export class DataProducer extends TypedEmitter<DataProducerEvents> {
  readonly label: string;
  readonly protocol: string;
  readonly #link: SessionLink;
  readonly #options: ProduceDataOptions;
  readonly #onClosed: (dataProducer: DataProducer) => void;
  readonly #ready: Deferred<void> = deferred();
  #isReady = false;
  #media: MediaDataProducer | null = null;
  #id: string | null = null;
  #session: DialectSession | null = null;
  #held: string | null = null;
  #closed = false;

  /** @internal */
  constructor(link: SessionLink, options: ProduceDataOptions, onClosed: (dataProducer: DataProducer) => void) {
    super(link.reportListenerError);
    this.#link = link;
    this.#options = options;
    this.#onClosed = onClosed;
    this.label = options.label ?? '';
    this.protocol = options.protocol ?? '';
    this.#ready.promise.catch(() => {});
  }

  /** The server's id of it; null until it is published, another one after a rejoin. */
  get id(): string | null {
    return this.#id;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get readyState(): RTCDataChannelState {
    if (this.#closed) return 'closed';
    return this.#media?.readyState ?? 'connecting';
  }

  /** Bytes handed over and not yet sent. */
  get bufferedAmount(): number {
    return this.#media?.bufferedAmount ?? 0;
  }

  get appData(): unknown {
    return this.#options.appData;
  }

  /** Throws `invalidState` unless `readyState` is `open`: nothing is kept for later. */
  send(data: string | Blob | ArrayBuffer | ArrayBufferView): void {
    if (this.#media === null || this.readyState !== 'open') {
      throw new TureenError('invalidState', `the data channel is ${this.readyState}`, {
        hint: 'wait for its `open` event',
      });
    }
    this.#media.send(data);
  }

  /** Idempotent. Others get `dataConsumerClosed`. */
  async close(): Promise<void> {
    if (this.#closed) return;
    const current =
      this.#session === null || this.#media === null ? null : { session: this.#session, id: this.#media.id };
    this.handleClosed('local', 'local');
    if (current === null) return;
    try {
      await current.session.closeDataProducer(current.id);
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
    }
  }

  /** Statistics as the server has them. Wire: v3 `getDataProducerStats`. */
  async getServerStats(): Promise<readonly object[]> {
    requireCapability(
      this.#link,
      this.#link.capabilities.serverStats,
      'getServerStats()',
      'there is nothing in its place',
    );
    const session = requireSession(this.#link, 'getServerStats()');
    if (this.#media === null) throw new TureenError('invalidState', 'the data producer is not published');
    return session.getServerStats({ type: 'dataProducer', id: this.#media.id });
  }

  /** @internal Resolves when it is open for the first time. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** @internal The id of it that the server knew us to have when the connection dropped. */
  get held(): string | null {
    return this.#held;
  }

  /** @internal The session goes on, and it with it. */
  handleResumed(session: DialectSession): void {
    this.#session = session;
  }

  /** @internal */
  handleSession(session: DialectSession): void {
    const { era } = this.#link;
    this.#publish(session).catch((cause: unknown) => {
      const error = toTureenError(cause, 'mediaFailed');
      if (this.#closed || isConnectionLoss(error)) return;
      if (error.code === 'closed') {
        // The transport was replaced meanwhile: once more, on the new one.
        if (this.#link.session === session && this.#link.era === era) this.handleSession(session);
        return;
      }
      const wasReady = this.#isReady;
      this.#ready.reject(error);
      if (wasReady) reportFailure(this.#link, 'produceData', error);
      this.handleClosed('server', 'server');
    });
  }

  /** @internal The connection is gone; the channel may stay open beside it. */
  handleSessionLost(): void {
    this.#held = this.#session === null ? null : this.#id;
    this.#session = null;
  }

  /** @internal A transport was made anew: a channel that went with the old one is opened on this one. */
  handleRebuilt(session: DialectSession): void {
    if (this.#media?.closed !== true) return;
    this.#session = null;
    this.handleSession(session);
  }

  /** @internal */
  handleClosed(by: Actor, reason: CloseReason): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#session = null;
    this.#media?.close();
    this.#media = null;
    this.#ready.reject(new TureenError('closed', 'the data producer is closed'));
    this.#onClosed(this);
    this.emit('closed', { by, reason });
    if (this.#isReady) this.#link.announce('dataProducerClosed', { dataProducer: this, by, reason });
    this.removeAllListeners();
  }

  async #publish(session: DialectSession): Promise<void> {
    const { appData } = this.#options;
    const { era } = this.#link;
    const media = await session.produceData({ ...this.#options, label: this.label, protocol: this.protocol, appData });
    if (this.#closed || this.#link.era !== era) {
      media.close();
      // The server has one that nobody wants any more.
      if (this.#link.session === session) await session.closeDataProducer(media.id);
      return;
    }
    if (media.closed) throw new TureenError('closed', 'the transport was replaced');
    this.#media?.close();
    this.#media = media;
    this.#id = media.id;
    this.#session = session;
    media.listen({
      onOpen: () => {
        this.#handleOpen();
      },
      onClose: () => {
        if (this.#media === media) this.emit('interrupted', {});
      },
      onError: (error) => {
        this.emit('error', { error });
      },
      onBufferedAmountLow: () => {
        this.emit('bufferedAmountLow', {});
      },
    });
    if (media.readyState === 'open') this.#handleOpen();
  }

  #handleOpen(): void {
    this.#isReady = true;
    this.#ready.resolve();
    this.emit('open', {});
  }
}
