import { isIP, isIPv4, isIPv6 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import type { ServerSettings } from './ServerSettings.ts';

/** Address that media sockets bind to, and the addresses that clients get instead. */
export interface MediaAddress {
  readonly ip: string;
  /** Addresses in order of preference. Absent: `ip` itself. */
  readonly announcedAddresses?: readonly string[];
}

type Interfaces = Readonly<
  Record<string, readonly Pick<NetworkInterfaceInfo, 'address' | 'family' | 'internal'>[] | undefined>
>;

/**
 * Chooses the addresses for media. `resolveAnnounced` has looked up names before.
 *
 * - `listenIp`, `announcedAddress`: as given. A wildcard is announced as the LAN address, since clients cannot send to
 *   0.0.0.0. `::` alone also accepts IPv4 and is announced as the LAN address of each family. Announced addresses alone bind
 *   every interface, in their families.
 * - A local server (`host` is loopback): 127.0.0.1 (`::1` on a machine without IPv4) and the LAN address. Loopback alone
 *   excludes Firefox on most systems: Firefox gathers no loopback candidate, and a socket bound to the LAN address cannot
 *   reach 127.0.0.1 on every system. The LAN address alone would end calls on this machine when the Wi-Fi changes. Signaling
 *   still accepts only this machine.
 * - A server for the LAN (`host` is a wildcard or a LAN address): that LAN address, which both phones and browsers on this
 *   machine reach; with `::` that of each family.
 */
export function mediaAddresses(
  settings: Pick<ServerSettings, 'host' | 'listenIp' | 'announcedAddress'>,
  interfaces: Interfaces,
): readonly MediaAddress[] {
  const { host } = settings;
  const [listenIps, announced] = [listOf(settings.listenIp), listOf(settings.announcedAddress)];
  const lan4 = firstLanAddress(interfaces);
  const lan6 = firstLanAddress(interfaces, 'IPv6');
  const lan = lan4 ?? lan6;
  const loopback = loopbackAddress(interfaces);

  if (listenIps.length > 0 || announced.length > 0) {
    const { addresses } = pairAddresses(listenIps, announced);
    const isDual = !listenIps.some((ip) => isIPv4(ip));
    return addresses.map((address) => {
      if (!isWildcard(address.ip) || address.announcedAddresses !== undefined) return address;
      if (address.ip === '0.0.0.0') return { ...address, announcedAddresses: [lan4 ?? '127.0.0.1'] };
      const announcedAddresses = isDual ? addressesOr(loopback, [lan6, lan4]) : [lan6 ?? '::1'];
      return { ...address, announcedAddresses };
    });
  }
  if (isLoopback(host)) return addressesOr(loopback, [loopback, lan]).map((ip) => ({ ip }));
  if (isOwnAddress(host, interfaces)) return [{ ip: host }];
  return addressesOr(loopback, host === '::' ? [lan4, lan6] : [lan]).map((ip) => ({ ip }));
}

/** Returns the defined addresses, or the other address if there are none. */
function addressesOr(other: string, addresses: readonly (string | undefined)[]): readonly string[] {
  const found = addresses.filter((address) => address !== undefined);
  return found.length === 0 ? [other] : found;
}

/** Returns the address where this machine reaches itself: 127.0.0.1 unless the machine has only IPv6. */
function loopbackAddress(interfaces: Interfaces): string {
  const internal = Object.values(interfaces).flatMap((infos) => (infos ?? []).filter((info) => info.internal));
  const hasIPv6Only = internal.some(({ family }) => family === 'IPv6') && !hasFamily(interfaces, 'IPv4');
  return hasIPv6Only ? '::1' : '127.0.0.1';
}

/** Returns whether the machine has an address of that family. */
export function hasFamily(interfaces: Interfaces, family: 'IPv4' | 'IPv6'): boolean {
  return Object.values(interfaces).some((infos) => infos?.some((info) => info.family === family));
}

/** Returns an address where clients find a server that listens on `host`. For a wildcard, other machines can reach the address. */
export function reachableAddress(host: string, interfaces: Interfaces): string {
  if (!isWildcard(host)) return host;
  const lan6 = host === '::' ? firstLanAddress(interfaces, 'IPv6') : undefined;
  return firstLanAddress(interfaces) ?? lan6 ?? loopbackAddress(interfaces);
}

/**
 * Assigns each announced address to the socket that receives its packets: by family, and within a family one to one, or all
 * to the only socket.
 */
export function pairAddresses(
  listenIps: readonly string[],
  announced: readonly string[],
): { readonly addresses: readonly MediaAddress[]; readonly problems: readonly string[] } {
  if (announced.length === 0) return { addresses: listenIps.map((ip) => ({ ip })), problems: [] };
  const addresses: MediaAddress[] = [];
  const problems: string[] = [];
  // :: also accepts IPv4 unless another socket does.
  const isDual = listenIps.includes('::') && !listenIps.some((ip) => isIPv4(ip));
  for (const [family, wildcard, isOf] of [['IPv4', '0.0.0.0', isIPv4] as const, ['IPv6', '::', isIPv6] as const]) {
    const told = announced.filter((address) => isOf(address) || (isDual && family === 'IPv6'));
    const ips = listenIps.length === 0 && told.length > 0 ? [wildcard] : listenIps.filter((ip) => isOf(ip));
    if (isDual && family === 'IPv4') continue;
    if (told.length === 0) addresses.push(...ips.map((ip) => ({ ip })));
    else if (ips.length === 0) problems.push(`${told[0]!} is ${family}, but --listen-ip has no address of that family`);
    else if (ips.length === 1) addresses.push({ ip: ips[0]!, announcedAddresses: told });
    else if (ips.length === told.length)
      addresses.push(...ips.map((ip, index) => ({ ip, announcedAddresses: [told[index]!] })));
    else {
      problems.push(
        `the number of ${family} addresses (${String(told.length)}) differs from that of --listen-ip (${String(ips.length)}); set the same number, or one --listen-ip`,
      );
    }
  }
  return { addresses, problems };
}

/** Returns a setting that may be one value or several as a list. */
export function listOf(setting: string | readonly string[] | undefined): readonly string[] {
  return setting === undefined ? [] : [setting].flat();
}

export function isAddress(text: string): boolean {
  return isIP(text) !== 0;
}

/** Returns every address of this machine, for its certificate. */
export function ownAddresses(interfaces: Interfaces): readonly string[] {
  return Object.values(interfaces).flatMap((infos) => (infos ?? []).map((info) => info.address));
}

/** Interfaces of containers, virtual machines and tunnels. Phones cannot reach them. */
const VIRTUAL = /^(br-|docker|tailscale|tap|tun|utun|vboxnet|vethernet|veth|virbr|vmnet|wg|zt)/i;

/** Returns the first address that other machines can reach, of a physical interface if possible. Undefined without a network. */
export function firstLanAddress(interfaces: Interfaces, family: 'IPv4' | 'IPv6' = 'IPv4'): string | undefined {
  const candidates = Object.entries(interfaces).flatMap(([name, infos = []]) =>
    infos
      // A link-local address requires the name of an interface.
      .filter((info) => info.family === family && !info.internal && !info.address.startsWith('fe80:'))
      .map(({ address }) => ({ address, isVirtual: VIRTUAL.test(name) })),
  );
  return (candidates.find(({ isVirtual }) => !isVirtual) ?? candidates[0])?.address;
}

export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function isOwnAddress(host: string, interfaces: Interfaces): boolean {
  return ownAddresses(interfaces).includes(host);
}
