import { once } from 'node:events';

import { WebSocket } from 'ws';

interface Frame {
  readonly request?: boolean;
  readonly response?: boolean;
  readonly id?: number;
  readonly ok?: boolean;
  readonly method?: string;
  readonly data?: unknown;
  readonly errorReason?: string;
}

interface Pending {
  readonly resolve: (data: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Address of a {@link PlainPeer}. */
export interface PlainPeerOptions {
  /** WebSocket URL of the server, without a path. */
  readonly url: string;
  readonly roomId: string;
  readonly peerId: string;
  /** Called for each notification, and for each request after its response. */
  readonly onMessage: (method: string) => void;
}

/**
 * Client of mediasoup-v3 that only sends and reads protoo frames: no SDK, no media. Accepts each offered consumer at once. The
 * server, not the client, is what a bench with this peer measures.
 */
export class PlainPeer {
  readonly id: string;
  readonly #socket: WebSocket;
  readonly #onMessage: (method: string) => void;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  private constructor(socket: WebSocket, { peerId, onMessage }: PlainPeerOptions) {
    this.id = peerId;
    this.#socket = socket;
    this.#onMessage = onMessage;
    socket.on('message', (bytes: Buffer) => {
      this.#handle(JSON.parse(bytes.toString()) as Frame);
    });
    socket.on('close', (code) => {
      const error = new Error(`the server closed the connection of ${peerId} with code ${String(code)}`);
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
    });
  }

  static async open(options: PlainPeerOptions): Promise<PlainPeer> {
    const query = new URLSearchParams({ roomId: options.roomId, peerId: options.peerId }).toString();
    const socket = new WebSocket(`${options.url}/mediasoup-v3?${query}`, 'protoo', { perMessageDeflate: false });
    await once(socket, 'open');
    return new PlainPeer(socket, options);
  }

  request(method: string, data: object = {}): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ request: true, id, method, data }));
    });
  }

  /** Closes the connection. Resolves when the server has closed it too. */
  async close(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.close(1001);
    await closed;
  }

  #handle({ request, response, id = 0, ok, method = '', data, errorReason }: Frame): void {
    if (response === true) {
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      if (ok === true) pending?.resolve(data);
      else pending?.reject(new Error(`${this.id}: ${errorReason ?? 'refused'}`));
      return;
    }
    if (request === true) this.#socket.send(JSON.stringify({ response: true, id, ok: true, data: {} }));
    this.#onMessage(method);
  }
}
