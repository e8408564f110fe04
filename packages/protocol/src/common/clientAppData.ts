import * as s from './schema/index.ts';
import { appData, type AppData } from './appData.ts';
import { MAX_APP_DATA_BYTES, MAX_APP_DATA_DEPTH } from './limits.ts';

// A separate module from the schemas that every page loads.

/** Any JSON within the bounds of {@link isAppDataWithinLimit}. */
export const boundedJson: s.AnySchema = s.pipe(
  s.custom((input) => excessOf(input) !== 'bytes', `Expected at most ${MAX_APP_DATA_BYTES} bytes`, MAX_APP_DATA_BYTES),
  s.custom((input) => excessOf(input) !== 'levels', `Expected at most ${MAX_APP_DATA_DEPTH} levels`),
);

/** appData in a client's message: an object within the bounds of {@link isAppDataWithinLimit}. */
export const clientAppData = s.pipe(boundedJson, appData as s.Schema<unknown, AppData>);

/**
 * Returns whether a server accepts the data: JSON of at most {@link MAX_APP_DATA_BYTES} and {@link MAX_APP_DATA_DEPTH} levels. False for
 * values that are not JSON.
 */
export const isAppDataWithinLimit = (data: unknown): boolean => excessOf(data) === null;

/** Returns the bound that the data exceeds. Stops at the bound, so that larger data costs no additional time. */
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
