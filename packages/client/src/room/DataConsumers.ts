import { toTureenError } from '../shared/errors.ts';
import { DataConsumer } from './DataConsumer.ts';
import type { Peer } from './Peer.ts';
import type { DialectEventOf } from './ports.ts';
import type { CloseReason } from './RoomTypes.ts';
import type { SessionLink } from './SessionLink.ts';

/** The data consumers of a room: few, so found by looking. */
export class DataConsumers {
  readonly #link: SessionLink;
  readonly #all = new Set<DataConsumer>();
  /** Ids that are being taken up; one that is closed meanwhile is taken out. */
  readonly #pending = new Set<string>();
  /** Those of the session before, until they are offered again. */
  #unrestored = new Set<DataConsumer>();

  constructor(link: SessionLink) {
    this.#link = link;
  }

  /** Ids of those that the server knew us to have when the connection dropped. */
  get held(): string[] {
    return [...this.#unrestored].map(({ id }) => id);
  }

  /** Those that live on at the server go on; the others were closed while we were away. */
  resume(kept: ReadonlySet<string>): void {
    const lost = this.#unrestored;
    this.#unrestored = new Set();
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

  handleOffer({ offer, answer }: DialectEventOf<'newDataConsumer'>, peer: Peer | null): void {
    const session = this.#link.session;
    if (session === null) return;
    if (this.#pending.has(offer.id) || [...this.#all].some((one) => one.id === offer.id)) {
      answer.accept();
      return;
    }
    this.#pending.add(offer.id);
    const { era } = this.#link;
    session.consumeData(offer).then(
      (media) => {
        if (this.#link.era !== era) {
          media.close();
          return;
        }
        answer.accept();
        // Closed meanwhile.
        if (!this.#pending.delete(offer.id) || peer?.closed === true) {
          media.close();
          return;
        }
        const returning = [...this.#unrestored].find((one) => one.dataProducerId === offer.dataProducerId);
        const dataConsumer = returning ?? new DataConsumer(this.#link, peer, offer);
        if (returning !== undefined) this.#unrestored.delete(returning);
        peer?.handleDataConsumer(dataConsumer, false);
        dataConsumer.handleMedia(offer, media);
        peer?.handleDataConsumer(dataConsumer, true);
        this.#all.add(dataConsumer);
        if (returning === undefined) {
          peer?.emit('newDataConsumer', { dataConsumer });
          this.#link.announce('newDataConsumer', { dataConsumer, peer });
        }
        dataConsumer.handleAnnounced();
      },
      (cause: unknown) => {
        if (this.#link.era !== era) return;
        const error = toTureenError(cause, 'mediaFailed');
        const wasWanted = this.#pending.delete(offer.id);
        answer.reject(500, error.message);
        if (wasWanted) this.#link.announce('requestFailed', { method: 'newDataConsumer', error });
      },
    );
  }

  closeWhere(isMeant: (dataConsumer: DataConsumer) => boolean, reason: CloseReason): void {
    for (const dataConsumer of [...this.#all]) {
      if (!isMeant(dataConsumer)) continue;
      this.#all.delete(dataConsumer);
      this.#unrestored.delete(dataConsumer);
      dataConsumer.peer?.handleDataConsumer(dataConsumer, false);
      if (dataConsumer.handleClosed(reason)) this.#link.announce('dataConsumerClosed', { dataConsumer, reason });
    }
  }

  /** Closed before it was taken up. */
  cancel(dataConsumerId: string): boolean {
    return this.#pending.delete(dataConsumerId);
  }
}
