import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/**
 * Where a client is. Behind a proxy that is trusted, where that says it is: the last entry of `X-Forwarded-For`, which it has
 * written itself; those before it came with the request. What is no IP address there does not count.
 */
export function addressOf(
  { headers, socket }: { headers: IncomingMessage['headers']; socket: { readonly remoteAddress?: string | undefined } },
  isProxyTrusted: boolean,
): string {
  const forwarded = isProxyTrusted ? [headers['x-forwarded-for'] ?? []].flat().join(',') : '';
  const last = withoutPort(forwarded.split(',').at(-1)?.trim() ?? '');
  return isIP(last) === 0 ? (socket.remoteAddress ?? 'unknown') : last;
}

/** Some proxies write `192.0.2.1:4711` and `[2001:db8::1]:4711`. */
function withoutPort(address: string): string {
  return address.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1');
}
