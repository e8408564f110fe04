/** Starting a server. */
export { startServer } from './main.ts';
export type { RunningServer, ServerParts } from './main.ts';
export type { IceServer, ServerSettings } from './config/index.ts';

/** What it fails with. */
export { SettingsError } from './config/index.ts';
export { StartError } from './StartError.ts';
export type { StartErrorCode } from './StartError.ts';

/** What `GET /health` answers. */
export type { Health, WorkerHealth } from './http/health.ts';

export { version } from './version.ts';
