import type { MediaDataConsumer } from '../../media/MediaEngine.ts';
import { SyncedSetting } from '../../shared/SyncedSetting.ts';
import { TureenError, isConnectionLoss } from '../../shared/errors.ts';
import { TypedEmitter, emitOn } from '../../shared/TypedEmitter.ts';
import type { Peer } from './Peer.ts';
import type { DataConsumerOffer, DialectSession } from '../ports.ts';
import type { CloseReason } from '../RoomTypes.ts';
import { type RoomContext, inBackground, requireCapability, requireSession } from '../RoomContext.ts';

/** What a data consumer says of itself. */
export interface DataConsumerEvents {
  open: Record<never, never>;
  message: { data: string | ArrayBuffer | Blob };
  /**
   * The server dropped `count` messages on the way here, as this end received too slowly. Once a second at most. From servers that
   * announce `messagesLost`.
   */
  messagesLost: { count: number };
  error: { error: unknown };
  closed: { reason: CloseReason };
}

/** Someone's data channel, as it reaches us. */
export class DataConsumer extends TypedEmitter<DataConsumerEvents> {
  /** Null: the server itself speaks. */
  readonly peer: Peer | null;
  readonly #context: RoomContext;
  readonly #onCloseWanted: (dataConsumer: DataConsumer) => void;
  /** Whether the server is to send nothing. */
  readonly #stopped: SyncedSetting<boolean>;
  #offer: DataConsumerOffer;
  #media: MediaDataConsumer | null = null;
  #taking: Promise<void> | null = null;
  #subscribed: boolean;
  #announced = false;
  #closed = false;

  /** @internal */
  constructor(
    context: RoomContext,
    peer: Peer | null,
    offer: DataConsumerOffer,
    subscribed: boolean,
    onCloseWanted: (dataConsumer: DataConsumer) => void,
  ) {
    super(context.reportListenerError);
    this.#context = context;
    this.peer = peer;
    this.#offer = offer;
    this.#subscribed = subscribed;
    this.#onCloseWanted = onCloseWanted;
    this.#stopped = new SyncedSetting({
      initial: false,
      isReady: () => context.session !== null,
      apply: async (stopped) => context.session?.setDataConsumerPaused?.(this.id, stopped),
    });
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

  /** Whether its messages are wanted; see `setSubscribed`. */
  get subscribed(): boolean {
    return this.#subscribed;
  }

  get readyState(): RTCDataChannelState {
    if (this.#closed) return 'closed';
    return this.#media?.readyState ?? 'connecting';
  }

  /**
   * Subscribes to the messages, or unsubscribes; under `consume: 'manual'` nothing arrives before `setSubscribed(true)`. Messages
   * sent meanwhile are lost. Wire: v3 `pauseDataConsumer`, `resumeDataConsumer` where announced; elsewhere messages are dropped here.
   */
  async setSubscribed(subscribed: boolean): Promise<void> {
    if (this.#closed) throw new TureenError('invalidState', 'setSubscribed() on a closed data consumer');
    this.#subscribed = subscribed;
    if (subscribed) await this.#take();
    await this.#stopped.set(!subscribed);
  }

  /**
   * Closes the channel here and, where announced, at the server. Idempotent. To subscribe again later use `setSubscribed(false)`
   * instead. Emits `closed`, and `dataConsumerClosed` at the room. Wire: v3 `closeDataConsumer`.
   */
  async close(): Promise<void> {
    if (this.#closed) return;
    const media = this.#media;
    this.#media = null;
    this.#onCloseWanted(this);
    // The worker forgets a data consumer whose channel closes, and would log the request as an error: the server goes first.
    try {
      await this.#context.session?.closeDataConsumer?.(this.id);
    } finally {
      media?.close();
    }
  }

  /** Statistics as the server has them. Wire: v3 `getDataConsumerStats`. */
  async getServerStats(): Promise<readonly object[]> {
    requireCapability(
      this.#context,
      this.#context.capabilities.serverStats,
      'getServerStats()',
      'there is nothing in its place',
    );
    return requireSession(this.#context, 'getServerStats()').getServerStats({ type: 'dataConsumer', id: this.id });
  }

  /** @internal The server offers it, for the first time or again after a rejoin: as servers do, it sends at once. */
  async handleOffered(offer: DataConsumerOffer): Promise<void> {
    this.#offer = offer;
    this.#taking = null;
    this.#media?.close();
    this.#media = null;
    this.#stopped.restart(false);
    // Before the offer is answered: on a server that can be told, no message comes.
    inBackground(this.#context, 'pauseDataConsumer', this.#stopped.set(!this.#subscribed));
    if (this.#subscribed) await this.#take();
  }

  /** @internal The session was resumed, and this data consumer with it: tells the server what changed meanwhile. */
  handleResumed(): void {
    this.#stopped.restart(this.#stopped.confirmed);
    if (this.#subscribed) inBackground(this.#context, 'newDataConsumer', this.#take());
  }

  /** @internal The room has said `newDataConsumer`: messages that came before are handed over now. */
  handleAnnounced(): void {
    this.#announced = true;
    this.#media?.listen({
      onOpen: () => {
        emitOn(this, 'open', {});
      },
      onClose: () => {},
      onError: (error) => {
        emitOn(this, 'error', { error });
      },
      onMessage: (data) => {
        if (this.#subscribed) emitOn(this, 'message', { data });
      },
    });
  }

  /** @internal Says so once. */
  handleClosed(reason: CloseReason): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    this.#stopped.close(new TureenError('closed', 'the data consumer is closed'));
    this.#media?.close();
    this.#media = null;
    emitOn(this, 'closed', { reason });
    this.removeAllListeners();
    return true;
  }

  /** Opens the channel, unless it is open or there is no session: then the next offer does. */
  #take(): Promise<void> {
    const { session } = this.#context;
    if (session === null || this.#media?.closed === false) return Promise.resolve();
    return (this.#taking ??= this.#open(session, this.#offer));
  }

  async #open(session: DialectSession, offer: DataConsumerOffer): Promise<void> {
    try {
      const media = await session.consumeData(offer);
      if (this.#closed || this.#offer !== offer) {
        media.close();
        return;
      }
      this.#media = media;
      if (this.#announced) this.handleAnnounced();
    } catch (error) {
      // What cannot be received is not subscribed to; after a loss the wish stands.
      if (this.#offer === offer && !isConnectionLoss(error)) this.#subscribed = false;
      throw error;
    } finally {
      if (this.#offer === offer) this.#taking = null;
    }
  }
}
