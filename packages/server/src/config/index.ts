export { allowedHostsOf } from './allowedHosts.ts';
export { checkSettings } from './checkSettings.ts';
export { helpText, withoutSecrets } from './describeSettings.ts';
export {
  hasFamily,
  isWildcard,
  listOf,
  mediaAddresses,
  ownAddresses,
  pairAddresses,
  reachableAddress,
} from './mediaAddresses.ts';
export type { MediaAddress } from './mediaAddresses.ts';
export { readSettings } from './readSettings.ts';
export { resolveAnnounced } from './resolveAnnounced.ts';
export type { Command } from './readSettings.ts';
export type { IceServer, ServerSettings } from './ServerSettings.ts';
export { SettingsError } from './SettingsError.ts';
