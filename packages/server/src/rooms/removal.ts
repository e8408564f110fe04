import type { EndReason } from '@tureen/protocol/common';
import type { PeerClosing } from './PeerEvents.ts';

/** Options of `RoomRegistry.kick` and `RoomRegistry.closeRoom`. */
export interface RemovalOptions {
  /** Text for the people who are removed. Default: none. A close frame has 123 bytes, including the reason code. */
  readonly reason?: string | undefined;
  /** App data for the clients; any JSON. Default: none. */
  readonly appData?: unknown;
}

/**
 * Returns the details of a removal for its peers. Checks them before a peer is removed, since a message that cannot be
 * encoded reaches no client.
 *
 * @throws TypeError where `reason` is not text, or `appData` is not JSON.
 */
export function toRemoval(reason: EndReason, { reason: detail, appData }: RemovalOptions): PeerClosing {
  if (detail !== undefined && typeof detail !== 'string')
    throw new TypeError(`reason must be text, not ${typeof detail}`);
  return { reason, detail, appData: appData === undefined ? undefined : copyOfJson(appData) };
}

/** Copies the data, so that every client gets the same even if the app changes its object later. */
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
