import type { EndReason } from '@tureen/protocol/common';
import type { PeerClosing } from './PeerEvents.ts';

/** Options of `RoomRegistry.kick` and `RoomRegistry.closeRoom`. */
export interface RemovalOptions {
  /** A text for the people who are removed. Default: none. A close frame holds 123 bytes, the reason included. */
  readonly reason?: string | undefined;
  /** The app's own data for its clients: any JSON. Default: none. */
  readonly appData?: unknown;
}

/**
 * What peers get of a removal. Checked before anyone is removed: a message that cannot be written reaches no client.
 *
 * @throws TypeError where `reason` is not text, or `appData` is not JSON.
 */
export function toRemoval(reason: EndReason, { reason: detail, appData }: RemovalOptions): PeerClosing {
  if (detail !== undefined && typeof detail !== 'string')
    throw new TypeError(`reason must be text, not ${typeof detail}`);
  return { reason, detail, appData: appData === undefined ? undefined : copyOfJson(appData) };
}

/** A copy, so that every client gets the same, whatever the app does with its object later. */
function copyOfJson(appData: unknown): unknown {
  let text: string | undefined;
  try {
    text = JSON.stringify(appData);
  } catch (error) {
    throw new TypeError(`appData must be JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  if (text === undefined) throw new TypeError(`appData must be JSON, not ${typeof appData}`);
  return JSON.parse(text) as unknown;
}
