import * as s from './schema/index.ts';

export { MAX_APP_DATA_BYTES } from './limits.ts';

/** Data of the app on a peer, producer or data producer: a plain object, sent unchanged. */
export type AppData = Record<string, unknown>;

/** Keys that reach an object's prototype when an app merges appData into another object. */
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** A plain object without the keys `__proto__`, `constructor` and `prototype` at any depth. */
export const appData: s.Schema<AppData> = s.pipe(
  s.custom<AppData>((input) => typeof input === 'object' && input !== null && !Array.isArray(input), 'Expected object'),
  s.check(isSafe, 'Forbidden key'),
);

/** Walks without recursion, so that deep nesting cannot exhaust the stack. Visits each object once, so that cycles end. */
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

/** Source of a track whose appData contains none. */
export const UNKNOWN_SOURCE = 'unknown';

/** Source of a track, in `appData.source`. Apps may use other values. */
export type Source = 'camera' | 'microphone' | 'screen' | 'screenAudio' | 'unknown' | (string & {});
