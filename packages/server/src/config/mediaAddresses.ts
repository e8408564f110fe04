import { isIP, isIPv4, isIPv6 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import type { ServerSettings } from './ServerSettings.ts';

/** Where media sockets bind, and which addresses clients get instead. */
export interface MediaAddress {
  readonly ip: string;
  /** In order of preference. Absent: `ip` itself. */
  readonly announcedAddresses?: readonly string[];
}

type Interfaces = Readonly<
  Record<string, readonly Pick<NetworkInterfaceInfo, 'address' | 'family' | 'internal'>[] | undefined>
>;

/**
 * Chooses the addresses that media is offered on. Names are looked up before (`resolveAnnounced`).
 *
 * - `listenIp`, `announcedAddress`: as given. A wildcard is announced as the LAN address, since clients cannot send to
 *   0.0.0.0; `::` alone, which takes IPv4 as well, as that of either family. Announced addresses alone bind every interface,
 *   in their families.
 * - A local server (`host` is loopback): 127.0.0.1 (`::1` on a machine without IPv4) and the LAN address. Loopback alone leaves Firefox out on most systems:
 *   it gathers no loopback candidate, and a socket bound to the LAN address cannot everywhere reach 127.0.0.1. The LAN
 *   address alone would end calls on this machine when the Wi-Fi changes. Signaling still answers to this machine only.
 * - A server for the LAN (`host` is a wildcard or a LAN address): that LAN address, which phones and the browsers of this
 *   machine reach alike; with `::` that of either family.
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

/** Those that there are, or the other one. */
function addressesOr(other: string, addresses: readonly (string | undefined)[]): readonly string[] {
  const found = addresses.filter((address) => address !== undefined);
  return found.length === 0 ? [other] : found;
}

/** Where this machine reaches itself: 127.0.0.1 unless the machine has IPv6 alone. */
function loopbackAddress(interfaces: Interfaces): string {
  const internal = Object.values(interfaces).flatMap((infos) => (infos ?? []).filter((info) => info.internal));
  const hasIPv6Only = internal.some(({ family }) => family === 'IPv6') && !hasV2(interfaces, 'IPv4');
  return hasIPv6Only ? '::1' : '127.0.0.1';
}

/** Whether the machine has an address of that family. */
export function hasV2(interfaces: Interfaces, family: 'IPv4' | 'IPv6'): boolean {
  return Object.values(interfaces).some((infos) => infos?.some((info) => info.family === family));
}

/** An address under which clients find a server that listens on `host`: of a wildcard one that other machines reach. */
export function reachableAddress(host: string, interfaces: Interfaces): string {
  if (!isWildcard(host)) return host;
  const lan6 = host === '::' ? firstLanAddress(interfaces, 'IPv6') : undefined;
  return firstLanAddress(interfaces) ?? lan6 ?? loopbackAddress(interfaces);
}

/**
 * Puts each announced address to the socket that its packets come to: by family, and within a family one for one, or all of
 * them to the only one.
 */
export function pairAddresses(
  listenIps: readonly string[],
  announced: readonly string[],
): { readonly addresses: readonly MediaAddress[]; readonly problems: readonly string[] } {
  if (announced.length === 0) return { addresses: listenIps.map((ip) => ({ ip })), problems: [] };
  const addresses: MediaAddress[] = [];
  const problems: string[] = [];
  // :: takes IPv4 too where no other socket does.
  const isDual = listenIps.includes('::') && !listenIps.some((ip) => isIPv4(ip));
  for (const [family, wildcard, isOf] of [['IPv4', '0.0.0.0', isIPv4] as const, ['IPv6', '::', isIPv6] as const]) {
    const told = announced.filter((address) => isOf(address) || (isDual && family === 'IPv6'));
    const ips = listenIps.length === 0 && told.length > 0 ? [wildcard] : listenIps.filter((ip) => isOf(ip));
    if (isDual && family === 'IPv4') continue;
    if (told.length === 0) addresses.push(...ips.map((ip) => ({ ip })));
    else if (ips.length === 0) problems.push(`${told[0]!} is ${family}, and --listen-ip has no address of that family`);
    else if (ips.length === 1) addresses.push({ ip: ips[0]!, announcedAddresses: told });
    else if (ips.length === told.length)
      addresses.push(...ips.map((ip, index) => ({ ip, announcedAddresses: [told[index]!] })));
    else {
      problems.push(
        `${String(told.length)} of ${family} for ${String(ips.length)} of --listen-ip; give as many, or one --listen-ip`,
      );
    }
  }
  return { addresses, problems };
}

/** A setting that may be one or several. */
export function listOf(setting: string | readonly string[] | undefined): readonly string[] {
  return setting === undefined ? [] : [setting].flat();
}

export function isAddress(text: string): boolean {
  return isIP(text) !== 0;
}

/** Every address of this machine: what a certificate for it should name. */
export function ownAddresses(interfaces: Interfaces): readonly string[] {
  return Object.values(interfaces).flatMap((infos) => (infos ?? []).map((info) => info.address));
}

/** Interfaces of containers, virtual machines and tunnels: phones do not reach them. */
const VIRTUAL = /^(br-|docker|tailscale|tap|tun|utun|vboxnet|vethernet|veth|virbr|vmnet|wg|zt)/i;

/** The first address that other machines can reach, of a real interface if there is one; undefined without a network. */
export function firstLanAddress(interfaces: Interfaces, family: 'IPv4' | 'IPv6' = 'IPv4'): string | undefined {
  const candidates = Object.entries(interfaces).flatMap(([name, infos = []]) =>
    infos
      // A link-local address means nothing without the name of an interface.
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
