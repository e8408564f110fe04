/** What we use of protoo-client 4, which brings no types. */
declare module 'protoo-client' {
  export class WebSocketTransport {
    constructor(url: string, options?: { retry?: { retries: number } });
    readonly closed: boolean;
    close(): void;
    send(message: object): Promise<void>;
    on(event: 'open' | 'disconnected' | 'close', listener: () => void): this;
    on(event: 'failed', listener: (currentAttempt: number) => void): this;
    on(event: 'message', listener: (message: object) => void): this;
    removeAllListeners(): this;
  }
}
