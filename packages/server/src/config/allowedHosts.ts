import { isLoopback, isWildcard, listOf } from './mediaAddresses.ts';
import type { ServerSettings } from './ServerSettings.ts';

/**
 * Names under which clients may reach the server: what `allowedHosts` lists, and the names that the settings give the server
 * anyway. Without `allowedHosts` a server for this machine alone is reached under names of this machine. A server for others,
 * or behind a proxy, is public under any name, so that there is nothing to gain with another one. Undefined: any name.
 */
export function allowedHostsOf(
  settings: Pick<ServerSettings, 'allowedHosts' | 'host' | 'announcedAddress' | 'trustProxy'>,
): readonly string[] | undefined {
  const { allowedHosts, host, announcedAddress, trustProxy } = settings;
  if (allowedHosts === undefined && (!isLoopback(host) || trustProxy !== false)) return undefined;
  const own = isWildcard(host) ? [] : [host];
  return [...(allowedHosts ?? []), ...own, ...listOf(announcedAddress)];
}
