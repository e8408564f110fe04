import type { Logger } from 'pino';
import { closeCodeOf, writeCloseReason } from '@tureen/protocol/common';
import type { EndReason } from '@tureen/protocol/common';
import type { RawData, WebSocket } from 'ws';
import type { Clock } from '@tureen/kernel';
import type { ConnectionEndReason } from './connectionEnds.ts';
import { OutgoingMessage } from './OutgoingMessage.ts';
import { Rate } from './Rate.ts';
import { RoundTrips } from './RoundTrips.ts';
import type { SendBudget } from './SendBudget.ts';
import { SendQueue } from './SendQueue.ts';

/** Counters for dropped messages, and for reasons why the server closed sockets. */
export interface SocketCounters {
  countEnd(reason: ConnectionEndReason): void;
  countDropped(): void;
}

/** Limits of one client, in both directions. */
export interface SocketLimits {
  /** Maximum size of a message, in bytes. */
  readonly maxMessageBytes: number;
  /** Waiting bytes above which the client must read. 16 times as many are too many; see {@link SendQueue}. */
  readonly maxBufferedBytes: number;
  /** Time in which a client above this limit must read something, in ms. */
  readonly slowReaderMs: number;
  /** Average per second; 0: no limit. */
  readonly maxMessagesPerSec: number;
  /** Average per second; 0: no limit. */
  readonly maxBytesPerSec: number;
  /** Time between pings, in ms; 0: no pings. */
  readonly pingIntervalMs: number;
}

export interface ClientSocketOptions extends SocketLimits {
  readonly clock: Clock;
  /** Logger with the IDs of the connection. */
  readonly logger: Logger;
  /** Budget that all clients share. */
  readonly budget: SendBudget;
  readonly counters?: SocketCounters | undefined;
  /** Returns the number of received bytes. While the number grows, the client is alive, even during a long message. */
  readonly bytesRead: () => number;
  /** Writes frames of messages, as {@link SendQueue} requires. */
  readonly write: (frames: readonly Buffer[], onWritten: () => void) => boolean;
  /** Runs work at the end of the turn of the event loop. */
  readonly atTurnEnd: (work: () => void) => void;
  /** Runs work within a few ms, together with that of other clients. */
  readonly soon: (work: () => void) => void;
}

export interface ClientSocketHandlers {
  onText(text: string): void;
  onBinary(): void;
  /** Called once, with the WebSocket close code. Not called after {@link ClientSocket.close}. */
  onClosed(code: number): void;
}

const deaf: ClientSocketHandlers = { onText() {}, onBinary() {}, onClosed() {} };

/** Close code of a connection that closed without a close frame. */
export const ABNORMAL_CLOSE = 1006;

/** Seconds of messages that a client may send in a burst, for example to join a large room. */
const MESSAGE_BURST_SEC = 10;

/** Seconds of bytes that a client may send in a burst. */
const BYTE_BURST_SEC = 8;

/** Time in which a client must respond to a close frame, in ms. */
export const CLOSE_TIMEOUT_MS = 5000;

/** Time in which a client must read the messages before the close frame, in ms. */
const LAST_MESSAGES_MS = 30_000;

/** Error code of `ws` for a message above `maxMessageBytes`. */
const TOO_LARGE = 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';

/** Time between two log lines about dropped messages, in ms. */
const DROP_LOG_INTERVAL_MS = 60_000;

/**
 * WebSocket of one client, with checks that `ws` leaves to its user. Disconnects clients that read too slowly, closes
 * clients that send too much, and detects clients that disappeared without a close.
 */
