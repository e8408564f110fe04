import type { ServerStat } from '@tureen/protocol/common';
import { constructorKey, requireConstructorKey } from '../../shared/constructorKey.ts';
import { checkValue } from '../../shared/checks/development.ts';
import { TypedEmitter } from '../../shared/TypedEmitter.ts';
import type { PeerOf, RoomAppData } from '../appData.ts';
import { requireCapability, requireSession } from '../RoomContext.ts';
import type { DataConsumerCloseReason } from '../closeReasons.ts';
import type { DataConsumerController } from './DataConsumerController.ts';

/** Events emitted by a data consumer. */
export interface DataConsumerEvents {
  /** The channel is open. */
  open: Record<never, never>;
  /** A message arrived. Messages that arrived before `newDataConsumer` follow that event. */
  message: { data: string | ArrayBuffer | Blob };
  /**
   * The server dropped `count` messages, because this client received too slowly. At most once a second. Only from servers that
   * announce `messagesLost`.
   */
  messagesLost: { count: number };
  /** The channel failed; `error` is the browser's. */
  error: { error: unknown };
  /** The data consumer closed. `detail`: text of a server whose reason the SDK does not know. */
  closed: { reason: DataConsumerCloseReason; detail?: string | undefined };
}

/** @internal */
export let createDataConsumer: (controller: DataConsumerController) => DataConsumer;

/**
 * Receiving end of a remote peer's data channel. The room creates data consumers and emits `newDataConsumer`.
 * `DataConsumerAppData` is the expected type of `appData`. `Types` are those of the room; see {@link RoomAppData}.
 */
export class DataConsumer<
  DataConsumerAppData = unknown,
  Types extends RoomAppData = RoomAppData,
> extends TypedEmitter<DataConsumerEvents> {
  readonly #controller: DataConsumerController;

  static {
    createDataConsumer = (controller) => new DataConsumer(constructorKey, controller);
  }

  /** @internal */
  private constructor(key: symbol, controller: DataConsumerController) {
    requireConstructorKey(key, 'DataConsumer');
    super(controller.context.reportListenerError);
    this.#controller = controller;
  }

  /** Remote peer that sends the messages. Null: the server sends them. */
  get peer(): PeerOf<Types> | null {
    return (this.#controller.peer?.peer ?? null) as PeerOf<Types> | null;
  }

  /** Data consumer ID assigned by the server. Changes after a rejoin. */
  get id(): string {
    return this.#controller.id;
  }

  /** ID of the remote peer's data producer. */
  get dataProducerId(): string {
    return this.#controller.offer.dataProducerId;
  }

  /** Label of the data channel. */
  get label(): string {
    return this.#controller.offer.label;
  }

  /** Subprotocol of the data channel. */
  get protocol(): string {
    return this.#controller.offer.protocol;
  }

  /** `appData` that the remote peer passed to `produceData()`. Unchecked. */
  get appData(): DataConsumerAppData {
    return this.#controller.offer.appData as DataConsumerAppData;
  }

  /** Whether the data consumer has closed. A closed data consumer never opens again. */
  get closed(): boolean {
    return this.#controller.isClosed;
  }

  /** Whether the room subscribes to the messages; see `setSubscribed()`. */
  get subscribed(): boolean {
    return this.#controller.isSubscribed;
  }

  /** State of the channel. `connecting` until the room has subscribed. */
  get readyState(): RTCDataChannelState {
    return this.#controller.readyState;
  }

  /**
   * Subscribes to the messages, or unsubscribes. Under `consume: 'manual'` nothing arrives before `setSubscribed(true)`. Messages
   * sent meanwhile are lost. Wire: v3 `pauseDataConsumer`, `resumeDataConsumer` where announced; elsewhere the room drops the
   * messages.
   */
  async setSubscribed(subscribed: boolean): Promise<void> {
    checkValue(subscribed, 'subscribed', 'boolean');
    await this.#controller.setSubscribed(subscribed);
  }

  /**
   * Closes the channel here and, where announced, at the server. Idempotent. Use `setSubscribed(false)` instead to subscribe
   * again later. Emits `closed`; the room emits `dataConsumerClosed`. Wire: v3 `closeDataConsumer`.
   */
  async close(): Promise<void> {
    await this.#controller.close();
  }

  /**
   * Requests statistics from the server. Rejects with `unsupported` where the server has none, and with `invalidState` while not
   * joined. Wire: v3 `getDataConsumerStats`.
   */
  async getServerStats(): Promise<readonly ServerStat[]> {
    const { context, id } = this.#controller;
    requireCapability(
      context,
      context.capabilities.serverStats,
      'getServerStats()',
      'Check capabilities.serverStats first.',
    );
    return requireSession(context, 'getServerStats()').getServerStats({ type: 'dataConsumer', id });
  }
}
