import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { EndReason } from '@tureen/protocol/common';

/** Refusal as an HTTP response. */
export interface HttpRefusal {
  readonly status: number;
  readonly reason: EndReason;
  /** Text for people. */
  readonly text: string;
  /** Seconds after which the client may try again, if known. Default 1 with 429 and 503. */
  readonly retryAfterSec?: number | undefined;
}

/** Default seconds after which a client may retry, where a retry can succeed. */
const RETRY_AFTER_SEC = 1;

/** Responds to a request to upgrade with an HTTP error, with the reason in a header and in a JSON body, and disconnects. */
export function refuseUpgrade(socket: Duplex, refusal: HttpRefusal): void {
  const { status, reason, text } = refusal;
  const retryAfterSec = refusal.retryAfterSec ?? (status === 429 || status === 503 ? RETRY_AFTER_SEC : undefined);
  const body = `${JSON.stringify({ reason, error: text })}\n`;
  const head = [
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    `Tureen-Reason: ${reason}`,
    ...(retryAfterSec === undefined ? [] : [`Retry-After: ${String(retryAfterSec)}`]),
  ];
  // The server keeps half-open sockets: without this, a socket would wait for a client that never disconnects.
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
