import { isIP } from 'node:net';
import { canonicalIp, isLoopbackIp } from '../shared/ipAddress.ts';

/** Returns whether a `Host` header is allowed. Undefined: any name is allowed. */
export type HostPolicy = ((host: string | undefined) => boolean) | undefined;

/**
 * Creates a policy for these names. Each is a host name, an IP address, `.example.com` for a domain and its subdomains, or
 * `*` for any name. Names that only this machine can have (`localhost`, 127.0.0.0/8, `::1`) are always allowed.
 *
 * A foreign page can point its own name at an address that only the visitor reaches (DNS rebinding). The browser then treats
 * the server as a part of that page. The name in `Host` reveals this. A client without the header is not a browser.
 */
export function hostPolicy(names: readonly string[]): HostPolicy {
  if (names.includes('*')) return undefined;
  const isDomain = (name: string) => name.startsWith('.');
  const exact = new Set(names.filter((name) => !isDomain(name)).map(canonicalName));
  const domains = names.filter(isDomain).map(canonicalName);
  return (host) => {
    if (host === undefined) return true;
    const name = hostNameOf(host);
    return (
      isLoopbackName(name) ||
      exact.has(name) ||
      domains.some((domain) => name === domain.slice(1) || (name.endsWith(domain) && name !== domain))
    );
  };
}

/** Returns whether a `Host` header names this machine, regardless of the DNS. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && isLoopbackName(hostNameOf(host));
}

/** Returns the name in a `Host` header, without its port. A malformed header yields a name that no policy has. */
function hostNameOf(host: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::\d*)?$/.exec(host.trim()) ?? [];
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? canonicalIp(bracketed) : '';
  return canonicalName(plain ?? '');
}

function canonicalName(name: string): string {
  if (isIP(name) !== 0) return canonicalIp(name);
  return name.toLowerCase().replace(/\.$/, '');
}

function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || isLoopbackIp(name);
}
