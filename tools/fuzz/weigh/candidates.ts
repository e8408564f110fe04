import { hasTooManyFields } from '../../../packages/server/src/protoo/fieldCount.ts';
import type { DialectName, Message } from '../dialects.ts';
import { maxMessageBytes } from '../FuzzSocket.ts';
import { grown, mostGrown, placesOf, sdpWays, spoiltAtEnd, type Place } from './grow.ts';
import { isRead } from './readers.ts';

/** Turns a valid message into an expensive one. */
export interface Recipe {
  readonly what: string;
  readonly isTaken: boolean;
  /** Whether to measure the variant always, because the schemas do not show its cost. */
  readonly isAlways?: boolean;
  readonly apply: (data: unknown) => unknown;
}

/** Bytes reserved for the frame around the data. */
const FRAME_BYTES = 300;

const maxDataBytes = maxMessageBytes - FRAME_BYTES;

function isFrameTaken(data: unknown): boolean {
  const json = JSON.stringify(data);
  return Buffer.byteLength(json) <= maxDataBytes && !hasTooManyFields(json);
}

const isSmallEnough = (data: unknown) => Buffer.byteLength(JSON.stringify(data)) <= maxDataBytes;

/**
 * Lists the expensive variants of a message: each place as long as the schemas accept, all lists together, and each place beyond its
 * bound. The server must refuse the last kind.
 */
export function recipesFor(dialect: DialectName, { method, data }: Message): Recipe[] {
  const isTaken = (changed: unknown) => isFrameTaken(changed) && isRead(dialect, method, changed);
  const recipes: Recipe[] = [{ what: 'unchanged', isTaken: isTaken(data), apply: (right) => right }];
  // The first item of a list represents the others.
  const isFirst = ({ path }: Place) => !path.some((key) => Number(key) > 0);
  const places = placesOf(data).filter((place) => isFirst(place) && (place.path.length > 0 || !isEmptyObject(data)));
  for (const place of places) {
    const ways = place.kind === 'sdp' ? sdpWays : place.kind === 'object' ? 2 : 1;
    for (let way = 0; way < ways; way += 1) recipes.push(...recipesForPlace(data, place, way, isTaken));
  }
  const lists = places.filter(({ kind }) => kind === 'array').reverse();
  if (lists.length > 1) recipes.push(allLists(data, lists, isTaken));
  return recipes;
}

function recipesForPlace(data: unknown, place: Place, way: number, isTaken: (changed: unknown) => boolean): Recipe[] {
  const name = `${place.path.join('.') || 'data'}${way > 0 ? ` (${String(way)})` : ''}`;
  const apply = (count: number) => (right: unknown) => grown(right, place, count, way);
  const recipes: Recipe[] = [];
  const most = mostGrown(data, place, way, isTaken);
  if (most > 1) recipes.push({ what: `${name} +${String(most)}`, isTaken: true, apply: apply(most) });
  const largest = mostGrown(data, place, way, isSmallEnough);
  if (largest > most * 1.1 + 1)
    recipes.push({ what: `${name} +${String(largest)}`, isTaken: false, apply: apply(largest) });
  if (most > 1 && place.kind === 'array')
    recipes.push({
      what: `${name} +${String(most)}, last one wrong`,
      isTaken: false,
      apply: (right) => spoiltAtEnd(grown(right, place, most, way), place),
    });
  // Offers have a lower limit than messages.
  if (place.kind === 'sdp') {
    const isShortOffer = (changed: unknown) => JSON.stringify(changed).length <= 16_000;
    const lines = mostGrown(data, place, way, isShortOffer);
    if (lines > 1)
      recipes.push({ what: `${name} +${String(lines)}`, isTaken: true, isAlways: true, apply: apply(lines) });
  }
  return recipes;
}

/** Grows all lists, inner lists first, each up to its bound and its share of the message. */
function allLists(data: unknown, lists: readonly Place[], isTaken: (changed: unknown) => boolean): Recipe {
  const counts: number[] = [];
  let whole = data;
  lists.forEach((place, index) => {
    const share = (maxDataBytes * (index + 1)) / lists.length;
    const isFit = (changed: unknown) => JSON.stringify(changed).length <= share && isTaken(changed);
    const count = mostGrown(whole, place, 0, isFit);
    counts.push(count);
    whole = grown(whole, place, count);
  });
  return {
    what: 'all lists',
    isTaken: true,
    isAlways: true,
    apply: (right) => lists.reduce((changed, place, index) => grown(changed, place, counts[index] ?? 0), right),
  };
}

/** Returns JSON of the largest message size that no dialect accepts. */
export function unknownData(): { readonly what: string; readonly json: string }[] {
  const listOf = (item: string) =>
    `[${Array.from({ length: Math.floor(maxDataBytes / (item.length + 1)) }, () => item).join()}]`;
  const levels = Math.floor(maxDataBytes / 2);
  const escape = String.raw`\u0001`;
  return [
    { what: 'empty objects', json: listOf('{}') },
    { what: 'empty lists', json: listOf('[]') },
    { what: 'numbers', json: listOf('1') },
    { what: 'short texts', json: listOf('"a"') },
    { what: 'one text', json: `"${'x'.repeat(maxDataBytes - 10)}"` },
    { what: 'escapes', json: `"${escape.repeat(Math.floor(maxDataBytes / escape.length) - 10)}"` },
    {
      what: 'fields',
      json: `{${Array.from({ length: Math.floor(maxDataBytes / 10) }, (_, n) => `"${n.toString(36).padStart(5, '0')}":1`).join()}}`,
    },
    { what: 'nested lists', json: `${'['.repeat(levels)}${']'.repeat(levels)}` },
    { what: 'nested objects', json: `${'{"a":'.repeat(Math.floor(levels / 3))}1${'}'.repeat(Math.floor(levels / 3))}` },
  ];
}

function isEmptyObject(data: unknown): boolean {
  return typeof data === 'object' && data !== null && Object.keys(data).length === 0;
}
