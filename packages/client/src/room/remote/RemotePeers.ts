import { LiveMap, deleteFrom, setIn } from '../../shared/LiveMap.ts';
import type { DialectEventOf, DialectResumeResult, DialectSession, ResumableIds } from '../DialectPort.ts';
import type { PeerInfo } from '../entityInfo.ts';
import type { RoomContext } from '../RoomContext.ts';
import {
  type Closing,
  type LeaveReason,
  type PeerCloseReason,
  type SessionEndReason,
  readConsumerReason,
  readPeerReason,
} from '../closeReasons.ts';
import type { ConsumePolicy } from '../options.ts';
import type { DataConsumer } from './DataConsumer.ts';
import { DataConsumers } from './DataConsumers.ts';
import { EarlyEvents, type OfferEvent } from './EarlyEvents.ts';
import type { Consumer } from './Consumer.ts';
import type { Peer } from './Peer.ts';
import { PeerController } from './PeerController.ts';
import { RemoteConsumers } from './RemoteConsumers.ts';
import { shouldSubscribe } from './shouldSubscribe.ts';

/** Time in ms after a rejoin in which the server must offer the consumers of the former session again. */
const restoreWithinMs = 5000;

/** Remote peers of a room. Applies the server's notifications to the peers and their consumers. */
export class RemotePeers {
  /** Remote peers by ID. Live. */
  readonly peers = new LiveMap<string, Peer>();
  readonly consumers: RemoteConsumers;
  activeSpeakerId: string | null = null;
  readonly #context: RoomContext;
  readonly #ownId: string;
  readonly #policy: ConsumePolicy;
  readonly #controllers = new Map<string, PeerController>();
  readonly #dataConsumers: DataConsumers;
  readonly #early = new EarlyEvents();
  #cancelRestore: () => void = () => {};

  constructor(context: RoomContext, ownId: string, policy: ConsumePolicy) {
    this.#context = context;
    this.#ownId = ownId;
    this.#policy = policy;
    this.consumers = new RemoteConsumers(context);
    this.#dataConsumers = new DataConsumers(context);
  }

  /** Announced consumers, by ID. Live. */
  get announced(): ReadonlyMap<string, Consumer> {
    return this.consumers.announced;
  }

  /** Announced data consumers, by ID. Live. */
  get announcedData(): ReadonlyMap<string, DataConsumer> {
    return this.#dataConsumers.announced;
  }