export class ClientSocket {
  handlers: ClientSocketHandlers = deaf;
  readonly #ws: WebSocket;
  readonly #options: ClientSocketOptions;
  readonly #messageRate: Rate;
  readonly #byteRate: Rate;
  readonly #queue: SendQueue;
  readonly #roundTrips: RoundTrips;
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
    this.#roundTrips = new RoundTrips(clock);
    // A message of the maximum size is always allowed.
    const byteBurst = Math.max(maxBytesPerSec * BYTE_BURST_SEC, maxMessageBytes);
    this.#byteRate = new Rate({ perSecond: maxBytesPerSec, burst: byteBurst, clock });
    this.#queue = new SendQueue({
      clock,
      budget,
      maxBufferedBytes,
      stallMs: slowReaderMs,
      atTurnEnd: options.atTurnEnd,
      soon: options.soon,
      write: (frames, onWritten) => {
        // No frame may follow the close frame.
        if (ws.readyState === ws.OPEN) return options.write(frames, onWritten);
        process.nextTick(onWritten);
        return false;
      },
      onTooSlow: () => {
        const waitingBytes = this.#queue.waitingBytes;
        this.#cutOff('slowReader', { waitingBytes, slowReaderMs }, 'disconnecting client that reads too slowly');
      },
      onEvicted: () => {
        const waitingBytes = this.#queue.waitingBytes;
        const bufferedTotalBytes = budget.heldBytes;
        const why = 'disconnecting the slowest client: too many unsent bytes';
        this.#cutOff('bufferTotal', { waitingBytes, bufferedTotalBytes }, why);
      },
    });
    ws.on('message', (data, isBinary) => {
      this.#handleMessage(data, isBinary);
    });
    // Pings cost as much as messages, and `ws` responds to them.
    for (const event of ['ping', 'pong'] as const)
      ws.on(event, (data) => {
        if (this.#isClosed || !this.#isWithinRates(data.length)) return;
        if (event === 'pong') this.#roundTrips.handlePong(data);
      });
    ws.on('error', (error) => {
      this.#handleError(error);
    });
    ws.on('close', (code) => {
      this.#handleClose(code);
    });
    this.#schedulePing();
  }

  /**
   * Sends a text message, which other clients may share. `mayWait`: a few ms do not matter. Drops the message on a closed
   * socket.
   */
  send(message: OutgoingMessage | string, mayWait = false): void {
    // During a closing handshake of the client the socket is not open either.
    if (this.#isClosed || this.#ws.readyState !== this.#ws.OPEN) return;
    this.#queue.send(typeof message === 'string' ? new OutgoingMessage(message) : message, mayWait);
  }

  /** Measures the round trip to the client by a ping. Calls back at most once, with the time in ms. */
  measureRoundTrip(onMeasured: (ms: number) => void): void {
    if (this.#isClosed || this.#ws.readyState !== this.#ws.OPEN) return;
    this.#ws.ping(this.#roundTrips.begin(onMeasured));
  }

  /** Returns whether the client is too far behind for a lossy message. Counts the message as dropped if so. */
  shouldDrop(): boolean {
    if (this.#isClosed || !this.#queue.isBehind) return false;
    this.#dropped += 1;
    const { clock, logger, counters } = this.#options;
    counters?.countDropped();
    const now = clock.now();
    if (now - this.#lastDropLogAt >= DROP_LOG_INTERVAL_MS) {
      this.#lastDropLogAt = now;
      const details = { waitingBytes: this.#queue.waitingBytes, droppedMessages: this.#dropped };
      logger.warn(details, 'dropping lossy messages: the client reads slowly');
    }
    return true;
  }

  /**
   * Closes the socket after all messages were sent. Idempotent.
   *
   * @param text - Text for people, which follows the reason in the close frame.
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

  /** Closes the socket for its own reason, and calls `onClosed`. Idempotent. */
  dismiss(reason: EndReason): void {
    if (this.#isClosed) return;
    this.close(reason);
    this.handlers.onClosed(closeCodeOf(reason));
  }

  #handleMessage(data: RawData, isBinary: boolean): void {
    // With the default binaryType a message is one Buffer; the type covers other settings too.
    const bytes = data as Buffer;
    if (this.#isClosed || !this.#isWithinRates(bytes.length)) return;
    if (isBinary) this.handlers.onBinary();
    else this.handlers.onText(bytes.toString('utf8'));
  }

  /** Counts a message. Closes a client above its rates, and returns false. */
  #isWithinRates(bytes: number): boolean {
    const { logger, maxMessagesPerSec, maxBytesPerSec } = this.#options;
    if (!this.#messageRate.take()) {
      logger.warn({ maxMessagesPerSec }, 'closing connection: too many messages');
      this.dismiss('tooManyMessages');
      return false;
    }
    if (!this.#byteRate.take(bytes)) {
      logger.warn({ maxBytesPerSec }, 'closing connection: too many bytes');
      this.dismiss('tooManyBytes');
      return false;
    }
    return true;
  }

  #handleError(error: Error & { code?: string }): void {
    const details = { error: error.message, code: error.code };
    if (error.code?.startsWith('WS_ERR_') !== true) {
      // A phone often disconnects with a reset. The close event follows.
      this.#options.logger.debug(details, 'socket failed');
      return;
    }
    // `ws` sends the close frame with the matching code: 1009 too large, 1007 not UTF-8, 1002 not WebSocket.
    this.#options.logger.warn(details, 'closing connection: invalid WebSocket message');
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
      'closed connection',
    );
    if (this.#stop()) this.handlers.onClosed(code);
  }

  /** `bytesAtLastPing`: number of received bytes when the last ping was sent; absent the first time. */
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
        // The event loop was blocked and has not read its sockets since, so the pong may have arrived.
        this.#schedulePing(bytesAtLastPing, graceMs);
      } else this.#cutOff('noPong', { pingIntervalMs }, 'disconnecting client that does not respond to pings');
    });
  }

  /** Disconnects without a closing handshake, which would wait behind messages that the client does not read. */
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

  /** Stops the socket. Returns whether the socket was open. */
  #stop(): boolean {
    if (this.#isClosed) return false;
    this.#isClosed = true;
    this.#cancelPing();
    return true;
  }
}
