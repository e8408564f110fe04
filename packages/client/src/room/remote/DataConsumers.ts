import { toTureenError } from '../../shared/errors.ts';
import { DataConsumer } from './DataConsumer.ts';
import type { Peer } from './Peer.ts';
import type { DataConsumerOffer, DialectEventOf } from '../ports.ts';
import type { CloseReason } from '../RoomTypes.ts';
import { type RoomContext, inBackground } from '../RoomContext.ts';
import { emitOn } from '../../shared/TypedEmitter.ts';

/** The data consumers of a room: few, so found by looking. */
export class DataConsumers {
  readonly #context: RoomContext;
  readonly #all = new Set<DataConsumer>();
  /** Ids that are being taken up; one that is closed meanwhile is taken out. */
  readonly #pending = new Set<string>();
  /** Those of the session before, until they are offered again. */
  #unrestored = new Set<DataConsumer>();

  constructor(context: RoomContext) {
    this.#context = context;
  }

  /** Ids of those that the server knew us to have when the connection dropped. */
  get held(): string[] {
    return [...this.#unrestored].map(({ id }) => id);
  }

  /** Those that live on at the server go on; the others were closed while we were away. */
  resume(kept: ReadonlySet<string>): void {
    const lost = this.#unrestored;
    this.#unrestored = new Set();
    for (const id of kept) {
      const one = [...lost].find((held) => held.id === id);
      if (one !== undefined) one.handleResumed();
      // It was closed while the server was asked.
      else
        inBackground(
          this.#context,
          'closeDataConsumer',
          Promise.resolve(this.#context.session?.closeDataConsumer?.(id)),
        );
    }
    this.closeWhere((one) => lost.has(one) && !kept.has(one.id), 'remote');
  }

  handleSessionLost(): void {
    this.#pending.clear();
    this.#unrestored = new Set(this.#all);
  }

  dropUnrestored(): void {
    const lost = this.#unrestored;
    this.closeWhere((one) => lost.has(one), 'notRestored');
  }

  handleOffer(
    { offer, answer }: DialectEventOf<'newDataConsumer'>,
    peer: Peer | null,
    isWanted: (offer: DataConsumerOffer) => boolean,
  ): void {
    if (this.#context.session === null) return;
    if (this.#pending.has(offer.id) || [...this.#all].some((one) => one.id === offer.id)) {
      answer.accept();
      return;
    }
    this.#pending.add(offer.id);
    const { epoch } = this.#context;
    const returning = [...this.#unrestored].find((one) => one.dataProducerId === offer.dataProducerId);
    const dataConsumer =
      returning ??
      new DataConsumer(this.#context, peer, offer, isWanted(offer), (one) => {
        this.closeWhere((other) => other === one, 'local');
      });
    // Under its new id, at once: another loss may come before its channel is open.
    peer?.handleDataConsumer(dataConsumer, false);
    const opened = dataConsumer.handleOffered(offer);
    if (returning !== undefined) peer?.handleDataConsumer(dataConsumer, true);
    opened.then(
      () => {
        if (this.#context.epoch !== epoch) {
          if (returning === undefined) dataConsumer.handleClosed('remote');
          return;
        }
        answer.accept();
        if (!this.#pending.delete(offer.id) || peer?.closed === true || dataConsumer.closed) {
          // Closed meanwhile.
          this.closeWhere((one) => one === dataConsumer, 'remote');
          dataConsumer.handleClosed('remote');
          return;
        }
        if (returning !== undefined) this.#unrestored.delete(returning);
        peer?.handleDataConsumer(dataConsumer, true);
        this.#all.add(dataConsumer);
        if (returning === undefined) {
          if (peer !== null) emitOn(peer, 'newDataConsumer', { dataConsumer });
          this.#context.announce('newDataConsumer', { dataConsumer, peer });
        }
        dataConsumer.handleAnnounced();
      },
      (cause: unknown) => {
        if (this.#context.epoch !== epoch) return;
        const error = toTureenError(cause, 'mediaFailed');
        const wasWanted = this.#pending.delete(offer.id);
        answer.reject(500, error.message);
        if (wasWanted && !dataConsumer.closed)
          this.#context.announce('requestFailed', { method: 'newDataConsumer', error });
      },
    );
  }

  closeWhere(isMeant: (dataConsumer: DataConsumer) => boolean, reason: CloseReason): void {
    for (const dataConsumer of [...this.#all]) {
      if (!isMeant(dataConsumer)) continue;
      this.#all.delete(dataConsumer);
      this.#unrestored.delete(dataConsumer);
      dataConsumer.peer?.handleDataConsumer(dataConsumer, false);
      if (dataConsumer.handleClosed(reason)) this.#context.announce('dataConsumerClosed', { dataConsumer, reason });
    }
  }

  handleClosed({ dataConsumerId, reason }: DialectEventOf<'dataConsumerClosed'>): void {
    // One whose channel is still being opened is closed once it is open.
    if (!this.#pending.delete(dataConsumerId))
      this.closeWhere(({ id }) => id === dataConsumerId, (reason as CloseReason) ?? 'remote');
  }

  handleMessagesLost({ dataConsumerId, count }: DialectEventOf<'messagesLost'>): void {
    const dataConsumer = [...this.#all].find(({ id }) => id === dataConsumerId);
    if (dataConsumer !== undefined) emitOn(dataConsumer, 'messagesLost', { count });
  }
}
