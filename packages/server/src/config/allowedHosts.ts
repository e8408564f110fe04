import { isLoopback, isWildcard, listOf } from './mediaAddresses.ts';
import type { ServerSettings } from './ServerSettings.ts';

/**
 * Returns the names under which clients may reach the server: `allowedHosts`, and the names that other settings give the
 * server. Undefined: any name.
 *
 * Without `allowedHosts`, a server for this machine alone is reached under names of this machine. A server for others, or
 * behind a proxy, is public under any name, so that another name gives an attacker nothing.
 */
export function allowedHostsOf(
  settings: Pick<ServerSettings, 'allowedHosts' | 'host' | 'announcedAddress' | 'trustProxy'>,
): readonly string[] | undefined {
  const { allowedHosts, host, announcedAddress, trustProxy } = settings;
  if (allowedHosts === undefined && (!isLoopback(host) || trustProxy !== false)) return undefined;
  const own = isWildcard(host) ? [] : [host];
  return [...(allowedHosts ?? []), ...own, ...listOf(announcedAddress)];
}
