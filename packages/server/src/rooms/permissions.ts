import type { RoomErrorCode } from './RoomError.ts';
import { RoomError } from './RoomError.ts';

/** What a peer may do, besides watching and listening. */
export interface Permissions {
  /** Join hidden: in no list of peers, watching and listening only. */
  readonly hide: boolean;
  /** Send audio and video. */
  readonly publish: boolean;
  /** Send on data channels. */
  readonly publishData: boolean;
  /** Send text to the room through the server. */
  readonly text: boolean;
}

/** One of {@link Permissions}. */
export type Permission = keyof Permissions;

/** Permissions of a peer that no authorization limits. */
export const allPermissions: Permissions = { hide: true, publish: true, publishData: true, text: true };

const acts: Readonly<Record<Permission, { readonly notPermitted: string; readonly hidden: string }>> = {
  hide: { notPermitted: 'join hidden', hidden: 'join' },
  publish: { notPermitted: 'publish', hidden: 'produce' },
  publishData: { notPermitted: 'publish data', hidden: 'produce' },
  text: { notPermitted: 'send text', hidden: 'send text' },
};

/** Makes the error for a lack of permission, or for a hidden peer. */
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
