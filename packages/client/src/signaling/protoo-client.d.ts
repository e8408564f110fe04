/** protoo-client 4, as far as Tureen and its tests use it; the package publishes no types. */
declare module 'protoo-client' {
  interface ProtooMessage {
    readonly method: string;
    readonly data: unknown;
  }

  /** What `Peer` reads and calls of a transport. */
  interface PeerTransport {
    readonly closed: boolean;
    send(message: object): Promise<void>;
    close(): void;
    on(event: string, listener: (message: object) => void): unknown;
  }

  class WebSocketTransport implements PeerTransport {
    constructor(url: string, options?: { retry?: { retries: number } });
    readonly closed: boolean;
    send(message: object): Promise<void>;
    close(): void;
    on(event: string, listener: (message: object) => void): this;
  }

  class Peer {
    constructor(transport: PeerTransport);
    readonly closed: boolean;
    request(method: string, data?: unknown): Promise<unknown>;
    notify(method: string, data?: unknown): Promise<void>;
    close(): void;
    on(event: 'open' | 'failed' | 'disconnected' | 'close', listener: () => void): this;
    on(event: 'notification', listener: (notification: ProtooMessage) => void): this;
    on(
      event: 'request',
      listener: (
        request: ProtooMessage & { readonly id: number },
        accept: (data?: unknown) => void,
        reject: (code: number, reason: string) => void,
      ) => void,
    ): this;
  }

  export { Peer, WebSocketTransport };
  export type { PeerTransport, ProtooMessage };
}
