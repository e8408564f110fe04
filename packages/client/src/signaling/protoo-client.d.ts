/** The part of protoo-client 4 that Tureen and its tests use. The package publishes no types. */
declare module 'protoo-client' {
  interface ProtooMessage {
    readonly method: string;
    readonly data: unknown;
  }

  /** Members of a transport that `Peer` uses. */
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
