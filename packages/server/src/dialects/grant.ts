import { idText } from '@tureen/protocol/common';
import { allPermissions } from '../rooms/permissions.ts';
import type { Permissions } from '../rooms/permissions.ts';

/** Permissions of a connection, as the `authorize` hook decided. An absent field is unrestricted, except `hide`. */
export interface Grant {
  /** Subject of the token, for the logs. */
  readonly subject?: string | undefined;
  /** Only room that the client may enter. */
  readonly roomId?: string | undefined;
  /** Only ID under which the client may join: peerId, peerName or userId, as the dialect names it. */
  readonly peerId?: string | undefined;
  /**
   * Time at which the server ends the session (close code 4000, `tokenExpired`), in ms since the Unix epoch. A resumed
   * session has the time of the new connection's grant. Default: none.
   */
  readonly expiresAt?: number | undefined;
  /** Permissions of the peer. Default: `hide` false; `publish`, `publishData` and `text` true. */
  readonly may?: Partial<{ readonly [Name in keyof Permissions]: boolean | undefined }> | undefined;
}

/** Returns why a connection may not join that room as that peer. Undefined where it may. */
export function objectionTo(grant: Grant | undefined, roomId: string, peerId: string): string | undefined {
  if (grant?.roomId !== undefined && idText(grant.roomId) !== idText(roomId)) return 'not authorized for this room';
  if (grant?.peerId !== undefined && idText(grant.peerId) !== idText(peerId)) return 'not authorized as this peer';
  return undefined;
}

/**
 * Returns the permissions of a connection's peer. Without a grant, as without an `authorize` hook, the peer has all
 * permissions.
 */
export function permissionsOf(grant: Grant | undefined): Permissions {
  if (grant === undefined) return allPermissions;
  const { hide = false, publish = true, publishData = true, text = true } = grant.may ?? {};
  return { hide, publish, publishData, text };
}

/**
 * Reads `may` of an app or a token. Undefined where it is not an object of known names and booleans: an unreadable
 * restriction must not count as no restriction.
 */
export function readMay(may: unknown): NonNullable<Grant['may']> | undefined {
  if (may === undefined || may === null) return {};
  if (typeof may !== 'object' || Array.isArray(may)) return undefined;
  const isReadable = Object.entries(may).every(
    ([name, value]) => Object.hasOwn(allPermissions, name) && (value === undefined || typeof value === 'boolean'),
  );
  return isReadable ? may : undefined;
}
