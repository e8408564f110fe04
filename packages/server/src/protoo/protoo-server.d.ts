/** Types for the used part of protoo-server, which publishes none. */
declare module 'protoo-server/lib/Peer.js' {
  interface ProtooMessage {
    readonly method: string;
    readonly data: unknown;
  }

  /** Methods of a transport that protoo's Peer calls. */
  interface ProtooTransport {
    readonly closed: boolean;
    send(message: object): Promise<void>;
    close(): void;
    on(event: 'close', listener: () => void): unknown;
    on(event: 'message', listener: (message: object) => void): unknown;
  }

  class Peer {
    constructor(id: string, transport: ProtooTransport);
    readonly closed: boolean;
    request(method: string, data?: unknown): Promise<unknown>;
    notify(method: string, data?: unknown): Promise<void>;
    close(): void;
    on(
      event: 'request',
      listener: (
        request: ProtooMessage & { readonly id: number },
        accept: (data?: unknown) => void,
        reject: (code: number, reason: string) => void,
      ) => void,
    ): this;
    on(event: 'notification', listener: (notification: ProtooMessage) => void): this;
    on(event: 'close', listener: () => void): this;
  }

  // The module is CommonJS: `module.exports = Peer`.
  export { Peer as default };
  export type { ProtooMessage };
}
