import { emitOn } from '../../shared/TypedEmitter.ts';
import type { MediaDataConsumer } from '../../media/MediaEngine.ts';
import { SyncedSetting } from '../../shared/SyncedSetting.ts';
import { TureenError, isConnectionLoss } from '../../shared/errors.ts';
import type { DialectSession } from '../DialectPort.ts';
import type { DataConsumerOffer } from '../entityInfo.ts';
import { type RoomContext, inBackground } from '../RoomContext.ts';
import type { Closing, DataConsumerCloseReason } from '../closeReasons.ts';
import { type DataConsumer, type DataConsumerEvents, createDataConsumer } from './DataConsumer.ts';
import type { PeerController } from './PeerController.ts';

export interface DataConsumerControllerOptions {
  readonly context: RoomContext;
  /** Null: the server itself sends. */
  readonly peer: PeerController | null;
  readonly offer: DataConsumerOffer;
  readonly isSubscribed: boolean;
  /** The app closed the data consumer: removes it from the room. */
  readonly onClose: (controller: DataConsumerController) => void;
}

/** State of one data consumer, and its handlers for the server's notifications. The app gets the `DataConsumer`. */
export class DataConsumerController {
  readonly context: RoomContext;
  readonly peer: PeerController | null;
  readonly dataConsumer: DataConsumer;
  offer: DataConsumerOffer;
  isSubscribed: boolean;
  readonly #onClose: (controller: DataConsumerController) => void;
  /** Whether the server must send nothing. */
  readonly #stopped: SyncedSetting<boolean>;
  #media: MediaDataConsumer | null = null;
  #opening: Promise<void> | null = null;
  /** `announced`: the room has emitted `newDataConsumer`, and messages are emitted from then on. */
  #phase: 'pending' | 'announced' | 'closed' = 'pending';

  constructor({ context, peer, offer, isSubscribed, onClose }: DataConsumerControllerOptions) {
    this.context = context;
    this.peer = peer;
    this.offer = offer;
    this.isSubscribed = isSubscribed;
    this.#onClose = onClose;
    this.#stopped = new SyncedSetting({
      initial: false,
      isReady: () => context.session !== null,
      apply: async (isStopped) => context.session?.setDataConsumerPaused?.(this.id, isStopped),
    });
    this.dataConsumer = createDataConsumer(this);
  }

  get id(): string {
    return this.offer.id;
  }

  get isClosed(): boolean {
    return this.#phase === 'closed';
  }

  get readyState(): RTCDataChannelState {
    if (this.isClosed) return 'closed';
    return this.#media?.readyState ?? 'connecting';
  }

  async setSubscribed(isSubscribed: boolean): Promise<void> {
    if (this.isClosed) throw new TureenError('invalidState', 'setSubscribed() on a closed data consumer');
    this.isSubscribed = isSubscribed;
    if (isSubscribed) await this.#subscribe();
    await this.#stopped.set(!isSubscribed);
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    const media = this.#media;
    this.#media = null;
    this.#onClose(this);
    // Sends the request before the channel closes: then mediasoup's worker removes the data consumer, and logs an error for a
    // request.
    try {
      await this.context.session?.closeDataConsumer?.(this.id);
    } finally {
      media?.close();
    }
  }

  /** The server offers the data consumer, and sends at once. Resolves when the channel exists. */
  async handleOffered(offer: DataConsumerOffer): Promise<void> {
    this.offer = offer;
    this.#opening = null;
    this.#media?.close();
    this.#media = null;
    this.#stopped.restart(false);
    // Sent before the response to the offer: a server with the request then sends no message.
    inBackground(this.context, 'pauseDataConsumer', this.#stopped.set(!this.isSubscribed));
    if (this.isSubscribed) await this.#subscribe();
  }

  /** The session was resumed with this data consumer. Sends the server what changed meanwhile. */
  handleResumed(): void {
    this.#stopped.restart(this.#stopped.confirmed);
    if (this.isSubscribed) inBackground(this.context, 'newDataConsumer', this.#subscribe());
  }

  /** The room has emitted `newDataConsumer`. Emits the messages that arrived before. */
  handleAnnounced(): void {
    // A listener may have closed the data consumer.
    if (this.isClosed) return;
    this.#phase = 'announced';
    this.#media?.listen({
      onOpen: () => {
        this.#emit('open', {});
      },
      onClose: () => {},
      onError: (error) => {
        this.#emit('error', { error });
      },
      onMessage: (data) => {
        if (this.isSubscribed) this.#emit('message', { data });
      },
    });
  }

  handleMessagesLost(count: number): void {
    this.#emit('messagesLost', { count });
  }

  /** Emits `closed`. Returns false where the data consumer was closed before. */
  handleClosed({ reason, detail }: Closing<DataConsumerCloseReason>): boolean {
    if (this.isClosed) return false;
    this.#phase = 'closed';
    this.#stopped.close(new TureenError('closed', 'the data consumer is closed'));
    this.#media?.close();
    this.#media = null;
    this.#emit('closed', { reason, detail });
    this.dataConsumer.removeAllListeners();
    return true;
  }

  /** Opens the channel, unless it is open. Without a session, the next offer opens the channel. */
  #subscribe(): Promise<void> {
    const { session } = this.context;
    if (session === null || this.#media?.closed === false) return Promise.resolve();
    return (this.#opening ??= this.#open(session, this.offer));
  }

  async #open(session: DialectSession, offer: DataConsumerOffer): Promise<void> {
    try {
      const media = await session.consumeData(offer);
      if (this.isClosed || this.offer !== offer) {
        media.close();
        return;
      }
      this.#media = media;
      if (this.#phase === 'announced') this.handleAnnounced();
    } catch (error) {
      // Undoes a failed subscription. After a connection loss the next session repeats it.
      if (this.offer === offer && !isConnectionLoss(error)) this.isSubscribed = false;
      throw error;
    } finally {
      if (this.offer === offer) this.#opening = null;
    }
  }

  /** The only place that emits on the data consumer. */
  #emit<K extends keyof DataConsumerEvents>(event: K, payload: DataConsumerEvents[K]): void {
    emitOn(this.dataConsumer, event, payload);
  }
}
