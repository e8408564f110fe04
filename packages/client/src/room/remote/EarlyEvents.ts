import type { DialectEventOf } from '../DialectPort.ts';

/** Number of IDs of closed consumers to keep for offers that have not arrived. */
const closedIdsAtMost = 256;

export type OfferEvent = DialectEventOf<'newConsumer'> | DialectEventOf<'newDataConsumer'>;

/** Events that arrive out of order: offers before their peer, and closes before their offer. */
export class EarlyEvents {
  readonly #offers = new Map<string, readonly OfferEvent[]>();
  readonly #closedIds = new Set<string>();

  /** Keeps an offer until its peer arrives. */
  holdOffer(peerId: string, event: OfferEvent): void {
    this.#offers.set(peerId, [...(this.#offers.get(peerId) ?? []), event]);
  }

  /** Removes and returns the offers of a peer, in the order of arrival. */
  takeOffers(peerId: string): readonly OfferEvent[] {
    const offers = this.#offers.get(peerId) ?? [];
    this.#offers.delete(peerId);
    return offers;
  }

  /** The server closed a consumer that the room does not have: drops its offer, whether held or still to come. */
  handleConsumerClosed(consumerId: string): void {
    for (const [peerId, offers] of this.#offers) {
      const kept = offers.filter((event) => event.type !== 'newConsumer' || event.offer.id !== consumerId);
      if (kept.length === offers.length) continue;
      this.#offers.set(peerId, kept);
      return;
    }
    this.#closedIds.add(consumerId);
    const [oldest] = this.#closedIds;
    if (this.#closedIds.size > closedIdsAtMost && oldest !== undefined) this.#closedIds.delete(oldest);
  }

  /** Returns whether the consumer was closed before this offer, and removes its ID. */
  takeClosed(consumerId: string): boolean {
    return this.#closedIds.delete(consumerId);
  }

  clear(): void {
    this.#offers.clear();
    this.#closedIds.clear();
  }
}
