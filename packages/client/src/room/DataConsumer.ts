import type { MediaDataConsumer } from '../media/MediaEngine.ts';
import { TypedEmitter } from '../shared/TypedEmitter.ts';
import type { Peer } from './Peer.ts';
import type { DataConsumerOffer } from './ports.ts';
import type { CloseReason } from './RoomTypes.ts';
import { type SessionLink, requireCapability, requireSession } from './SessionLink.ts';

/** What a data consumer says of itself. */
export interface DataConsumerEvents {
  open: Record<never, never>;
  message: { data: string | ArrayBuffer | Blob };
  error: { error: unknown };
  closed: { reason: CloseReason };
}

/** Someone's data channel, as it reaches us. */
export class DataConsumer extends TypedEmitter<DataConsumerEvents> {
  /** Null: the server itself speaks. */
  readonly peer: Peer | null;
  readonly #link: SessionLink;
  #offer: DataConsumerOffer;
  #media: MediaDataConsumer | null = null;
  #closed = false;

  /** @internal */
  constructor(link: SessionLink, peer: Peer | null, offer: DataConsumerOffer) {
    super(link.reportListenerError);
    this.#link = link;
    this.peer = peer;
    this.#offer = offer;
  }

  get id(): string {
    return this.#offer.id;
  }

  get dataProducerId(): string {
    return this.#offer.dataProducerId;
  }

  get label(): string {
    return this.#offer.label;
  }

  get protocol(): string {
    return this.#offer.protocol;
  }

  get appData(): unknown {
    return this.#offer.appData;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get readyState(): RTCDataChannelState {
    if (this.#closed) return 'closed';
    return this.#media?.readyState ?? 'connecting';
  }

  /** Statistics as the server has them. Wire: v3 `getDataConsumerStats`. */
  async getServerStats(): Promise<readonly object[]> {
    requireCapability(
      this.#link,
      this.#link.capabilities.serverStats,
      'getServerStats()',
      'there is nothing in its place',
    );
    return requireSession(this.#link, 'getServerStats()').getServerStats({ type: 'dataConsumer', id: this.id });
  }

  /** @internal Again after a reconnect, with another offer. */
  handleMedia(offer: DataConsumerOffer, media: MediaDataConsumer): void {
    this.#offer = offer;
    this.#media?.close();
    this.#media = media;
  }

  /** @internal The room has said `newDataConsumer`: messages that came before are handed over now. */
  handleAnnounced(): void {
    this.#media?.listen({
      onOpen: () => {
        this.emit('open', {});
      },
      onClose: () => {},
      onError: (error) => {
        this.emit('error', { error });
      },
      onMessage: (data) => {
        this.emit('message', { data });
      },
    });
  }

  /** @internal Says so once. */
  handleClosed(reason: CloseReason): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    this.#media?.close();
    this.#media = null;
    this.emit('closed', { reason });
    this.removeAllListeners();
    return true;
  }
}
