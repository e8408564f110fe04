import { isCollateral, isConnectionLoss, toTureenError } from '../../shared/errors.ts';
import { LiveMap, deleteFrom, setIn } from '../../shared/LiveMap.ts';
import type { DialectEventOf, DialectResumeResult, DialectSession } from '../DialectPort.ts';
import type { ConsumerOffer } from '../entityInfo.ts';
import { type RoomContext, inBackground } from '../RoomContext.ts';
import type { Closing, ConsumerCloseReason } from '../closeReasons.ts';
import type { Consumer } from './Consumer.ts';
import { ConsumerController } from './ConsumerController.ts';
import type { PeerController } from './PeerController.ts';

type Offer = Omit<DialectEventOf<'newConsumer'>, 'type'>;

/** Consumers of a room, from the server's offer until they close. */
export class RemoteConsumers {
  /** Consumers that the room has announced, by ID of this session. Live. */
  readonly announced = new LiveMap<string, Consumer>();
  readonly #context: RoomContext;
  /** All consumers, including those that the room has not announced yet. */
  readonly #all = new Map<string, ConsumerController>();
  /** IDs that this session has offered. A consumer of the former session may have the same ID. */
  readonly #offeredIds = new Set<string>();
  /** Consumers that the server had when the connection dropped. */
  #resumable = new Set<ConsumerController>();
  /** Consumers of a lost session or transport, except those that were restored. */
  #lost = new Set<ConsumerController>();

  constructor(context: RoomContext) {
    this.#context = context;
  }

  /** IDs that the server may keep while the room reconnects. */
  get resumableIds(): string[] {
    return [...this.#resumable].filter(({ isClosed }) => !isClosed).map(({ id }) => id);
  }

  /** Consumers that this session has not restored yet. */
  get unrestored(): readonly ConsumerController[] {
    // Runs for each offer, in rooms with thousands of consumers, so drops the restored ones from the list.
    for (const controller of this.#lost) if (controller.hasSession) this.#lost.delete(controller);
    return [...this.#lost];
  }

  get(consumerId: string): ConsumerController | undefined {
    return this.#all.get(consumerId);
  }

  /** The server resumed the session with the consumers in `kept`, and closed the others meanwhile. */
  resume(kept: DialectResumeResult['consumers']): void {
    for (const controller of this.#resumable) {
      const state = kept.get(controller.id);
      const { session } = this.#context;
      if (session === null) continue;
      if (state === undefined) this.close(controller, { reason: 'remote' });
      // The app closed the consumer during the request.
      else if (controller.isClosed) inBackground(this.#context, 'closeConsumer', controller.closeAtServer(session));
      else {
        this.#offeredIds.add(controller.id);
        controller.handleResumed(session, state);
      }
    }
  }

  clearResumable(): void {
    this.#resumable.clear();
  }

  handleSessionLost(): void {
    this.#offeredIds.clear();
    this.#resumable = new Set([...this.#all.values()].filter(({ hasSession }) => hasSession));
    for (const controller of this.#all.values()) {
      if (controller.isAnnounced) controller.handleSessionLost();
      // The app does not have the consumer yet, and the next session may offer it again.
      else this.close(controller, { reason: 'notRestored' });
    }
    this.#lost = new Set(this.#all.values());
  }

  /** Closes those of `controllers` that no session has restored. */
  dropUnrestored(controllers: readonly ConsumerController[]): void {
    for (const controller of controllers) if (!controller.hasSession) this.close(controller, { reason: 'notRestored' });
  }

  /** A transport was rebuilt: subscribes again to the tracks that it carried. */
  handleRebuilt(session: DialectSession): void {
    const answer = { accept: () => {}, reject: () => {} };
    for (const controller of this.#all.values()) {
      const offer = controller.handleRebuilt();
      if (offer === null) continue;
      this.#lost.add(controller);
      void this.#startConsuming(controller, { offer, answer }, session);
    }
  }

  /** `isSubscribed`: returns whether the room subscribes to a new consumer. */
  handleOffer({ offer, answer }: Offer, peer: PeerController, isSubscribed: (offer: ConsumerOffer) => boolean): void {
    const { session } = this.#context;
    if (session === null) return;
    const returning = this.#findReturning(peer, offer);
    const controller =
      returning ??
      new ConsumerController({
        context: this.#context,
        peer,
        offer,
        isSubscribed: offer.supported && isSubscribed(offer),
        onClose: (closed) => {
          this.close(closed, { reason: 'local' });
        },
      });
    if (returning !== undefined) this.#remove(returning);
    this.#all.set(offer.id, controller);
    this.#offeredIds.add(offer.id);
    void this.#startConsuming(controller, { offer, answer }, session);
    // Listed under its new ID at once: the connection may drop again before the track is received.
    if (returning !== undefined) setIn(peer.consumers, returning.id, returning.consumer);
  }

  /** Returns whether this session has offered the consumer before. */
  isOffered(consumerId: string): boolean {
    return this.#offeredIds.has(consumerId);
  }

  closeOf(peer: PeerController, reason: ConsumerCloseReason): void {
    for (const controller of [...this.#all.values()]) if (controller.peer === peer) this.close(controller, { reason });
  }

  close(controller: ConsumerController, closing: Closing<ConsumerCloseReason>): void {
    this.#remove(controller);
    controller.handleClosed(closing);
  }

  async #startConsuming(controller: ConsumerController, { offer, answer }: Offer, session: DialectSession) {
    const { signal } = this.#context.epoch;
    try {
      await controller.handleOffered(session, offer);
    } catch (error) {
      if (!signal.aborted) this.#handleFailure(controller, answer, error);
      return;
    }
    if (signal.aborted) return;
    answer.accept();
    if (controller.isClosed) return;
    const { consumer, peer, id } = controller;
    setIn(peer.consumers, id, consumer);
    setIn(this.announced, id, consumer);
    controller.handleAccepted(session);
    if (controller.isAnnounced) return;
    controller.handleAnnounced();
    peer.handleNewConsumer(consumer);
  }

  #handleFailure(controller: ConsumerController, answer: Offer['answer'], cause: unknown): void {
    // The loss is reported next. The consumer and its settings stay for the next session.
    if (isConnectionLoss(cause)) return;
    const error = toTureenError(cause, 'mediaFailed');
    if (controller.isClosed) {
      answer.accept();
      return;
    }
    // Another offer broke the transport. The next session offers this consumer again.
    if (isCollateral(error)) {
      this.#context.rejoin(error.message);
      return;
    }
    this.#context.logger.warn(`failed to consume '${controller.id}'`, error);
    answer.reject(500, error.message);
    this.close(controller, { reason: 'server' });
    this.#context.announce('requestFailed', { method: 'newConsumer', error });
  }

  /**
   * Finds the consumer of the former session that this offer restores: of the same producer, or the only one of that kind and
   * source. The latter applies after a server restart, when the remote peer has new producers.
   */
  #findReturning(peer: PeerController, { producerId, kind, source }: ConsumerOffer): ConsumerController | undefined {
    const lost = this.unrestored.filter((controller) => controller.peer === peer && controller.isAnnounced);
    const same = lost.find(({ offer }) => offer.producerId === producerId);
    if (same !== undefined) return same;
    const alike = lost.filter((controller) => controller.kind === kind && controller.source === source);
    return alike.length === 1 ? alike[0] : undefined;
  }

  #remove(controller: ConsumerController): void {
    const { id, peer } = controller;
    this.#all.delete(id);
    this.#lost.delete(controller);
    this.#offeredIds.delete(id);
    deleteFrom(this.announced, id);
    deleteFrom(peer.consumers, id);
  }
}
