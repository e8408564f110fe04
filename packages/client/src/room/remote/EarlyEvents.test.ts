import { describe, expect, it } from 'vitest';
import { consumerOffer } from '../../test-support/entityContext.ts';
import { EarlyEvents, type OfferEvent } from './EarlyEvents.ts';

const offerOf = (id: string, peerId = 'bob'): OfferEvent => ({
  type: 'newConsumer',
  offer: consumerOffer({ id, peerId }),
  answer: { accept: () => {}, reject: () => {} },
});

const idsOf = (events: readonly OfferEvent[]) => events.map(({ offer }) => offer.id);

describe('EarlyEvents', () => {
  it('returns the offers of a peer in the order of arrival, once', () => {
    const early = new EarlyEvents();
    for (const id of ['c1', 'c2']) early.holdOffer('bob', offerOf(id));
    early.holdOffer('zoe', offerOf('c3', 'zoe'));
    expect(idsOf(early.takeOffers('bob'))).toEqual(['c1', 'c2']);
    expect(idsOf(early.takeOffers('bob'))).toEqual([]);
    expect(idsOf(early.takeOffers('zoe'))).toEqual(['c3']);
  });

  it('drops a held offer when the server closes its consumer', () => {
    const early = new EarlyEvents();
    for (const id of ['c1', 'c2']) early.holdOffer('bob', offerOf(id));
    early.handleConsumerClosed('c1');
    expect(idsOf(early.takeOffers('bob'))).toEqual(['c2']);
    expect(early.takeClosed('c1')).toBe(false);
  });

  it('remembers a close that arrives before its offer, for one offer', () => {
    const early = new EarlyEvents();
    early.handleConsumerClosed('c1');
    expect([early.takeClosed('c1'), early.takeClosed('c1'), early.takeClosed('c2')]).toEqual([true, false, false]);
  });

  it('forgets the oldest close after 256', () => {
    const early = new EarlyEvents();
    for (let index = 0; index <= 256; index += 1) early.handleConsumerClosed(`c${index}`);
    expect([early.takeClosed('c0'), early.takeClosed('c1'), early.takeClosed('c256')]).toEqual([false, true, true]);
  });

  it('forgets everything on clear()', () => {
    const early = new EarlyEvents();
    early.holdOffer('bob', offerOf('c1'));
    early.handleConsumerClosed('c2');
    early.clear();
    expect([idsOf(early.takeOffers('bob')), early.takeClosed('c2')]).toEqual([[], false]);
  });
});
