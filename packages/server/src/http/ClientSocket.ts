import type { Logger } from 'pino';
import { closeCodeOf, writeCloseReason } from '@tureen/protocol/common';
import type { EndReason } from '@tureen/protocol/common';
import type { RawData, WebSocket } from 'ws';
import type { Clock } from '@tureen/kernel';
import type { ConnectionEndReason } from './connectionEnds.ts';
import { OutgoingMessage } from './OutgoingMessage.ts';
import { Rate } from './Rate.ts';
import type { SendBudget } from './SendBudget.ts';
import { SendQueue } from './SendQueue.ts';

/** Counts what a socket drops, and why the server ended it. */
export interface SocketCounters {
  countEnd(reason: ConnectionEndReason): void;
  countDropped(): void;
}

/** How much one client may send, and be sent. */
export interface SocketLimits {
  /** Bytes of the largest message. */
  readonly maxMessageBytes: number;
  /** Waiting bytes from which on the client has to read, 16 times as many being too many; see {@link SendQueue}. */
  readonly maxBufferedBytes: number;
  /** Time in which it has to read something then, in ms. */
  readonly slowReaderMs: number;
  /** In the long run; 0 allows any number. */
  readonly maxMessagesPerSec: number;
  /** In the long run; 0 allows any number. */
  readonly maxBytesPerSec: number;
  /** 0: no pings. */
  readonly pingIntervalMs: number;
}

export interface ClientSocketOptions extends SocketLimits {
  readonly clock: Clock;
  /** Bears the ids of the connection. */
  readonly logger: Logger;
  /** Shared by all clients. */
  readonly budget: SendBudget;
  readonly counters?: SocketCounters | undefined;
  /** Bytes received over the connection. While they grow, the client is alive, even in the middle of a long message. */
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

/** Seconds of messages that a client may save up: it joins a large room in one go, and is quiet afterwards. */
const MESSAGE_BURST_SEC = 10;

/** The same for bytes. */
const BYTE_BURST_SEC = 8;

/** Time that a client has to respond to a close frame, in ms. */
export const CLOSE_TIMEOUT_MS = 5000;

/** Time that a client has to read what was sent before the close frame, in ms. */
const LAST_MESSAGES_MS = 30_000;

/** The error code of `ws` for a message beyond `maxMessageBytes`. */
const TOO_LARGE = 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';

/** Time between two log lines about dropped messages, in ms. */
const DROP_LOG_INTERVAL_MS = 60_000;

/**
 * One client's WebSocket with what `ws` leaves to its user: a client that reads too slowly is cut off, one
 * that talks too much is closed, and one that is gone without a word is noticed.
 */
export class ClientSocket {
  handlers: ClientSocketHandlers = deaf;
  readonly #ws: WebSocket;
  readonly #options: ClientSocketOptions;
  readonly #messageRate: Rate;
  readonly #byteRate: Rate;
  readonly #queue: SendQueue;
  #isClosed = false;
  #dropped = 0;
  #lastDropLogAt = -Infinity;
  #cancelPing = () => {};
  #cancelDeadline = () => {};

