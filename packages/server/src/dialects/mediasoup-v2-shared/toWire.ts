import type { Peer } from '../../rooms/Peer.ts';

/** Dialects whose peers meet each other's appData as it is. */
const family: ReadonlySet<string> = new Set(['mediasoup-v2', 'mediasoup-v2-beta', 'mediasoup-v2-alpha']);

/** What a peer calls itself when it joins: the demo's clients say it in their appData. */
export function displayNameIn(appData: unknown): string | undefined {
  const { displayName } = Object(appData) as { readonly displayName?: unknown };
  return typeof displayName === 'string' ? displayName : undefined;
}

/**
 * A peer's appData as the family's clients see it. The dialects have no other place for a name, or for the device of a peer
 * that comes by another dialect, so both go in, as the demo's clients had them. Within the family it is verbatim, until the
 * peer takes another name.
 */
export function toWireAppData({ id, dialect, displayName, device, appData }: Peer): unknown {
  if (family.has(dialect) && displayName === (displayNameIn(appData) ?? id)) return appData;
  const isObject = typeof appData === 'object' && appData !== null && !Array.isArray(appData);
  if (appData !== undefined && !isObject) return appData;
  return { ...appData, displayName, ...(device === undefined ? {} : { device }) };
}
