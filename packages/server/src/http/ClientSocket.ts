import type { Logger } from 'pino';
import type { RawData, WebSocket } from 'ws';
import type { Clock } from '../shared/clock.ts';
import { MessageRate } from './MessageRate.ts';

export interface ClientSocketOptions {
  readonly clock: Clock;
  /** Bears the ids of the connection. */
  readonly logger: Logger;
  readonly maxBufferedBytes: number;
  /** In the long run; 0 allows any number. */
  readonly maxMessagesPerSec: number;
  /** 0: no pings. */
  readonly pingIntervalMs: number;
  /** Bytes that have come over the connection: while they grow somebody is there, even in the middle of a long message. */
  readonly bytesRead: () => number;
}

export interface ClientSocketHandlers {
  onText(text: string): void;
  onBinary(): void;
  /** Comes once, with the WebSocket close code; not after {@link ClientSocket.close}, whose caller knows. */
  onClosed(code: number): void;
}

const deaf: ClientSocketHandlers = { onText() {}, onBinary() {}, onClosed() {} };

/** The close code of a connection that ended without one. */
export const ABNORMAL_CLOSE = 1006;

/**
 * One client's WebSocket with what `ws` leaves to its user: a client that reads too slowly is cut off, one
 * that talks too much is closed, and one that is gone without a word is noticed.
 */
export class ClientSocket {
  handlers: ClientSocketHandlers = deaf;
  readonly #ws: WebSocket;
  readonly #options: ClientSocketOptions;
  readonly #rate: MessageRate;
  #isClosed = false;
  #cancelPing = () => {};

  constructor(ws: WebSocket, options: ClientSocketOptions) {
    this.#ws = ws;
    this.#options = options;
    this.#rate = new MessageRate(options.maxMessagesPerSec, options.clock);
    ws.on('message', (data, isBinary) => {
      this.#handleMessage(data, isBinary);
    });
    ws.on('error', (error) => {
      this.#handleError(error);
    });
    ws.on('close', (code) => {
      this.#handleClose(code);
    });
    this.#schedulePing();
  }

  /** Sends a text message; on a closed socket it is dropped. */
  send(text: string): void {
    // Not open either: the client has said goodbye, and we have not heard the end of it yet.
    if (this.#isClosed || this.#ws.readyState !== this.#ws.OPEN) return;
    this.#ws.send(text);
    this.#cutOffIfSlow();
  }

  /** Closes after what was sent has gone out. Idempotent. */
  close(code: number, reason: string): void {
    if (!this.#stop()) return;
    this.#ws.close(code, closeReason(reason));
  }

  /** Closes for a reason that its user does not know yet, and tells them. Idempotent. */
  dismiss(code: number, reason: string): void {
    if (!this.#stop()) return;
    this.#ws.close(code, closeReason(reason));
    this.handlers.onClosed(code);
  }

  #handleMessage(data: RawData, isBinary: boolean): void {
    if (this.#isClosed) return;
    if (!this.#rate.take()) {
      this.#options.logger.warn(
        { maxMessagesPerSec: this.#options.maxMessagesPerSec },
        'too many messages from client',
      );
      this.dismiss(1008, 'too many messages');
      return;
    }
    if (isBinary) this.handlers.onBinary();
    // With the default binaryType a message is one Buffer; the type allows what other settings would give.
    else this.handlers.onText((data as Buffer).toString('utf8'));
  }

  #handleError(error: Error & { code?: string }): void {
    const details = { error: error.message, code: error.code };
    if (error.code?.startsWith('WS_ERR_') !== true) {
      // A reset is how phones go away; that the connection closed is told next.
      this.#options.logger.debug(details, 'socket failed');
      return;
    }
    // `ws` closes by itself with the fitting code (1009 too large, 1007 not UTF-8, 1002 not WebSocket), and waits for the
    // client to agree: nobody here has to.
    this.#options.logger.warn(details, 'client sent what cannot be taken');
    if (this.#stop()) this.handlers.onClosed(ABNORMAL_CLOSE);
  }

  #handleClose(code: number): void {
    this.#options.logger.info({ code }, 'connection closed');
    if (this.#stop()) this.handlers.onClosed(code);
  }

  #cutOffIfSlow(): void {
    const { bufferedAmount } = this.#ws;
    if (bufferedAmount <= this.#options.maxBufferedBytes) return;
    this.#cutOff({ bufferedBytes: bufferedAmount }, 'client reads too slowly, cut off');
  }

  /** `heard`: the bytes that had come when the last ping went out; none has, the first time. */
  #schedulePing(heard?: number): void {
    const { clock, pingIntervalMs, bytesRead } = this.#options;
    if (pingIntervalMs === 0) return;
    this.#cancelPing = clock.after(pingIntervalMs, () => {
      const now = bytesRead();
      if (now === heard) {
        this.#cutOff({ pingIntervalMs }, 'client answers no ping, cut off');
        return;
      }
      this.#ws.ping();
      this.#schedulePing(now);
    });
  }

  /** Without a closing handshake, for it would wait behind what the client does not read. */
  #cutOff(details: object, why: string): void {
    if (!this.#stop()) return;
    this.#options.logger.warn(details, why);
    this.#ws.terminate();
    this.handlers.onClosed(ABNORMAL_CLOSE);
  }

  /** Whether it was open until now. */
  #stop(): boolean {
    if (this.#isClosed) return false;
    this.#isClosed = true;
    this.#cancelPing();
    return true;
  }
}

/** A close frame holds 123 bytes of reason. */
function closeReason(reason: string): Buffer {
  const bytes = Buffer.from(reason);
  if (bytes.length <= 123) return bytes;
  let end = 123;
  // Not in the middle of a character: continuation bytes are 10xxxxxx.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}