  /** IDs that the server may keep while the room reconnects. */
  get resumableIds(): Pick<ResumableIds, 'consumers' | 'dataConsumers'> {
    return { consumers: this.consumers.resumableIds, dataConsumers: this.#dataConsumers.resumableIds };
  }

  /** Applies the join response: the peers in the room, and the `resumed` entities. After a rejoin, emits only the differences. */
  applyJoin(infos: readonly PeerInfo[], resumed: DialectResumeResult | null): void {
    const { signal } = this.#context.epoch;
    const presentIds = new Set(infos.map((info) => info.id));
    for (const controller of [...this.#controllers.values()]) {
      // A listener may leave the room, which closes all peers.
      if (!presentIds.has(controller.id) && !controller.isClosed) this.#close(controller, { reason: 'notRestored' });
    }
    for (const info of infos) {
      if (signal.aborted) return;
      if (info.id === this.#ownId) continue;
      const known = this.#controllers.get(info.id);
      if (known === undefined) this.#add(info, true);
      else {
        known.handleReconnecting(false);
        known.handleInfo(info);
      }
    }
    if (signal.aborted) return;
    if (resumed !== null) {
      this.consumers.resume(resumed.consumers);
      this.#dataConsumers.resume(resumed.dataConsumers);
    }
    this.consumers.clearResumable();
    const { unrestored } = this.consumers;
    if (unrestored.length === 0 && this.#dataConsumers.resumableIds.length === 0) return;
    this.#cancelRestore = this.#context.clock.after(restoreWithinMs, () => {
      this.consumers.dropUnrestored(unrestored);
      this.#dataConsumers.dropUnrestored();
    });
  }

  /** The connection dropped. Peers and consumers stay until the room has reconnected. */
  handleSessionLost(): void {
    this.#cancelRestore();
    this.#early.clear();
    this.consumers.handleSessionLost();
    this.#dataConsumers.handleSessionLost();
  }

  /** A transport was rebuilt, or a part of it: subscribes again to what it carried. */
  handleRebuilt(session: DialectSession): void {
    this.consumers.handleRebuilt(session);
  }

  /** The session ended: closes everything, consumers before their peers. */
  end(reason: SessionEndReason): void {
    this.handleSessionLost();
    this.consumers.clearResumable();
    // A failed join has added no peer.
    const closing = { reason: reason as LeaveReason };
    this.#dataConsumers.closeWhere(() => true, closing);
    for (const controller of [...this.#controllers.values()]) this.#close(controller, closing);
    this.activeSpeakerId = null;
  }

  handleNewPeer({ peer: info }: DialectEventOf<'newPeer'>): void {
    if (info.id === this.#ownId) return;
    const known = this.#controllers.get(info.id);
    if (known !== undefined) this.#close(known, { reason: 'replaced' });
    this.#add(info, false);
  }

  handlePeerClosed({ peerId, reason, appData }: DialectEventOf<'peerClosed'>): void {
    const controller = this.#controllers.get(peerId);
    this.#early.takeOffers(peerId);
    if (controller !== undefined) this.#close(controller, readPeerReason(reason), appData);
  }

  handlePeerReconnecting(peerId: string, isReconnecting: boolean): void {
    this.#controllers.get(peerId)?.handleReconnecting(isReconnecting);
  }

  handlePeerDisplayNameChanged({ peerId, displayName }: DialectEventOf<'peerDisplayNameChanged'>): void {
    this.#controllers.get(peerId)?.handleDisplayName(displayName);
  }

  handleTextMessage({ peerId, text }: DialectEventOf<'textMessage'>): void {
    this.#controllers.get(peerId)?.handleTextMessage(text);
  }

  handleActiveSpeaker({ peerId, volume }: DialectEventOf<'activeSpeaker'>): void {
    const peer = peerId === null ? null : (this.peers.get(peerId) ?? null);
    this.activeSpeakerId = peerId;
    this.#context.announce('activeSpeaker', { peer, isLocal: peerId === this.#ownId, volume });
  }

  handleNewConsumer(event: DialectEventOf<'newConsumer'>): void {
    if (this.#context.session === null) return;
    const { offer, answer } = event;
    // The consumer closed before its offer, or the offer is a duplicate: acknowledged and ignored.
    if (this.#early.takeClosed(offer.id) || this.consumers.isOffered(offer.id)) {
      answer.accept();
      return;
    }
    const peer = this.#controllers.get(offer.peerId);
    if (peer === undefined) this.#early.holdOffer(offer.peerId, event);
    else this.consumers.handleOffer(event, peer, this.#shouldSubscribe);
  }

  handleNewDataConsumer(event: DialectEventOf<'newDataConsumer'>): void {
    const { peerId } = event.offer;
    const peer = peerId === null ? null : this.#controllers.get(peerId);
    if (peer === undefined && peerId !== null) this.#early.holdOffer(peerId, event);
    else this.#dataConsumers.handleOffer(event, peer ?? null, this.#shouldSubscribe);
  }

  handleConsumerClosed({ consumerId, reason }: DialectEventOf<'consumerClosed'>): void {
    const controller = this.consumers.get(consumerId);
    if (controller === undefined) this.#early.handleConsumerClosed(consumerId);
    else this.consumers.close(controller, readConsumerReason(reason));
  }

  handleDataConsumerClosed(event: DialectEventOf<'dataConsumerClosed'>): void {
    this.#dataConsumers.handleDataConsumerClosed(event);
  }

  handleMessagesLost(event: DialectEventOf<'messagesLost'>): void {
    this.#dataConsumers.handleMessagesLost(event);
  }

  readonly #shouldSubscribe = (offer: OfferEvent['offer']): boolean =>
    shouldSubscribe(this.#policy, offer, this.#context.reportListenerError);

  #add(info: PeerInfo, existing: boolean): void {
    const controller = new PeerController(this.#context, info);
    const { peer } = controller;
    this.#controllers.set(peer.id, controller);
    setIn(this.peers, peer.id, peer);
    this.#context.announce('newPeer', { peer, existing });
    for (const event of this.#early.takeOffers(peer.id)) {
      if (event.type === 'newConsumer') this.handleNewConsumer(event);
      else this.handleNewDataConsumer(event);
    }
  }

  #close(controller: PeerController, closing: Closing<PeerCloseReason>, appData?: unknown): void {
    const { reason } = closing;
    this.#controllers.delete(controller.id);
    deleteFrom(this.peers, controller.id);
    if (this.activeSpeakerId === controller.id) this.activeSpeakerId = null;
    this.consumers.closeOf(controller, reason);
    this.#dataConsumers.closeWhere((dataConsumer) => dataConsumer.peer === controller, { reason });
    controller.handleClosed(closing, appData);
  }
}
