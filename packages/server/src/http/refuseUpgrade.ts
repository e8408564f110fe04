import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Answers a request to upgrade with an HTTP error that says why, and hangs up. */
export function refuseUpgrade(socket: Duplex, status: number, reason: string, retryAfterSec?: number): void {
  const body = `${reason}\n`;
  const head = [
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    ...(retryAfterSec === undefined ? [] : [`Retry-After: ${String(retryAfterSec)}`]),
  ];
  // The server keeps half-open sockets: without this one would wait for a client that never hangs up.
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
