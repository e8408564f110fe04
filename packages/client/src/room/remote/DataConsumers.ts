import { toTureenError } from '../../shared/errors.ts';
import { LiveMap, deleteFrom, setIn } from '../../shared/LiveMap.ts';
import type { DialectEventOf } from '../DialectPort.ts';
import type { DataConsumerOffer } from '../entityInfo.ts';
import { type RoomContext, inBackground } from '../RoomContext.ts';
import { type Closing, type DataConsumerCloseReason, readConsumerReason } from '../closeReasons.ts';
import type { DataConsumer } from './DataConsumer.ts';
import { DataConsumerController } from './DataConsumerController.ts';
import type { PeerController } from './PeerController.ts';

/** Data consumers of a room, from the server's offer until they close. */
export class DataConsumers {
  /** Announced data consumers, by ID of this session. Live. */
  readonly announced = new LiveMap<string, DataConsumer>();
  readonly #context: RoomContext;
  readonly #all = new Set<DataConsumerController>();
  /** IDs whose channel is being opened. A close removes the ID. */
  readonly #pendingIds = new Set<string>();
  /** Data consumers of the former session, until the server offers them again. */
  #unrestored = new Set<DataConsumerController>();

  constructor(context: RoomContext) {
    this.#context = context;
  }

  /** IDs that the server may keep while the room reconnects. */
  get resumableIds(): string[] {
    return [...this.#unrestored].map(({ id }) => id);
  }

  /** The server resumed the session with the data consumers in `keptIds`, and closed the others meanwhile. */
  resume(keptIds: ReadonlySet<string>): void {
    const lost = this.#unrestored;
    this.#unrestored = new Set();
    for (const id of keptIds) {
      const kept = [...lost].find((controller) => controller.id === id);
      if (kept !== undefined) kept.handleResumed();
      // The app closed the data consumer during the request.
      else
        inBackground(
          this.#context,
          'closeDataConsumer',
          Promise.resolve(this.#context.session?.closeDataConsumer?.(id)),
        );
    }
    this.closeWhere((controller) => lost.has(controller) && !keptIds.has(controller.id), { reason: 'remote' });
  }

  handleSessionLost(): void {
    this.#pendingIds.clear();
    this.#unrestored = new Set(this.#all);
  }

  dropUnrestored(): void {
    const lost = this.#unrestored;
    this.closeWhere((controller) => lost.has(controller), { reason: 'notRestored' });
  }

  /** `isSubscribed`: returns whether the room subscribes to a new data consumer. */
  handleOffer(
    { offer, answer }: Omit<DialectEventOf<'newDataConsumer'>, 'type'>,
    peer: PeerController | null,
    isSubscribed: (offer: DataConsumerOffer) => boolean,
  ): void {
    if (this.#context.session === null) return;
    if (this.#pendingIds.has(offer.id) || [...this.#all].some(({ id }) => id === offer.id)) {
      answer.accept();
      return;
    }
    this.#pendingIds.add(offer.id);
    const { signal } = this.#context.epoch;
    const returning = [...this.#unrestored].find((lost) => lost.offer.dataProducerId === offer.dataProducerId);
    const controller = returning ?? this.#create(peer, offer, isSubscribed(offer));
    if (returning !== undefined) this.#unlist(returning);
    const opened = controller.handleOffered(offer);
    // Listed under its new ID at once: the connection may drop again before the channel is open.
    if (returning !== undefined) this.#list(returning);
    opened.then(
      () => {
        if (signal.aborted) {
          if (returning === undefined) controller.handleClosed({ reason: 'remote' });
          return;
        }
        answer.accept();
        if (!this.#pendingIds.delete(offer.id) || peer?.isClosed === true || controller.isClosed) {
          // The data consumer closed while its channel was opening.
          this.closeWhere((other) => other === controller, { reason: 'remote' });
          controller.handleClosed({ reason: 'remote' });
          return;
        }
        this.#add(controller);
        if (returning === undefined) this.#announce(controller);
        controller.handleAnnounced();
      },
      (cause: unknown) => {
        if (signal.aborted) return;
        const error = toTureenError(cause, 'mediaFailed');
        const isPending = this.#pendingIds.delete(offer.id);
        answer.reject(500, error.message);
        if (isPending && !controller.isClosed)
          this.#context.announce('requestFailed', { method: 'newDataConsumer', error });
      },
    );
  }

  closeWhere(
    isMeant: (controller: DataConsumerController) => boolean,
    closing: Closing<DataConsumerCloseReason>,
  ): void {
    for (const controller of [...this.#all]) {
      if (!isMeant(controller)) continue;
      const { dataConsumer } = controller;
      this.#all.delete(controller);
      this.#unrestored.delete(controller);
      this.#unlist(controller);
      if (controller.handleClosed(closing)) this.#context.announce('dataConsumerClosed', { dataConsumer, ...closing });
    }
  }

  handleDataConsumerClosed({ dataConsumerId, reason }: DialectEventOf<'dataConsumerClosed'>): void {
    // A data consumer whose channel is opening closes when the channel is open.
    if (!this.#pendingIds.delete(dataConsumerId))
      this.closeWhere(({ id }) => id === dataConsumerId, readConsumerReason(reason));
  }

  handleMessagesLost({ dataConsumerId, count }: DialectEventOf<'messagesLost'>): void {
    [...this.#all].find(({ id }) => id === dataConsumerId)?.handleMessagesLost(count);
  }

  #create(peer: PeerController | null, offer: DataConsumerOffer, isSubscribed: boolean): DataConsumerController {
    return new DataConsumerController({
      context: this.#context,
      peer,
      offer,
      isSubscribed,
      onClose: (closed) => {
        this.closeWhere((other) => other === closed, { reason: 'local' });
      },
    });
  }

  #add(controller: DataConsumerController): void {
    this.#unrestored.delete(controller);
    this.#all.add(controller);
    this.#list(controller);
  }

  #list({ id, peer, dataConsumer }: DataConsumerController): void {
    setIn(this.announced, id, dataConsumer);
    if (peer !== null) setIn(peer.dataConsumers, id, dataConsumer);
  }

  #unlist({ id, peer }: DataConsumerController): void {
    deleteFrom(this.announced, id);
    if (peer !== null) deleteFrom(peer.dataConsumers, id);
  }

  #announce({ dataConsumer, peer }: DataConsumerController): void {
    peer?.handleNewDataConsumer(dataConsumer);
    this.#context.announce('newDataConsumer', { dataConsumer, peer: peer?.peer ?? null });
  }
}
