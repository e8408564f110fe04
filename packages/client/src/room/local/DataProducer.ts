import type { AppData, ServerStat } from '@tureen/protocol/common';
import { constructorKey, requireConstructorKey } from '../../shared/constructorKey.ts';
import { TureenError } from '../../shared/errors.ts';
import { TypedEmitter } from '../../shared/TypedEmitter.ts';
import { checkInteger } from '../checks.ts';
import type { Actor } from '../entityInfo.ts';
import { requireCapability, requireSession } from '../RoomContext.ts';
import type { DataProducerCloseReason } from '../closeReasons.ts';
import type { DataProducerController } from './DataProducerController.ts';

/** Events emitted by a data producer. */
export interface DataProducerEvents {
  /**
   * Messages can be sent, and reach each peer that subscribes to data; on a stock server, each peer whose channel is open.
   * Emitted again after a rejoin.
   */
  open: Record<never, never>;
  /** The channel dropped. It opens again after a reconnect, unless `closed` follows. */
  interrupted: Record<never, never>;
  /** `bufferedAmount` fell to `bufferedAmountLowThreshold`. */
  bufferedAmountLow: Record<never, never>;
  /**
   * The server dropped `count` messages to that peer, because the peer received too slowly: send less. At most once a second for
   * each peer. Only from servers that announce `messagesLost`.
   */
  messagesLost: { count: number; peerId: string | undefined };
  /** The channel failed; `error` is the browser's. */
  error: { error: unknown };
  /** The data producer closed. */
  closed: { by: Actor; reason: DataProducerCloseReason };
}

/** @internal */
export let createDataProducer: (controller: DataProducerController) => DataProducer;

/**
 * Sending end of a data channel to all other peers, through the server. `room.produceData()` returns data producers. The object
 * stays the same through reconnects; its `id` may change. `DataProducerAppData` is the type of `appData`.
 */
export class DataProducer<DataProducerAppData extends object = AppData> extends TypedEmitter<DataProducerEvents> {
  /** Label of the data channel. */
  readonly label: string;
  /** Subprotocol of the data channel. */
  readonly protocol: string;
  readonly #controller: DataProducerController;

  static {
    createDataProducer = (controller) => new DataProducer(constructorKey, controller);
  }

  /** @internal */
  private constructor(key: symbol, controller: DataProducerController) {
    requireConstructorKey(key, 'DataProducer');
    super(controller.context.reportListenerError);
    this.#controller = controller;
    this.label = controller.label;
    this.protocol = controller.protocol;
  }

  /** Key in `room.dataProducers`. Set from the start, and the same through reconnects. */
  get localId(): string {
    return this.#controller.localId;
  }

  /** Data producer ID assigned by the server. Null until published. Changes after a rejoin. */
  get id(): string | null {
    return this.#controller.lifecycle.id;
  }

  /** Whether the data producer has closed. A closed data producer never opens again. */
  get closed(): boolean {
    return this.#controller.isClosed;
  }

  /** State of the channel. Messages can be sent while `open`. */
  get readyState(): RTCDataChannelState {
    return this.#controller.readyState;
  }

  /** Bytes that the app has sent and the channel has not. */
  get bufferedAmount(): number {
    return this.#controller.lifecycle.media?.bufferedAmount ?? 0;
  }

  /**
   * Bytes of `bufferedAmount` at which the data producer emits `bufferedAmountLow`. Default 0. Kept through reconnects. Throws
   * `invalidArgument` for anything but an integer from 0 to 4294967295.
   */
  get bufferedAmountLowThreshold(): number {
    return this.#controller.lowThreshold;
  }

  set bufferedAmountLowThreshold(bytes: number) {
    checkInteger(bytes, 'bufferedAmountLowThreshold', 0, 2 ** 32 - 1);
    this.#controller.setLowThreshold(bytes);
  }

  /** `appData` of the app; undefined without any. */
  get appData(): Readonly<DataProducerAppData> | undefined {
    return this.#controller.options.appData as DataProducerAppData | undefined;
  }

  /**
   * Sends a message. Throws `invalidState` unless `readyState` is `open`: the SDK does not queue messages. Throws
   * `invalidArgument` for a message that is too large, and `mediaFailed` when the buffer of the channel is full.
   */
  send(data: string | Blob | ArrayBuffer | ArrayBufferView): void {
    const { media } = this.#controller.lifecycle;
    if (media === null || this.readyState !== 'open') {
      throw new TureenError('invalidState', `the data channel is ${this.readyState}`, {
        hint: 'Wait for its `open` event.',
      });
    }
    media.send(data);
  }

  /** Closes the channel here and at the server. Idempotent. The remote peers get `dataConsumerClosed`. */
  async close(): Promise<void> {
    await this.#controller.close();
  }

  /**
   * Requests statistics from the server. Rejects with `unsupported` where the server has none, and with `invalidState` while not
   * joined or not published. Wire: v3 `getDataProducerStats`.
   */
  async getServerStats(): Promise<readonly ServerStat[]> {
    const { context, lifecycle } = this.#controller;
    requireCapability(
      context,
      context.capabilities.serverStats,
      'getServerStats()',
      'Check capabilities.serverStats first.',
    );
    const session = requireSession(context, 'getServerStats()');
    if (lifecycle.media === null) throw new TureenError('invalidState', 'the data producer is not published');
    return session.getServerStats({ type: 'dataProducer', id: lifecycle.media.id });
  }
}
