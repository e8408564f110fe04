import type { IncomingMessage } from 'node:http';

/**
 * Where a client is. Behind a proxy that is trusted, where that says it is: the last entry of `X-Forwarded-For`, which it has
 * written itself; those before it came with the request.
 */
export function addressOf({ headers, socket }: IncomingMessage, isProxyTrusted: boolean): string {
  const forwarded = isProxyTrusted ? [headers['x-forwarded-for'] ?? []].flat().join(',') : '';
  const last = forwarded.split(',').at(-1)?.trim() ?? '';
  return last === '' ? (socket.remoteAddress ?? 'unknown') : last;
}
