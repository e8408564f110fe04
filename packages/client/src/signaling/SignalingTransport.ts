/** A question that wants an answer bearing the same `id`. */
export interface RequestPacket {
  readonly kind: 'request';
  readonly id: number;
  readonly method: string;
  readonly data: unknown;
}

/** The answer to a {@link RequestPacket}: `data`, or an error. */
export type ResponsePacket =
  | { readonly kind: 'response'; readonly id: number; readonly ok: true; readonly data: unknown }
  | {
      readonly kind: 'response';
      readonly id: number;
      readonly ok: false;
      readonly errorCode: number;
      readonly errorReason: string;
      /** The server sent something that is no response: `badResponse`. `errorReason` says what. */
      readonly isMalformed?: boolean;
      /** Why the server does not admit the client, as a word, from servers that say so. */
      readonly endReason?: string | undefined;
    };

/** News that wants no answer. */
export interface NotificationPacket {
  readonly kind: 'notification';
  readonly method: string;
  readonly data: unknown;
}

export type Packet = RequestPacket | ResponsePacket | NotificationPacket;

/** Why a connection ended. */
export interface TransportClosed {
  /**
   * `server`: the server ended the connection and does not want the client again (WebSocket code 4000). `network`: anything
   * else, after which the room reconnects.
   */
  readonly by: 'server' | 'network';
  /** WebSocket close code, where there is one. */
  readonly code?: number;
  /** Text of the server. `@tureen/server` writes a word of `EndReason`, and after `: ` a text for people. */
  readonly reason?: string;
}

export interface ConnectOptions {
  /** What the dialect wants in the URL (`roomId`, `peerId`, ...); merged in unless the app's URL has them already. */
  readonly params: Readonly<Record<string, string>>;
  /** Fires when the attempt is given up: the transport closes whatever it has opened. */
  readonly signal: AbortSignal;
  /** Everything that arrives, in order. */
  readonly onPacket: (packet: Packet) => void;
  /** Something arrived that is no message; it was dropped. For the log, so without what it said. */
  readonly onMalformed: (what: string) => void;
  /** Once, after `connect` resolved, when the connection is gone. Not after `close()`. */
  readonly onClosed: (closed: TransportClosed) => void;
}

/** One open connection. */
export interface TransportConnection {
  /**
   * Sends one packet. Throws TureenError `connectionLost` when the connection is gone: the channel closes then, and the room
   * reconnects. Any other failure concerns this packet only: a throw, or the rejection of a promise that is returned.
   */
  send(packet: Packet): unknown;
  /** Idempotent; no callback is called after it. */
  close(): void;
}

/**
 * The port for what carries messages. An author writes this much; ids, timeouts, traces, and the rejection of all that waits
 * when the connection drops are added by `SignalingChannel`. One `connect` is one attempt: a transport never reconnects by
 * itself, the session decides when.
 */
export interface SignalingTransport {
  /** Resolves when messages can flow; rejects with TureenError `connectionFailed`, `closedByServer` or `aborted`. */
  connect(options: ConnectOptions): Promise<TransportConnection>;
}
