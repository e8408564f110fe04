import type { NetworkInterfaceInfo } from 'node:os';
import type { ServerSettings } from './ServerSettings.ts';

/** Where media sockets bind, and what clients are told instead. */
export interface MediaAddress {
  readonly ip: string;
  readonly announcedAddress?: string;
}

type Interfaces = Readonly<
  Record<string, readonly Pick<NetworkInterfaceInfo, 'address' | 'family' | 'internal'>[] | undefined>
>;

/**
 * Chooses the addresses that media is offered on.
 *
 * - `listenIp`, `announcedAddress`: what was asked for. A wildcard is announced as the LAN address, since nobody can send
 *   to 0.0.0.0; an announced address alone binds every interface.
 * - A local server (`host` is loopback): 127.0.0.1 and the LAN address. Loopback alone leaves Firefox out on most systems:
 *   it gathers no loopback candidate, and a socket bound to the LAN address cannot everywhere reach 127.0.0.1. The LAN
 *   address alone would end calls on this machine when the Wi-Fi changes. Signalling still answers to this machine only.
 * - A server for the LAN (`host` is a wildcard or a LAN address): that LAN address, which phones and the browsers of this
 *   machine reach alike.
 */
export function mediaAddresses(
  settings: Pick<ServerSettings, 'host' | 'listenIp' | 'announcedAddress'>,
  interfaces: Interfaces,
): readonly [MediaAddress, ...MediaAddress[]] {
  const { host, listenIp, announcedAddress } = settings;
  const lan = firstLanAddress(interfaces);

  if (announcedAddress !== undefined) return [{ ip: listenIp ?? '0.0.0.0', announcedAddress }];
  if (listenIp !== undefined) {
    return [isWildcard(listenIp) ? { ip: listenIp, announcedAddress: lan ?? '127.0.0.1' } : { ip: listenIp }];
  }
  if (isLoopback(host)) {
    return lan === undefined ? [{ ip: '127.0.0.1' }] : [{ ip: '127.0.0.1' }, { ip: lan }];
  }
  if (isOwnAddress(host, interfaces)) return [{ ip: host }];
  return [{ ip: lan ?? '127.0.0.1' }];
}

/** Every address of this machine: what a certificate for it should name. */
export function ownAddresses(interfaces: Interfaces): readonly string[] {
  return Object.values(interfaces).flatMap((infos) => (infos ?? []).map((info) => info.address));
}

/** Interfaces of containers, virtual machines and tunnels: phones do not reach them. */
const VIRTUAL = /^(br-|docker|tailscale|tap|tun|utun|vboxnet|vethernet|veth|virbr|vmnet|wg|zt)/i;

/** The first IPv4 that others on the network can reach, of a real interface if there is one; undefined without a network. */
export function firstLanAddress(interfaces: Interfaces): string | undefined {
  const candidates = Object.entries(interfaces).flatMap(([name, infos = []]) =>
    infos
      .filter((info) => info.family === 'IPv4' && !info.internal)
      .map(({ address }) => ({ address, isVirtual: VIRTUAL.test(name) })),
  );
  return (candidates.find(({ isVirtual }) => !isVirtual) ?? candidates[0])?.address;
}

export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function isOwnAddress(host: string, interfaces: Interfaces): boolean {
  return ownAddresses(interfaces).includes(host);
}
