import type { RoomErrorCode } from './RoomError.ts';
import { RoomError } from './RoomError.ts';

/** What a peer may do beside watching and listening. */
export interface Permissions {
  /** Join hidden: in no other peer's list, watching and listening only. */
  readonly hide: boolean;
  /** Send audio and video. */
  readonly publish: boolean;
  /** Send on data channels. */
  readonly publishData: boolean;
  /** Send text to the room by way of the server. */
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

/** The refusal of an act for lack of its permission, or because the peer is hidden. */
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
