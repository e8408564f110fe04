import { LiveMap } from '../../shared/LiveMap.ts';
import { emitOn } from '../../shared/TypedEmitter.ts';
import type { PeerInfo } from '../entityInfo.ts';
import type { RoomContext } from '../RoomContext.ts';
import type { Closing, PeerCloseReason } from '../closeReasons.ts';
import type { Consumer } from './Consumer.ts';
import type { DataConsumer } from './DataConsumer.ts';
import { type Peer, type PeerEvents, createPeer } from './Peer.ts';

/** State of one remote peer, and its handlers for the server's notifications. The app gets the `Peer`. */
export class PeerController {
  readonly context: RoomContext;
  readonly peer: Peer;
  readonly consumers = new LiveMap<string, Consumer>();
  readonly dataConsumers = new LiveMap<string, DataConsumer>();
  info: PeerInfo;
  isReconnecting = false;
  isClosed = false;

  constructor(context: RoomContext, info: PeerInfo) {
    this.context = context;
    this.info = info;
    this.peer = createPeer(this);
  }

  get id(): string {
    return this.peer.id;
  }

  /** Applies the description of the peer in the join response, after this room reconnected. */
  handleInfo(info: PeerInfo): void {
    const oldDisplayName = this.info.displayName;
    const { displayName } = info;
    this.info = info;
    if (oldDisplayName === displayName) return;
    this.#emit('displayNameChanged', { displayName, oldDisplayName });
    this.context.announce('peerDisplayNameChanged', { peer: this.peer, oldDisplayName });
  }

  handleDisplayName(displayName: string): void {
    this.handleInfo({ ...this.info, displayName });
  }

  handleReconnecting(isReconnecting: boolean): void {
    if (this.isReconnecting === isReconnecting) return;
    this.isReconnecting = isReconnecting;
    this.#emit(isReconnecting ? 'reconnecting' : 'reconnected', {});
    this.context.announce(isReconnecting ? 'peerReconnecting' : 'peerReconnected', { peer: this.peer });
  }

  handleTextMessage(text: string): void {
    this.#emit('textMessage', { text });
    this.context.announce('textMessage', { peer: this.peer, text });
  }

  handleNewConsumer(consumer: Consumer): void {
    this.#emit('newConsumer', { consumer });
    this.context.announce('newConsumer', { consumer, peer: this.peer });
  }

  handleNewDataConsumer(dataConsumer: DataConsumer): void {
    this.#emit('newDataConsumer', { dataConsumer });
  }

  /** Emits `closed`. The peer's consumers have closed before. */
  handleClosed({ reason, detail }: Closing<PeerCloseReason>, appData?: unknown): void {
    if (this.isClosed) return;
    const { peer } = this;
    this.isClosed = true;
    this.#emit('closed', { reason, detail, appData });
    this.context.announce('peerClosed', { peer, reason, detail, ...(appData === undefined ? {} : { appData }) });
    peer.removeAllListeners();
  }

  /** The only place that emits on the peer. */
  #emit<K extends keyof PeerEvents>(event: K, payload: PeerEvents[K]): void {
    emitOn(this.peer, event, payload);
  }
}
