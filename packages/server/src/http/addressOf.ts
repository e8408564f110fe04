import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv4 } from 'node:net';
import { canonicalIp } from '../shared/ipAddress.ts';
import { readTarget } from './requestTarget.ts';

/** Trusted proxies: none (false), any that connects (true), or those with certain addresses. */
export type ProxyTrust = boolean | BlockList;

/** Fields of a request that determine its address. */
export interface RequestSource {
  readonly url?: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** Bits before the IPv4 address in an IPv4-mapped IPv6 address. */
const MAPPED_BITS = 96;

/** Reads the setting. Each item of a list is an IP address, or a network such as `10.0.0.0/8`. */
export function proxyTrust(setting: boolean | readonly string[]): ProxyTrust {
  if (typeof setting === 'boolean') return setting;
  const list = new BlockList();
  for (const item of setting) {
    const [address = '', prefix] = item.split('/');
    const ip = canonicalIp(address);
    if (prefix === undefined) list.addAddress(ip, familyOf(ip));
    // Addresses of clients are canonical too: IPv4 in IPv6 counts as IPv4.
    else if (familyOf(address) !== familyOf(ip) && Number(prefix) >= MAPPED_BITS)
      list.addSubnet(ip, Number(prefix) - MAPPED_BITS, 'ipv4');
    else list.addSubnet(address, Number(prefix), familyOf(address));
  }
  return list;
}

/**
 * Returns the address of a client. Behind a trusted proxy that is the last entry of `X-Forwarded-For`, which the proxy
 * wrote. If that entry is another proxy of the list, the entry before it counts, and so on. Earlier entries come from an
 * untrusted client, and do not count. An entry that is not an IP address ends the search.
 */
export function addressOf({ headers, socket }: RequestSource, trust: ProxyTrust): string {
  let address = canonicalIp(socket.remoteAddress ?? 'unknown');
  for (const entry of entriesOf(headers['x-forwarded-for']).reverse()) {
    const ip = canonicalIp(withoutPort(entry));
    if (!isTrusted(address, trust) || isIP(ip) === 0) break;
    address = ip;
    if (trust === true) break;
  }
  return address;
}

/** Returns whether {@link addressOf} returned the address of a trusted proxy, which did not report its client. */
export function isProxyAddress(address: string, { socket }: RequestSource, trust: ProxyTrust): boolean {
  return trust === true ? address === canonicalIp(socket.remoteAddress ?? 'unknown') : isTrusted(address, trust);
}

/**
 * Returns the host name that a client requested. Behind a trusted proxy that is the last `X-Forwarded-Host`, if present. A
 * target in absolute form takes precedence over the `Host` header.
 */
export function hostOf({ url, headers, socket }: RequestSource, trust: ProxyTrust): string | undefined {
  const isBehindProxy = isTrusted(canonicalIp(socket.remoteAddress ?? 'unknown'), trust);
  return (
    (isBehindProxy ? entriesOf(headers['x-forwarded-host']).at(-1) : undefined) ?? readTarget(url).host ?? headers.host
  );
}

function isTrusted(ip: string, trust: ProxyTrust): boolean {
  if (typeof trust === 'boolean') return trust;
  return isIP(ip) !== 0 && trust.check(ip, familyOf(ip));
}

function familyOf(ip: string): 'ipv4' | 'ipv6' {
  return isIPv4(ip) ? 'ipv4' : 'ipv6';
}

/** Returns the entries of a header that may be repeated, and may have several entries. */
function entriesOf(header: string | readonly string[] | undefined): string[] {
  const text = [header ?? []].flat().join(',').trim();
  return text === '' ? [] : text.split(',').map((entry) => entry.trim());
}

/** Some proxies write `192.0.2.1:4711` and `[2001:db8::1]:4711`. */
function withoutPort(address: string): string {
  return address.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1');
}
