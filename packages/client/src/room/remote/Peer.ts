import type { Source } from '@tureen/protocol/common';
import { constructorKey, requireConstructorKey } from '../../shared/constructorKey.ts';
import { TypedEmitter } from '../../shared/TypedEmitter.ts';
import type { ConsumerOf, DataConsumerOf, RoomAppData } from '../appData.ts';
import type { DeviceInfo } from '../entityInfo.ts';
import type { PeerCloseReason } from '../closeReasons.ts';
import type { PeerSnapshot } from '../snapshots.ts';
import type { PeerController } from './PeerController.ts';

/** Events emitted by a peer. The room re-emits each with the peer in its payload. */
export interface PeerEvents<Types extends RoomAppData = RoomAppData> {
  /** A track of the peer can be received. */
  newConsumer: { consumer: ConsumerOf<Types> };
  /** A data channel of the peer can be received. */
  newDataConsumer: { dataConsumer: DataConsumerOf<Types> };
  /** The peer changed its name. */
  displayNameChanged: { displayName: string; oldDisplayName: string };
  /** The peer's connection dropped, and the server keeps its place for the grace period. */
  reconnecting: Record<never, never>;
  /** The peer reconnected. */
  reconnected: Record<never, never>;
  /** The peer sent a line of text. */
  textMessage: { text: string };
  /** The peer closed. `detail`: text of a server whose reason the SDK does not know. */
  closed: { reason: PeerCloseReason; detail?: string | undefined; appData?: unknown };
}

const unknownDevice: DeviceInfo = { flag: 'unknown', name: 'unknown', version: '' };

/** @internal */
export let createPeer: (controller: PeerController) => Peer;

/**
 * A remote peer. The room creates peers and emits `newPeer`. `PeerAppData` is the expected type of `appData`. `Types` are those
 * of the room; see {@link RoomAppData}.
 */
export class Peer<PeerAppData = unknown, Types extends RoomAppData = RoomAppData> extends TypedEmitter<
  PeerEvents<Types>
> {
  /** Peer ID, unique in the room. */
  readonly id: string;
  readonly #controller: PeerController;

  static {
    createPeer = (controller) => new Peer(constructorKey, controller);
  }

  /** @internal */
  private constructor(key: symbol, controller: PeerController) {
    requireConstructorKey(key, 'Peer');
    super(controller.context.reportListenerError);
    this.id = controller.info.id;
    this.#controller = controller;
  }

  /** Name of the peer. */
  get displayName(): string {
    return this.#controller.info.displayName;
  }

  /** Program of the peer, as the peer describes it. */
  get device(): DeviceInfo {
    return this.#controller.info.device ?? unknownDevice;
  }

  /** `appData` that the peer passed to `join()`, where the dialect carries it. Unchecked. */
  get appData(): PeerAppData {
    return this.#controller.info.appData as PeerAppData;
  }

  /** Dialect of the peer's client, e.g. `mediasoup-v2`. Undefined unless the server is the reference server. */
  get dialect(): string | undefined {
    return this.#controller.info.dialect;
  }

  /** Whether the peer's connection dropped and the server keeps its place for the grace period. */
  get reconnecting(): boolean {
    return this.#controller.isReconnecting;
  }

  /** Whether the peer left or the session ended. A peer that joins again is another object. */
  get closed(): boolean {
    return this.#controller.isClosed;
  }

  /** Consumers of the peer's tracks, by consumer ID. Live. */
  get consumers(): ReadonlyMap<string, ConsumerOf<Types>> {
    return this.#controller.consumers as ReadonlyMap<string, object> as ReadonlyMap<string, ConsumerOf<Types>>;
  }

  /** Data consumers of the peer's channels, by data consumer ID. Live. */
  get dataConsumers(): ReadonlyMap<string, DataConsumerOf<Types>> {
    return this.#controller.dataConsumers as ReadonlyMap<string, object> as ReadonlyMap<string, DataConsumerOf<Types>>;
  }

  /** Returns the peer's consumer of a source (`camera`, `microphone`, `screen`, ...), or null. */
  consumerOf(source: Source): ConsumerOf<Types> | null {
    for (const consumer of this.consumers.values()) if (consumer.source === source) return consumer;
    return null;
  }

  /** Returns the peer and its consumers as plain data. */
  snapshot(): PeerSnapshot {
    return {
      id: this.id,
      displayName: this.displayName,
      device: this.device,
      reconnecting: this.reconnecting,
      consumers: [...this.consumers.values()].map((consumer) => consumer.snapshot()),
    };
  }
}
