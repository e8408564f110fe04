import { emitOn } from '../../shared/TypedEmitter.ts';
import type { MediaDataProducer } from '../../media/MediaEngine.ts';
import { TureenError } from '../../shared/errors.ts';
import type { DialectSession } from '../DialectPort.ts';
import type { Actor } from '../entityInfo.ts';
import type { RoomContext } from '../RoomContext.ts';
import type { DataProducerCloseReason } from '../closeReasons.ts';
import type { ProduceDataOptions } from '../options.ts';
import { type DataProducer, type DataProducerEvents, createDataProducer } from './DataProducer.ts';
import { ProducerLifecycle } from './ProducerLifecycle.ts';

export interface DataProducerControllerOptions {
  readonly context: RoomContext;
  readonly localId: string;
  readonly options: ProduceDataOptions;
  /** The data producer has closed, and emits `closed` next. */
  readonly onClosed: (controller: DataProducerController) => void;
}

/** State of one data producer, and its handlers for the server's notifications. The app gets the `DataProducer`. */
export class DataProducerController {
  readonly context: RoomContext;
  readonly localId: string;
  readonly options: ProduceDataOptions;
  readonly label: string;
  readonly protocol: string;
  readonly lifecycle: ProducerLifecycle<MediaDataProducer>;
  readonly dataProducer: DataProducer;
  lowThreshold = 0;
  isClosed = false;
  readonly #onClosed: (controller: DataProducerController) => void;

  constructor({ context, localId, options, onClosed }: DataProducerControllerOptions) {
    this.context = context;
    this.localId = localId;
    this.options = options;
    this.label = options.label ?? '';
    this.protocol = options.protocol ?? '';
    this.#onClosed = onClosed;
    this.lifecycle = new ProducerLifecycle({
      context,
      method: 'produceData',
      restart: (session) => {
        this.start(session);
      },
      closeAtServer: (session, id) => session.closeDataProducer(id),
      onRefused: (error) => {
        this.lifecycle.fail(error);
        this.handleClosed('server', 'server');
      },
    });
    this.dataProducer = createDataProducer(this);
    this.dataProducer.bufferedAmountLowThreshold = options.bufferedAmountLowThreshold ?? 0;
  }

  get readyState(): RTCDataChannelState {
    if (this.isClosed) return 'closed';
    return this.lifecycle.media?.readyState ?? 'connecting';
  }

  setLowThreshold(bytes: number): void {
    this.lowThreshold = bytes;
    this.lifecycle.media?.setBufferedAmountLowThreshold(bytes);
  }

  /** Publishes the data producer on a session. */
  start(session: DialectSession): void {
    const { label, protocol, options } = this;
    this.lifecycle.run(session, () => ({
      media: session.produceData({ ...options, appData: options.appData, label, protocol }),
      onPublished: (media) => {
        this.#handlePublished(media);
      },
    }));
  }

  /** Closes the data producer here and at the server. Resolves when the server has confirmed. Idempotent. */
  async close(): Promise<void> {
    await this.handleClosed('local', 'local')();
  }

  handleMessagesLost(count: number, peerId: string | undefined): void {
    this.#emit('messagesLost', { count, peerId });
  }

  /** Closes the channel and emits `closed`. The returned function closes it at the server. Idempotent. */
  handleClosed(by: Actor, reason: DataProducerCloseReason): () => Promise<void> {
    if (this.isClosed) return async () => {};
    const { dataProducer } = this;
    this.isClosed = true;
    const { isReady } = this.lifecycle;
    const closeAtServer = this.lifecycle.close(new TureenError('closed', 'the data producer is closed'));
    this.#onClosed(this);
    this.#emit('closed', { by, reason });
    if (isReady) this.context.announce('dataProducerClosed', { dataProducer, by, reason });
    dataProducer.removeAllListeners();
    return closeAtServer;
  }

  #handlePublished(media: MediaDataProducer): void {
    media.setBufferedAmountLowThreshold(this.lowThreshold);
    media.listen({
      onOpen: () => {
        this.#handleOpen();
      },
      onClose: () => {
        if (this.lifecycle.media === media) this.#emit('interrupted', {});
      },
      onError: (error) => {
        this.#emit('error', { error });
      },
      onBufferedAmountLow: () => {
        this.#emit('bufferedAmountLow', {});
      },
    });
    if (media.readyState === 'open') this.#handleOpen();
  }

  #handleOpen(): void {
    this.lifecycle.markReady();
    this.#emit('open', {});
  }

  /** The only place that emits on the data producer. */
  #emit<K extends keyof DataProducerEvents>(event: K, payload: DataProducerEvents[K]): void {
    emitOn(this.dataProducer, event, payload);
  }
}
