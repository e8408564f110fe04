import { TypedEmitter, emitOn } from '../../shared/TypedEmitter.ts';
import type { Consumer } from './Consumer.ts';
import type { DataConsumer } from './DataConsumer.ts';
import type { DeviceInfo, PeerInfo } from '../ports.ts';
import type { CloseReason, PeerSnapshot } from '../RoomTypes.ts';

/** What a peer says of itself; the room says the same with the peer in the payload. */
export interface PeerEvents {
  newConsumer: { consumer: Consumer };
  newDataConsumer: { dataConsumer: DataConsumer };
  displayNameChanged: { displayName: string; oldDisplayName: string };
  reconnecting: Record<never, never>;
  reconnected: Record<never, never>;
  textMessage: { text: string };
  closed: { reason: CloseReason; appData?: unknown };
}

const unknownDevice: DeviceInfo = { flag: 'unknown', name: 'unknown', version: '' };

/** Someone else in the room. */
export class Peer extends TypedEmitter<PeerEvents> {
  readonly id: string;
  #info: PeerInfo;
  #isReconnecting = false;
  #closed = false;
  readonly #consumers = new Map<string, Consumer>();
  readonly #dataConsumers = new Map<string, DataConsumer>();

  /** @internal */
  constructor(info: PeerInfo, onListenerError: (error: unknown, event: string) => void) {
    super(onListenerError);
    this.id = info.id;
    this.#info = info;
  }

  get displayName(): string {
    return this.#info.displayName;
  }

  get device(): DeviceInfo {
    return this.#info.device ?? unknownDevice;
  }

  /** What the peer said of itself at join, where the dialect carries it. */
  get appData(): unknown {
    return this.#info.appData;
  }

  /** The dialect that it speaks, e.g. `mediasoup-v2`; undefined where the server does not say (others than ours do not). */
  get dialect(): string | undefined {
    return this.#info.dialect;
  }

  /** Its connection dropped, and the server holds its place. */
  get isReconnecting(): boolean {
    return this.#isReconnecting;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** What is received from it, by consumer id. Live. */
  get consumers(): ReadonlyMap<string, Consumer> {
    return this.#consumers;
  }

  /** The data received from it, by data consumer id. Live. */
  get dataConsumers(): ReadonlyMap<string, DataConsumer> {
    return this.#dataConsumers;
  }

  /** Its consumer of that source (`camera`, `microphone`, `screen`, ...), or null. */
  consumerOf(source: string): Consumer | null {
    for (const consumer of this.#consumers.values()) if (consumer.source === source) return consumer;
    return null;
  }

  snapshot(): PeerSnapshot {
    return {
      id: this.id,
      displayName: this.displayName,
      device: this.device,
      reconnecting: this.#isReconnecting,
      consumers: [...this.#consumers.values()].map((consumer) => consumer.snapshot()),
    };
  }

  /** @internal */
  handleInfo(info: PeerInfo): { oldDisplayName: string } | null {
    const oldDisplayName = this.#info.displayName;
    this.#info = info;
    if (oldDisplayName === info.displayName) return null;
    emitOn(this, 'displayNameChanged', { displayName: info.displayName, oldDisplayName });
    return { oldDisplayName };
  }

  /** @internal */
  handleDisplayName(displayName: string): { oldDisplayName: string } | null {
    return this.handleInfo({ ...this.#info, displayName });
  }

  /** @internal True where this is news. */
  handleReconnecting(isReconnecting: boolean): boolean {
    if (this.#isReconnecting === isReconnecting) return false;
    this.#isReconnecting = isReconnecting;
    emitOn(this, isReconnecting ? 'reconnecting' : 'reconnected', {});
    return true;
  }

  /** @internal */
  handleConsumer(consumer: Consumer, isHere: boolean, id = consumer.id): void {
    if (isHere) this.#consumers.set(id, consumer);
    else this.#consumers.delete(id);
  }

  /** @internal */
  handleDataConsumer(dataConsumer: DataConsumer, isHere: boolean): void {
    if (isHere) this.#dataConsumers.set(dataConsumer.id, dataConsumer);
    else this.#dataConsumers.delete(dataConsumer.id);
  }

  /** @internal */
  handleClosed(reason: CloseReason, appData?: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    emitOn(this, 'closed', { reason, appData });
  }
}
