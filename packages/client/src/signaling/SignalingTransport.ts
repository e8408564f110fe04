import type { ProtooFrame } from '@tureen/protocol/common';

/** Response to a request frame with the same `id`: `data`, or an error. */
export type ResponseFrame = Extract<ProtooFrame, { kind: 'response' }>;

/** Cause of the end of a connection. */
export interface TransportClosed {
  /**
   * `server`: the server closed the connection and does not admit the client again (WebSocket code 4000). `network`: any other
   * cause, after which the room reconnects.
   */
  readonly by: 'server' | 'network';
  /** WebSocket close code, if the transport has one. */
  readonly code?: number;
  /** Text of the server. `@tureen/server` writes an `EndReason`, and after `: ` a text for people. */
  readonly reason?: string;
}

export interface ConnectOptions {
  /** Parameters of the dialect for the URL (`roomId`, `peerId`, ...). A parameter in the app's URL takes precedence. */
  readonly params: Readonly<Record<string, string>>;
  /** Aborts the attempt: the transport closes what it has opened. */
  readonly signal: AbortSignal;
  /** Takes each frame that arrives, in order. */
  readonly onFrame: (frame: ProtooFrame) => void;
  /**
   * Reports something that arrived and is no frame. `description` goes to the log, so it holds nothing of the content. With
   * `requestId`, the request of that ID rejects with `badResponse`.
   */
  readonly onMalformed: (description: string, requestId?: number) => void;
  /** Reports the end of the connection: once, after `connect` resolved, and not after `close()`. */
  readonly onClosed: (closed: TransportClosed) => void;
}

/** One open connection. */
export interface TransportConnection {
  /**
   * Sends one frame. Throws TureenError `connectionLost` if the connection is gone: the channel closes then, and the room
   * reconnects. Any other failure concerns this frame only: an error thrown, or the rejection of a returned promise.
   */
  send(frame: ProtooFrame): unknown;
  /** Closes the connection. Idempotent; the transport calls no callback afterwards. */
  close(): void;
}

/**
 * Port for what carries messages. `SignalingChannel` adds request IDs, timeouts, traces, and the rejection of pending requests
 * when the connection drops. One `connect` is one attempt: a transport never reconnects, the session decides when to.
 */
export interface SignalingTransport {
  /** Resolves when frames can flow; rejects with TureenError `connectionFailed`, `closedByServer` or `aborted`. */
  connect(options: ConnectOptions): Promise<TransportConnection>;
}
