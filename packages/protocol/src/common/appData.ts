import * as v from './kinds.ts';
import { MAX_APP_DATA_BYTES, MAX_APP_DATA_DEPTH } from './limits.ts';

export { MAX_APP_DATA_BYTES } from './limits.ts';

/** What an app attaches to a peer, producer or data producer: a plain object, carried verbatim. */
export type AppData = Record<string, unknown>;

/** Keys that reach an object's prototype when an app merges appData into something of its own. */
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** A plain object, with none of `__proto__`, `constructor` and `prototype` among its own keys at any depth. */
export const appData: v.GenericSchema<AppData> = v.pipe(
  v.custom<AppData>((input) => typeof input === 'object' && input !== null && !Array.isArray(input), 'Expected object'),
  v.check(isSafe, 'Forbidden key'),
);

/** Walks without recursion, so that deep nesting cannot exhaust the stack. Looks at an object once, so it ends on loops. */
function isSafe(root: AppData): boolean {
  const seen = new Set<object>([root]);
  for (const object of seen) {
    for (const key of Object.keys(object)) {
      if (forbiddenKeys.has(key)) return false;
      const value: unknown = (object as AppData)[key];
      if (typeof value === 'object' && value !== null) seen.add(value);
    }
  }
  return true;
}

/** Any JSON within the bounds of {@link isAppDataWithinLimit}. */
export const boundedJson: v.GenericSchema = v.pipe(
  v.custom((input) => excessOf(input) !== 'bytes', `Expected at most ${MAX_APP_DATA_BYTES} bytes`, MAX_APP_DATA_BYTES),
  v.custom((input) => excessOf(input) !== 'levels', `Expected at most ${MAX_APP_DATA_DEPTH} levels`),
);

/** appData in a client's message: an object, within the bounds of {@link isAppDataWithinLimit}. */
export const clientAppData = v.pipe(boundedJson, appData as v.GenericSchema<unknown, AppData>);

/**
 * Whether a server takes it: as JSON at most {@link MAX_APP_DATA_BYTES} and {@link MAX_APP_DATA_DEPTH} levels deep. False too for
 * what is not JSON.
 */
export const isAppDataWithinLimit = (data: unknown): boolean => excessOf(data) === null;

/** What there is too much of. Stops where a bound is reached, so that what is larger costs no more. */
function excessOf(data: unknown): 'bytes' | 'levels' | null {
  const depths = new Map<unknown, number>();
  let left = MAX_APP_DATA_BYTES;
  let isTooDeep = false;
  const count = function (this: unknown, key: string, value: unknown): unknown {
    const depth = (depths.get(this) ?? -1) + 1;
    if (typeof value === 'object' && value !== null) depths.set(value, depth);
    left -= 1 + (Array.isArray(this) ? 0 : key.length) + (typeof value === 'string' ? value.length : 0);
    isTooDeep = depth > MAX_APP_DATA_DEPTH;
    if (left < 0 || isTooDeep) throw new RangeError('too much');
    return value;
  };
  try {
    return new TextEncoder().encode(JSON.stringify(data, count)).length > MAX_APP_DATA_BYTES ? 'bytes' : null;
  } catch {
    return isTooDeep ? 'levels' : 'bytes';
  }
}

/** The source of a track whose appData says nothing. Never guessed. */
export const UNKNOWN_SOURCE = 'unknown';

/** What an app's tracks come from, as `appData.source` says it; apps may use words of their own. */
export type Source = 'camera' | 'microphone' | 'screen' | 'screenAudio' | (string & {});
