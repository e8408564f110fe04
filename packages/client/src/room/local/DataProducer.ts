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
   * Messages can be sent, and reach every peer of the room that subscribes to data; on a stock server, peers whose channel is open.
   * Emitted again after a rejoin.
   */
  open: Record<never, never>;
  /** The channel is lost. It opens again after a reconnect, unless `closed` follows. */
  interrupted: Record<never, never>;
  /** `bufferedAmount` fell to `bufferedAmountLowThreshold`. */
  bufferedAmountLow: Record<never, never>;
  /**
   * The server dropped `count` messages on the way to that peer, because the peer received too slowly: send less. At most once a
   * second for each peer. Only from servers that announce `messagesLost`.
   */
  messagesLost: { count: number; peerId: string | undefined };
  error: { error: unknown };
  closed: { by: Actor; reason: DataProducerCloseReason };
}

/** @internal */
export let createDataProducer: (controller: DataProducerController) => DataProducer;

/**
 * Sending end of a data channel to all other peers, through the server. `room.produceData()` returns it. Lives through reconnects.
 * `DataProducerAppData` is the type of `appData`.
 */
export class DataProducer<DataProducerAppData extends object = AppData> extends TypedEmitter<DataProducerEvents> {
  readonly label: string;
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

  /** Key in `room.dataProducers`: stays the same through reconnects, and is there before the server assigns `id`. */
  get localId(): string {
    return this.#controller.localId;
  }

  /** Data producer ID assigned by the server. Null until published. Changes after a rejoin. */
  get id(): string | null {
    return this.#controller.lifecycle.id;
  }

  get closed(): boolean {
    return this.#controller.isClosed;
  }

  get readyState(): RTCDataChannelState {
    return this.#controller.readyState;
  }

  /** Bytes that the app has sent and the channel has not. */
  get bufferedAmount(): number {
    return this.#controller.lifecycle.media?.bufferedAmount ?? 0;
  }

  /**
   * Bytes of `bufferedAmount` at which `bufferedAmountLow` is emitted. Default 0. Kept through reconnects. Throws `invalidArgument`
   * for anything but an integer from 0 to 4294967295.
   */
  get bufferedAmountLowThreshold(): number {
    return this.#controller.lowThreshold;
  }

  set bufferedAmountLowThreshold(bytes: number) {
    checkInteger(bytes, 'bufferedAmountLowThreshold', 0, 2 ** 32 - 1);
    this.#controller.setLowThreshold(bytes);
  }

  /** `appData` that the app gave; undefined without any. */
  get appData(): Readonly<DataProducerAppData> | undefined {
    return this.#controller.options.appData as DataProducerAppData | undefined;
  }

  /** Sends a message. Throws `invalidState` unless `readyState` is `open`: the SDK does not queue messages. */
  send(data: string | Blob | ArrayBuffer | ArrayBufferView): void {
    const { media } = this.#controller.lifecycle;
    if (media === null || this.readyState !== 'open') {
      throw new TureenError('invalidState', `the data channel is ${this.readyState}`, {
        hint: 'Wait for its `open` event.',
      });
    }
    media.send(data);
  }

  /** Closes the channel here and at the server. Idempotent. The other peers get `dataConsumerClosed`. */
  async close(): Promise<void> {
    await this.#controller.close();
  }

  /** Requests statistics from the server. Wire: v3 `getDataProducerStats`. */
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
