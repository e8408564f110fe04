import * as s from './schema/index.ts';

export { MAX_APP_DATA_BYTES } from './limits.ts';

/** What an app attaches to a peer, producer or data producer: a plain object, carried verbatim. */
export type AppData = Record<string, unknown>;

/** Keys that reach an object's prototype when an app merges appData into something of its own. */
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** A plain object, with none of `__proto__`, `constructor` and `prototype` among its own keys at any depth. */
export const appData: s.Schema<AppData> = s.pipe(
  s.custom<AppData>((input) => typeof input === 'object' && input !== null && !Array.isArray(input), 'Expected object'),
  s.check(isSafe, 'Forbidden key'),
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

/** The source of a track whose appData says nothing. Never guessed. */
export const UNKNOWN_SOURCE = 'unknown';

/** What an app's tracks come from, as `appData.source` says it; apps may use words of their own. */
export type Source = 'camera' | 'microphone' | 'screen' | 'screenAudio' | (string & {});
