import { lookup } from 'node:dns/promises';
import { isIPv4, isIPv6 } from 'node:net';
import { type Clock, systemClock } from '@tureen/kernel';
import { withDeadline } from '../shared/withDeadline.ts';
import type { ServerSettings } from './ServerSettings.ts';
import { isAddress, listOf } from './mediaAddresses.ts';

/** Finds the addresses of a host name. Rejects where there are none. */
export type LookUp = (name: string) => Promise<readonly string[]>;

/** Time that the system has to look up a name, in ms. The system tries several name servers, several times each. */
const LOOK_UP_TIMEOUT_MS = 15_000;

/** Looks up a name through the system: hosts file, DNS, mDNS. */
export const lookUpBySystem: LookUp = async (name) =>
  (await lookup(name, { all: true, order: 'ipv4first' })).map(({ address }) => address);

/** Thrown for a name in `announcedAddress` that has no usable address. */
export class UnknownHostError extends Error {
  override name = 'UnknownHostError';
  readonly host: string;

  constructor(host: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.host = host;
  }
}

/**
 * Replaces host names by their addresses, once, at start: Firefox sends nothing to a candidate that is a name. Of each name,
 * the result has only addresses of families that the server listens on.
 *
 * @param machine - `hasIPv4`, `hasIPv6`: whether this machine has an address of that family. Without `listenIp` the server
 * listens in those families. `clock`: measures the time of a lookup.
 * @throws {@link UnknownHostError}
 */
export async function resolveAnnounced(
  { listenIp, announcedAddress }: Pick<ServerSettings, 'listenIp' | 'announcedAddress'>,
  machine: { readonly hasIPv4?: boolean; readonly hasIPv6: boolean; readonly clock?: Clock | undefined },
  lookUp: LookUp = lookUpBySystem,
): Promise<readonly string[] | undefined> {
  if (announcedAddress === undefined) return undefined;
  const { hasIPv4 = true, hasIPv6, clock = systemClock } = machine;
  const listenIps = listOf(listenIp);
  const isDual = listenIps.includes('::');
  const takesIPv4 = listenIps.length === 0 ? hasIPv4 : isDual || listenIps.some((ip) => isIPv4(ip));
  const takesIPv6 = listenIps.length === 0 ? hasIPv6 : listenIps.some((ip) => isIPv6(ip));
  const lists = await Promise.all(
    listOf(announcedAddress).map(async (host) => {
      if (isAddress(host)) return [host];
      const found = await withDeadline(() => lookUp(host), {
        clock,
        timeoutMs: LOOK_UP_TIMEOUT_MS,
        toError: () => new Error(`no response within ${String(LOOK_UP_TIMEOUT_MS)} ms`),
      }).catch((error: unknown) => {
        throw new UnknownHostError(host, `cannot look up the name ${host}`, error);
      });
      const usable = found.filter((address) => (isIPv4(address) ? takesIPv4 : takesIPv6));
      if (usable.length > 0) return usable;
      throw new UnknownHostError(host, `the name ${host} has no address of a family that media listens on`);
    }),
  );
  return [...new Set(lists.flat())];
}
