/** Start of a server. */
export { startServer } from './main.ts';
export type { RunningServer, ServerParts } from './main.ts';
export type { IceServer, ServerSettings } from './config/index.ts';

/** Errors of the start. */
export { SettingsError } from './config/index.ts';
export { StartError } from './StartError.ts';
export type { StartErrorCode } from './StartError.ts';

/** Authorization of clients. */
export type { Authorize, ConnectingClient, DenialCode, Denied, Granted } from './auth/authorize.ts';
export { AccessDeniedError } from './auth/authorize.ts';
export { jwtAuthorizer } from './auth/jwtAuthorizer.ts';
export type { JwtOptions } from './auth/jwtAuthorizer.ts';
export type { Grant } from './dialects/grant.ts';

/** Rooms, from `RunningServer.registry`: list them, kick a peer, close a room. */
export type { RemovalOptions } from './rooms/removal.ts';
export type { RoomRegistry } from './rooms/RoomRegistry.ts';
export type { Room } from './rooms/Room.ts';
export type { Peer } from './rooms/Peer.ts';
export type { PeerClosing } from './rooms/PeerEvents.ts';
export type { PeerSnapshot, RoomSnapshot } from './rooms/snapshot.ts';

/** Body of `GET /health`. */
export type { Health, WorkerHealth } from './http/health.ts';

/** Version of this package. */
export { version } from './version.ts';
