import { idText } from '@tureen/protocol/common';

/** What a connection may be, once whoever is asked has let it in. What is left out is free. */
export interface Grant {
  /** Who it is, in the words of whoever vouches for it; for the logs. */
  readonly subject?: string | undefined;
  /** The one room that it may enter. */
  readonly roomId?: string | undefined;
  /** The one id under which it may be there: peerId, peerName or userId, as the dialect calls it. */
  readonly peerId?: string | undefined;
}

/** Why a connection may not be this one in that room; undefined where it may. */
export function objectionTo(grant: Grant | undefined, roomId: string, peerId: string): string | undefined {
  if (grant?.roomId !== undefined && idText(grant.roomId) !== idText(roomId)) return 'not authorized for this room';
  if (grant?.peerId !== undefined && idText(grant.peerId) !== idText(peerId)) return 'not authorized as this peer';
  return undefined;
}
