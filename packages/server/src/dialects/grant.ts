import { idText } from '@tureen/protocol/common';
import { allPermissions } from '../rooms/permissions.ts';
import type { Permissions } from '../rooms/permissions.ts';

/** What a connection may be and do, as the `authorize` hook decided. What is absent is unrestricted, except hiding. */
export interface Grant {
  /** Subject of the token, for the logs. */
  readonly subject?: string | undefined;
  /** The only room that it may enter. */
  readonly roomId?: string | undefined;
  /** The only ID under which it may join: peerId, peerName or userId, as the dialect names it. */
  readonly peerId?: string | undefined;
  /**
   * Time at which the server ends the session (close code 4000, `tokenExpired`), in ms since the Unix epoch. A session that is
   * resumed over another connection has the time of that connection's grant. Default: none.
   */
  readonly expiresAt?: number | undefined;
  /** What its peer may do. Default: `hide` false, `publish`, `publishData` and `text` true. */
  readonly may?: Partial<{ readonly [Name in keyof Permissions]: boolean | undefined }> | undefined;
}

/** Returns why a connection may not join that room as that peer; undefined where it may. */
export function objectionTo(grant: Grant | undefined, roomId: string, peerId: string): string | undefined {
  if (grant?.roomId !== undefined && idText(grant.roomId) !== idText(roomId)) return 'not authorized for this room';
  if (grant?.peerId !== undefined && idText(grant.peerId) !== idText(peerId)) return 'not authorized as this peer';
  return undefined;
}

/** Returns what the peer of a connection may do. Without a grant, as without an `authorize` hook, everything. */
export function permissionsOf(grant: Grant | undefined): Permissions {
  if (grant === undefined) return allPermissions;
  const { hide = false, publish = true, publishData = true, text = true } = grant.may ?? {};
  return { hide, publish, publishData, text };
}

/**
 * Reads `may` of an app or a token. Undefined where it is not an object of known names and booleans: a limit that cannot be read
 * must not count as none.
 */
export function readMay(may: unknown): NonNullable<Grant['may']> | undefined {
  if (may === undefined || may === null) return {};
  if (typeof may !== 'object' || Array.isArray(may)) return undefined;
  const isReadable = Object.entries(may).every(
    ([name, value]) => Object.hasOwn(allPermissions, name) && (value === undefined || typeof value === 'boolean'),
  );
  return isReadable ? may : undefined;
}
