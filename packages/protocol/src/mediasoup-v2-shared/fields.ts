import { appData as plainAppData, boundedJson, parse, uint32 } from '../common/index.ts';
import * as s from '../common/schema/index.ts';

/**
 * ID of a transport, producer or consumer: an integer from 0 to 2^32-1, chosen by the end that creates the entity. Written as a number.
 * Also read from digits in a string.
 */
export const numericId: s.Schema<unknown, number> = s.pipe(
  s.unknown(),
  s.transform((input) => (typeof input === 'string' && /^\d+$/.test(input) ? Number(input) : input)),
  uint32,
);

const SMALLEST_RANDOM_ID = 10_000_000;
const LARGEST_RANDOM_ID = 99_999_999;

/** Returns a random ID of eight digits, as mediasoup-client 2 does. IDs are unique per room, so IDs of two clients can collide. */
export function randomEntityId(random: () => number = Math.random): number {
  return SMALLEST_RANDOM_ID + Math.floor(random() * (LARGEST_RANDOM_ID - SMALLEST_RANDOM_ID + 1));
}

const isSafe = s.check((value: unknown) => parse(plainAppData, { value }).ok, 'Forbidden key');

/** Any JSON value, unchanged, including null. A missing value stays missing. No key may reach a prototype. */
export const anyAppData = s.undefinedOr(s.pipe(s.unknown(), isSafe));

/** {@link anyAppData} in a client's message, within the bounds of `boundedJson`. */
export const clientAppData = s.undefinedOr(s.pipe(boundedJson, isSafe));

/** Direction of a transport, from the client's point of view. */
export const direction = s.picklist(['send', 'recv']);
/** Direction of a transport, from the client's point of view. */
export type Direction = s.InferOutput<typeof direction>;

/** Minimum and default time between two messages of statistics, in ms. */
export const MIN_STATS_INTERVAL_MS = 1000;
/** Maximum time between two messages of statistics, in ms: the limit of a timer. */
const MAX_STATS_INTERVAL_MS = 0x7fffffff;

/** In ms. A shorter interval reads as the minimum: in the document's `interval: 1` the unit was a second. */
export const statsInterval = s.withDefault(
  s.pipe(
    // Infinity reads as the maximum.
    s.custom<number>((input) => typeof input === 'number' && !Number.isNaN(input), 'Expected number', 1),
    s.transform((interval) => Math.min(Math.max(interval, MIN_STATS_INTERVAL_MS), MAX_STATS_INTERVAL_MS)),
  ),
  MIN_STATS_INTERVAL_MS,
);
