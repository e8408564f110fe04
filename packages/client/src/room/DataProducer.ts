import type { MediaDataProducer } from '../media/MediaEngine.ts';
import { TureenError } from '../shared/errors.ts';
import { TypedEmitter } from '../shared/TypedEmitter.ts';
import type { Actor, DialectSession } from './ports.ts';
import { Publication, type Publishing } from './Publication.ts';
import type { CloseReason, ProduceDataOptions } from './RoomTypes.ts';
import { checkInteger } from './checks.ts';
import { type SessionLink, requireCapability, requireSession } from './SessionLink.ts';

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
  readonly #link: SessionLink;
  readonly #options: ProduceDataOptions;
  readonly #onClosed: (dataProducer: DataProducer) => void;
  readonly #publication: Publication<MediaDataProducer>;
  #lowThreshold: number;
  #closed = false;

  /** @internal */
  constructor(link: SessionLink, options: ProduceDataOptions, onClosed: (dataProducer: DataProducer) => void) {
    super(link.reportListenerError);
    this.#link = link;
    this.#options = options;
    this.#lowThreshold = checkedThreshold(options.bufferedAmountLowThreshold ?? 0);
    this.#onClosed = onClosed;
    this.label = options.label ?? '';
    this.protocol = options.protocol ?? '';
    this.#publication = new Publication({
      link,
      method: 'produceData',
      publish: (session) => this.#publish(session),
      retract: (session, id) => session.closeDataProducer(id),
      onRefused: (error) => {
        this.#publication.fail(error);
        this.handleClosed('server', 'server');
      },
    });
  }

  /** The server's id of it; null until it is published, another one after a rejoin. */
  get id(): string | null {
    return this.#publication.id;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get readyState(): RTCDataChannelState {
    if (this.#closed) return 'closed';
    return this.#publication.media?.readyState ?? 'connecting';
  }

  /** Bytes handed over and not yet sent. */
  get bufferedAmount(): number {
    return this.#publication.media?.bufferedAmount ?? 0;
  }

  /**
   * Bytes of `bufferedAmount` at which `bufferedAmountLow` is emitted. Default 0. Kept through reconnects. Throws `invalidArgument`
   * for anything but an integer from 0 to 4294967295.
   */
  get bufferedAmountLowThreshold(): number {
    return this.#lowThreshold;
  }

  set bufferedAmountLowThreshold(bytes: number) {
    this.#lowThreshold = checkedThreshold(bytes);
    this.#publication.media?.setBufferedAmountLowThreshold(bytes);
  }

  get appData(): unknown {
    return this.#options.appData;
  }

  /** Throws `invalidState` unless `readyState` is `open`: nothing is kept for later. */
  send(data: string | Blob | ArrayBuffer | ArrayBufferView): void {
    const { media } = this.#publication;
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
      this.#link,
      this.#link.capabilities.serverStats,
      'getServerStats()',
      'there is nothing in its place',
    );
    const session = requireSession(this.#link, 'getServerStats()');
    const { media } = this.#publication;
    if (media === null) throw new TureenError('invalidState', 'the data producer is not published');
    return session.getServerStats({ type: 'dataProducer', id: media.id });
  }

  /** @internal Resolves when it is open for the first time. */
  get ready(): Promise<void> {
    return this.#publication.ready;
  }

  /** @internal The id of it that the server knew us to have when the connection dropped. */
  get held(): string | null {
    return this.#publication.held;
  }

  /** @internal The session goes on, and it with it. */
  handleResumed(session: DialectSession): void {
    this.#publication.resume(session);
  }

  /** @internal */
  handleSession(session: DialectSession): void {
    this.#publication.start(session);
  }

  /** @internal The connection is gone; the channel may stay open beside it. */
  handleSessionLost(): void {
    this.#publication.handleLost();
  }

  /** @internal A transport was made anew: a channel that went with the old one is opened on this one. */
  handleRebuilt(session: DialectSession): void {
    this.#publication.handleRebuilt(session);
  }

  /** @internal */
  handleClosed(by: Actor, reason: CloseReason): () => Promise<void> {
    if (this.#closed) return async () => {};
    this.#closed = true;
    const { isReady } = this.#publication;
    const retract = this.#publication.close(new TureenError('closed', 'the data producer is closed'));
    this.#onClosed(this);
    this.emit('closed', { by, reason });
    if (isReady) this.#link.announce('dataProducerClosed', { dataProducer: this, by, reason });
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
            if (this.#publication.media === media) this.emit('interrupted', {});
          },
          onError: (error) => {
            this.emit('error', { error });
          },
          onBufferedAmountLow: () => {
            this.emit('bufferedAmountLow', {});
          },
        });
        if (media.readyState === 'open') this.#handleOpen();
      },
    };
  }

  #handleOpen(): void {
    this.#publication.markReady();
    this.emit('open', {});
  }
}

function checkedThreshold(bytes: number): number {
  checkInteger(bytes, 'bufferedAmountLowThreshold', 0, 2 ** 32 - 1);
  return bytes;
}
