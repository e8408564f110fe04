import type { IncomingMessage } from 'node:http';
import { isLoopbackHost } from './hostPolicy.ts';
import { isLoopbackIp } from '../shared/ipAddress.ts';
import { readTarget } from './requestTarget.ts';

const FORWARDED = ['x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'forwarded'] as const;

/**
 * Returns whether a request comes from a program on this machine. Requests through a proxy on this machine do not count, nor
 * do those of a page that pointed its own name here.
 */
export function isLocalRequest({ url, socket, headers }: IncomingMessage): boolean {
  const isForwarded = FORWARDED.some((name) => headers[name] !== undefined);
  return (
    !isForwarded && isLoopbackIp(socket.remoteAddress ?? '') && isLoopbackHost(readTarget(url).host ?? headers.host)
  );
}