  constructor(ws: WebSocket, options: ClientSocketOptions) {
    this.#ws = ws;
    this.#options = options;
    const { clock, budget, maxBufferedBytes, slowReaderMs, maxMessageBytes, maxMessagesPerSec, maxBytesPerSec } =
      options;
    this.#messageRate = new Rate({
      perSecond: maxMessagesPerSec,
      burst: maxMessagesPerSec * MESSAGE_BURST_SEC,
      clock,
    });
    // A message of the largest size is always allowed.
    const byteBurst = Math.max(maxBytesPerSec * BYTE_BURST_SEC, maxMessageBytes);
    this.#byteRate = new Rate({ perSecond: maxBytesPerSec, burst: byteBurst, clock });
    this.#queue = new SendQueue({
      clock,
      budget,
      maxBufferedBytes,
      stallMs: slowReaderMs,
      write: (piece, isLast, onWritten) => {
        ws.send(piece, { binary: false, fin: isLast }, onWritten);
      },
      onTooSlow: () => {
        const waitingBytes = this.#queue.waitingBytes;
        this.#cutOff('slowReader', { waitingBytes, slowReaderMs }, 'client reads too slowly, cut off');
      },
      onEvicted: () => {
        const waitingBytes = this.#queue.waitingBytes;
        const bufferedTotalBytes = budget.heldBytes;
        const why = 'too much waits for slow clients, slowest one cut off';
        this.#cutOff('bufferTotal', { waitingBytes, bufferedTotalBytes }, why);
      },
    });
    ws.on('message', (data, isBinary) => {
      this.#handleMessage(data, isBinary);
    });
    // They cost as much as messages, and `ws` responds to them.
    for (const event of ['ping', 'pong'] as const)
      ws.on(event, (data) => {
        if (!this.#isClosed) this.#isWithinRates(data.length);
      });
    ws.on('error', (error) => {
      this.#handleError(error);
    });
    ws.on('close', (code) => {
      this.#handleClose(code);
    });
    this.#schedulePing();
  }

  /** Sends a text message, which may be in the queues of other clients too; on a closed socket it is dropped. */
  send(message: OutgoingMessage | string): void {
    // In a closing handshake that the client began, the socket is not open either.
    if (this.#isClosed || this.#ws.readyState !== this.#ws.OPEN) return;
    this.#queue.send(typeof message === 'string' ? new OutgoingMessage(message) : message);
  }

  /** Whether the client is so far behind that a message that may be lost is to be dropped now. Counts the message if so. */
  shouldDrop(): boolean {
    if (this.#isClosed || !this.#queue.isBehind) return false;
    this.#dropped += 1;
    const { clock, logger, counters } = this.#options;
    counters?.countDropped();
    const now = clock.now();
    if (now - this.#lastDropLogAt >= DROP_LOG_INTERVAL_MS) {
      this.#lastDropLogAt = now;
      const details = { waitingBytes: this.#queue.waitingBytes, droppedMessages: this.#dropped };
      logger.warn(details, 'client reads slowly, messages dropped that may be lost');
    }
    return true;
  }

  /**
   * Closes after what was sent has gone out. Idempotent.
   *
   * @param text - For people; it follows the reason in the close frame.
   * @param code - Default: the code of the reason.
   */
  close(reason: EndReason, text?: string, code = closeCodeOf(reason)): void {
    if (!this.#stop()) return;
    this.#options.counters?.countEnd(reason);
    this.#terminateAfter(LAST_MESSAGES_MS);
    this.#queue.drain(() => {
      this.#ws.close(code, writeCloseReason(reason, text));
      this.#terminateAfter(CLOSE_TIMEOUT_MS);
    });
  }

  /** Closes for a reason that its user does not know yet, and notifies them. Idempotent. */
  dismiss(reason: EndReason): void {
    if (this.#isClosed) return;
    this.close(reason);
    this.handlers.onClosed(closeCodeOf(reason));
  }

  #handleMessage(data: RawData, isBinary: boolean): void {
    // With the default binaryType a message is one Buffer; the type allows what other settings would give.
    const bytes = data as Buffer;
    if (this.#isClosed || !this.#isWithinRates(bytes.length)) return;
    if (isBinary) this.handlers.onBinary();
    else this.handlers.onText(bytes.toString('utf8'));
  }

  /** Closes the client where it is not. */
  #isWithinRates(bytes: number): boolean {
    const { logger, maxMessagesPerSec, maxBytesPerSec } = this.#options;
    if (!this.#messageRate.take()) {
      logger.warn({ maxMessagesPerSec }, 'too many messages from client');
      this.dismiss('tooManyMessages');
      return false;
    }
    if (!this.#byteRate.take(bytes)) {
      logger.warn({ maxBytesPerSec }, 'too many bytes from client');
      this.dismiss('tooManyBytes');
      return false;
    }
    return true;
  }

  #handleError(error: Error & { code?: string }): void {
    const details = { error: error.message, code: error.code };
    if (error.code?.startsWith('WS_ERR_') !== true) {
      // Phones often disconnect with a reset. The close event follows.
      this.#options.logger.debug(details, 'socket failed');
      return;
    }
    // `ws` sends the close frame with the fitting code: 1009 too large, 1007 not UTF-8, 1002 not WebSocket.
    this.#options.logger.warn(details, 'client sent what cannot be taken');
    if (!this.#stop()) return;
    this.#terminateAfter(CLOSE_TIMEOUT_MS);
    this.#options.counters?.countEnd(error.code === TOO_LARGE ? 'messageTooLarge' : 'badMessages');
    this.handlers.onClosed(ABNORMAL_CLOSE);
  }

  #handleClose(code: number): void {
    this.#queue.close();
    this.#cancelDeadline();
    this.#options.logger.info(
      { code, droppedMessages: this.#dropped > 0 ? this.#dropped : undefined },
      'connection closed',
    );
    if (this.#stop()) this.handlers.onClosed(code);
  }

  /** `bytesAtLastPing`: bytes that had been received when the last ping was sent; absent the first time. */
  #schedulePing(bytesAtLastPing?: number, waitMs = this.#options.pingIntervalMs): void {
    const { clock, pingIntervalMs, bytesRead } = this.#options;
    if (pingIntervalMs === 0) return;
    const graceMs = Math.ceil(pingIntervalMs / 8);
    const dueAt = clock.now() + waitMs;
    this.#cancelPing = clock.after(waitMs, () => {
      const now = bytesRead();
      if (now !== bytesAtLastPing) {
        this.#ws.ping();
        this.#schedulePing(now);
      } else if (clock.now() - dueAt > graceMs) {
        // The event loop stood still, and has not read its sockets since: the pong may be there.
        this.#schedulePing(bytesAtLastPing, graceMs);
      } else this.#cutOff('noPong', { pingIntervalMs }, 'client answers no ping, cut off');
    });
  }

  /** Without a closing handshake, for it would wait behind what the client does not read. */
  #cutOff(reason: ConnectionEndReason, details: object, why: string): void {
    this.#queue.close();
    this.#ws.terminate();
    if (!this.#stop()) return;
    this.#options.counters?.countEnd(reason);
    this.#options.logger.warn(details, why);
    this.handlers.onClosed(ABNORMAL_CLOSE);
  }

  /** Terminates a connection whose client does not respond. Replaces an earlier deadline. */
  #terminateAfter(ms: number): void {
    this.#cancelDeadline();
    this.#cancelDeadline = this.#options.clock.after(ms, () => {
      this.#ws.terminate();
    });
  }

  /** Whether it was open until now. */
  #stop(): boolean {
    if (this.#isClosed) return false;
    this.#isClosed = true;
    this.#cancelPing();
    return true;
  }
}
