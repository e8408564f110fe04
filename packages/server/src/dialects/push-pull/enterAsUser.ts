import { refusals } from '@tureen/protocol/push-pull';
import type { ClientData } from '@tureen/protocol/push-pull';
import type { Logger } from 'pino';
import type { Clock } from '@tureen/kernel';
import { refusalOf } from '../../rooms/permissions.ts';
import type { Permissions } from '../../rooms/permissions.ts';
import type { RoomRegistry } from '../../rooms/RoomRegistry.ts';
import { refused } from '../Connection.ts';
import type { Connection } from '../Connection.ts';
import { objectionTo, permissionsOf } from '../grant.ts';
import { holdToTerm } from '../grantTerm.ts';
import type { PushPullSettings } from './options.ts';
import { PushPullUser } from './PushPullUser.ts';
import type { UserDirectory } from './UserDirectory.ts';

/** Name of the dialect; also the path to which clients connect. */
export const DIALECT = 'push-pull';

/** Default maximum of a user's connections, in addition to the maximum number of peers in the room. */
const MAX_PUSHES = 16;

/** Counts one join of a user. Returns false for a user that joined too often. */
export type MayJoin = (user: { readonly roomId: string; readonly peerId: string }) => boolean;

/** Context of a join. */
export interface EnterContext {
  readonly connection: Connection;
  readonly registry: RoomRegistry;
  readonly directory: UserDirectory;
  readonly mayJoin: MayJoin;
  readonly settings: PushPullSettings;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Joins the room as the user that a join names, or finds the user that the client resumes.
 *
 * @throws ProtocolError, RoomError, MediaError.
 */
export async function enterAsUser(context: EnterContext, data: ClientData<'join'>): Promise<PushPullUser> {
  const { connection, directory, mayJoin, settings, clock } = context;
  const { roomId, userId, resumeToken, audience } = data;
  const objection = objectionTo(connection.grant, roomId, userId);
  if (objection !== undefined) throw refused(refusals.joinFailed(objection), 'forbidden');
  if (!mayJoin({ roomId, peerId: userId })) throw refused(refusals.tooManyJoins(), 'tooManyJoins');
  // Requests of the earlier connection finish first: they may create entities that the client does not know of.
  if (data.holds !== undefined) await directory.find(roomId, userId)?.requests.run(async () => {});
  const present = directory.find(roomId, userId);
  const permissions = permissionsOf(connection.grant);
  const isOwn = present !== undefined && (settings.isRtcPilot || directory.isToken(present, resumeToken));
  // The grant of the earlier connection does not apply to this connection.
  if (isOwn && !connection.closed) {
    present.peer.setPermissions(permissions);
    holdToTerm(present.peer, connection.grant, clock);
  }
  const isResuming = isOwn && present.peer.state === 'joined';
  const mustResume = data.holds !== undefined && !settings.isRtcPilot;
  if (isResuming ? connection.closed : mustResume) throw refused(refusals.nothingToResume());
  if (isResuming) return present;
  if (audience === true && !permissions.hide) throw refusalOf('hide', 'notPermitted');
  // A disconnected user closes when the next client joins under its ID.
  if (present?.isConnected === false) present.peer.close({ reason: 'replaced' });
  return createUser(context, data, permissions);
}

async function createUser(
  { connection, registry, directory, settings, clock, logger }: EnterContext,
  { roomId, userId, userName, audience, appData }: ClientData<'join'>,
  permissions: Permissions,
): Promise<PushPullUser> {
  const peer = await registry.enter(roomId, {
    id: userId,
    dialect: DIALECT,
    remoteAddress: connection.remoteAddress,
    // A client makes one connection for each peer that it pulls.
    extraTransports: registry.limits.maxPeersPerRoom,
    permissions,
    defaultMaxTransports: MAX_PUSHES,
  });
  const user = new PushPullUser({
    roomId,
    peer,
    clock,
    logger: logger.child({ roomId, userId }),
    graceMs: settings.reconnectGraceMs,
    isRtcPilot: settings.isRtcPilot,
  });
  try {
    // The connection may have closed before the room was open.
    if (connection.closed) throw refused(refusals.joinFailed('closed'));
    peer.join({ displayName: userName, hidden: audience ?? false, appData, onDuplicate: 'refuse' });
  } catch (error) {
    peer.close({ reason: 'refused' });
    throw error;
  }
  directory.add(user);
  holdToTerm(peer, connection.grant, clock);
  return user;
}
