/** Types for the two classes of protoo-client that tests use; it publishes none. */
declare module 'protoo-client/lib/transports/WebSocketTransport.js' {
  class WebSocketTransport {
    constructor(
      url: string,
      options?: { retry?: { retries: number }; origin?: string; headers?: object; clientConfig?: object },
    );
    close(): void;
    on(event: 'open' | 'failed' | 'disconnected' | 'close', listener: () => void): this;
  }
  export { WebSocketTransport as default };
}

declare module 'protoo-client/lib/Peer.js' {
  import type WebSocketTransport from 'protoo-client/lib/transports/WebSocketTransport.js';

  interface ProtooMessage {
    readonly method: string;
    readonly data: unknown;
  }

  class Peer {
    constructor(transport: WebSocketTransport);
    readonly closed: boolean;
    request(method: string, data?: unknown): Promise<unknown>;
    notify(method: string, data?: unknown): Promise<void>;
    close(): void;
    on(event: 'open' | 'failed' | 'disconnected' | 'close', listener: () => void): this;
    on(event: 'notification', listener: (notification: ProtooMessage) => void): this;
    on(
      event: 'request',
      listener: (
        request: ProtooMessage,
        accept: (data?: unknown) => void,
        reject: (code: number, reason: string) => void,
      ) => void,
    ): this;
  }
  export { Peer as default };
  export type { ProtooMessage };
}
