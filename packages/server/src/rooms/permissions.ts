import type { RoomErrorCode } from './RoomError.ts';
import { RoomError } from './RoomError.ts';

/** Permissions of a peer, in addition to watching and listening. */
export interface Permissions {
  /** Whether the peer may join hidden: in no list of peers, only watching and listening. */
  readonly hide: boolean;
  /** Whether the peer may send audio and video. */
  readonly publish: boolean;
  /** Whether the peer may send on data channels. */
  readonly publishData: boolean;
  /** Whether the peer may send text to the room through the server. */
  readonly text: boolean;
}

/** Name of a permission in {@link Permissions}. */
export type Permission = keyof Permissions;

/** Permissions of a peer without an authorization limit. */
export const allPermissions: Permissions = { hide: true, publish: true, publishData: true, text: true };

const acts: Readonly<Record<Permission, { readonly notPermitted: string; readonly hidden: string }>> = {
  hide: { notPermitted: 'join hidden', hidden: 'join' },
  publish: { notPermitted: 'publish', hidden: 'produce' },
  publishData: { notPermitted: 'publish data', hidden: 'produce' },
  text: { notPermitted: 'send text', hidden: 'send text' },
};

/** Creates the error for a missing permission, or for a hidden peer. */
export function refusalOf(
  permission: Permission,
  code: Extract<RoomErrorCode, 'notPermitted' | 'hiddenPeer'>,
): RoomError {
  const { notPermitted, hidden } = acts[permission];
  return new RoomError(
    code,
    code === 'notPermitted' ? `not permitted to ${notPermitted}` : `a hidden peer may not ${hidden}`,
  );
}
