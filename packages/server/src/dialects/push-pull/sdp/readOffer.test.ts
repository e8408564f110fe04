import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { defaultOfferLimits, readOffer } from './readOffer.ts';

const folder = new URL('../../../testing/offers/', import.meta.url);
const offers = readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')] as const);

it.each(offers)('readOffer() accepts %s at half of the limits, simulcast included', (_name, text) => {
  const sdp = text.replace(/\r?\n/g, '\r\n');
  const { maxOfferBytes, maxOfferSsrcLines } = defaultOfferLimits;
  const half = { maxOfferBytes: maxOfferBytes / 2, maxOfferSsrcLines: maxOfferSsrcLines / 2 };
  expect(readOffer(sdp, half).sections).not.toHaveLength(0);
});

it('readOffer() returns the same key for offers of one connection, and other keys for others', () => {
  const [one, other] = ['chromium-pull-plain.sdp', 'firefox-pull-plain.sdp'].map(
    (name) => offers.find(([known]) => known === name)![1],
  ) as [string, string];
  const again = one.replace(/^o=(\S+ \S+) \d+/m, 'o=$1 3');
  expect(again).not.toBe(one);
  expect(readOffer(again).connectionKey).toBe(readOffer(one).connectionKey);
  expect(readOffer(other).connectionKey).not.toBe(readOffer(one).connectionKey);
});
