import type { Peer } from '../../rooms/Peer.ts';

/** Dialects that pass appData on to each other unchanged. */
const v2Dialects: ReadonlySet<string> = new Set(['mediasoup-v2', 'mediasoup-v2-beta', 'mediasoup-v2-alpha']);

/** Reads the display name that clients of the demo send in the appData of their join. */
export function displayNameIn(appData: unknown): string | undefined {
  const { displayName } = Object(appData) as { readonly displayName?: unknown };
  return typeof displayName === 'string' ? displayName : undefined;
}

/**
 * Writes the appData of a peer for mediasoup 2 clients. Those dialects have no field for a display name, or for the device of a
 * peer of another dialect, so both go into appData as in the demo. Between mediasoup 2 dialects appData is unchanged until the
 * display name changes.
 */
export function toWireAppData({ id, dialect, displayName, device, appData }: Peer): unknown {
  if (v2Dialects.has(dialect) && displayName === (displayNameIn(appData) ?? id)) return appData;
  const isObject = typeof appData === 'object' && appData !== null && !Array.isArray(appData);
  if (appData !== undefined && !isObject) return appData;
  return { ...appData, displayName, ...(device === undefined ? {} : { device }) };
}
