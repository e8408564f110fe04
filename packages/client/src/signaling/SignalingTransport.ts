import type { ProtooFrame } from '@tureen/protocol/common';

/** Response to the request with the same `id`: `data`, or an error. */
export type ResponseFrame = Extract<ProtooFrame, { kind: 'response' }>;

/** End of a connection, and its cause. */
export interface TransportClosed {
  /**
   * `server`: the server ended the session (WebSocket close code 4000). `docs/errors.md` lists the two exceptions in which the
   * room reconnects. `network`: any other cause; the room reconnects.
   */
  readonly by: 'server' | 'network';
  /** WebSocket close code, if the transport has one. */
  readonly code?: number;
  /** Text of the server. `@tureen/server` writes an `EndReason`, and after `: ` a text for people. */
  readonly reason?: string;
}

/** Options of `SignalingTransport.connect()`. */
export interface ConnectOptions {
  /** Parameters of the dialect for the URL (`roomId`, `peerId`, ...). A parameter in the app's URL takes precedence. */
  readonly params: Readonly<Record<string, string>>;
  /** Signal that cancels the attempt. The transport then closes everything that the attempt opened. */
  readonly signal: AbortSignal;
  /** Handles each frame that arrives, in order. */
  readonly onFrame: (frame: ProtooFrame) => void;
  /**
   * Reports data that is not a frame. `description` goes to the log, so it must not repeat the data. With `requestId`, the
   * request of that ID rejects with `badResponse`.
   */
  readonly onMalformed: (description: string, requestId?: number) => void;
  /** Reports the end of the connection. Call it once, after `connect()` resolved, and not after `close()`. */
  readonly onClosed: (closed: TransportClosed) => void;
}

/** An open connection. */
export interface TransportConnection {
  /**
   * Sends one frame. Throws TureenError `connectionLost` if the connection is gone: the channel then closes, and the room
   * reconnects. Any other error thrown, or rejection of a returned promise, concerns this frame only.
   */
  send(frame: ProtooFrame): unknown;
  /** Closes the connection. Idempotent. The transport calls no callback afterwards. */
  close(): void;
}

/**
 * Port for the transport of messages. `SignalingChannel` adds request IDs, timeouts, traces, and the rejection of pending
 * requests when the connection drops. Each `connect()` is one attempt: a transport never reconnects, the session decides when to.
 */
export interface SignalingTransport {
  /**
   * Opens a connection. Resolves when frames can flow. Rejects with TureenError `connectionFailed`, `closedByServer` or
   * `aborted`.
   */
  connect(options: ConnectOptions): Promise<TransportConnection>;
}
