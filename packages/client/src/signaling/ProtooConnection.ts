import { deferred } from '@tureen/kernel';
import type { ProtooFrame } from '@tureen/protocol/common';
import { encodeFrame } from './frameCodec.ts';
import type { FrameSocket } from './openWebSocket.ts';
import { PeerTransport } from './PeerTransport.ts';
import { Peer } from './protooClient.ts';
import type { ConnectOptions, ResponseFrame, TransportClosed, TransportConnection } from './SignalingTransport.ts';

/** Request that `Peer` has sent and not settled. */
interface SentRequest {
  /** Resolves when `Peer` is ready to match the response: a microtask after it sent the request. */
  readonly matchable: Promise<void>;
  settled: Promise<void>;
  response: ResponseFrame | null;
}

/** Request from the server that has no response so far. */
interface ReceivedRequest {
  readonly id: number;
  readonly accept: (data: unknown) => void;
  readonly reject: (code: number, reason: string) => void;
}

export type SocketHandlers = Pick<ConnectOptions, 'onFrame' | 'onClosed'>;

/** A connection whose messages protoo-client's `Peer` writes and matches, over a socket that reports how it closed. */
export class ProtooConnection implements TransportConnection {
  readonly #options: ConnectOptions;
  readonly #transport = new PeerTransport((message) => {
    this.#write(message);
  });
  readonly #peer = new Peer(this.#transport);
  readonly #sent = new Map<number, SentRequest>();
  readonly #received: ReceivedRequest[] = [];
  /** The running step, and the steps of later messages. */
  readonly #steps: (() => Promise<void> | undefined)[] = [];
  #socket: FrameSocket | null = null;
  #requestId = 0;
  #writeError: Error | null = null;

  constructor(options: ConnectOptions) {
    this.#options = options;
    this.#peer.on('notification', ({ method, data }) => {
      options.onFrame({ kind: 'notification', method, data });
    });
    this.#peer.on('request', ({ id, method, data }, accept, reject) => {
      this.#received.push({ id, accept, reject });
      options.onFrame({ kind: 'request', id, method, data });
    });
    options.signal.addEventListener('abort', () => {
      this.close();
    });
  }

  /** Opens the socket, once. */
  async open(openSocket: (handlers: SocketHandlers) => Promise<FrameSocket>): Promise<void> {
    this.#socket = await openSocket({
      onFrame: (frame) => {
        if (frame.kind === 'response' || this.#steps.length > 0) this.#inOrder(() => this.#handleFrame(frame));
        else void this.#handleFrame(frame);
      },
      onClosed: (closed) => {
        this.#inOrder(() => this.#handleClosed(closed));
      },
    });
  }

  send(frame: ProtooFrame): void {
    this.#writeError = null;
    if (frame.kind === 'request') this.#request(frame.id, frame.method, frame.data);
    else if (frame.kind === 'notification') this.#peer.notify(frame.method, frame.data).catch(() => {});
    else this.#respond(frame);
    // `Peer` has called #write by now, and does not report the error that #write threw.
    const error = this.#writeError as Error | null;
    if (error !== null) throw error;
  }

  close(): void {
    this.#socket?.close();
    this.#end();
  }

  #request(id: number, method: string, data: unknown): void {
    const matchable = deferred<void>();
    const request: SentRequest = { matchable: matchable.promise, settled: matchable.promise, response: null };
    this.#sent.set(id, request);
    this.#requestId = id;
    const finish = () => {
      this.#sent.delete(id);
      // Null: `Peer` timed out or closed. The room has its own timeout, and a later response still reaches the room.
      if (request.response !== null && !this.#transport.closed) this.#options.onFrame(request.response);
    };
    request.settled = this.#peer.request(method, data).then(finish, finish);
    matchable.resolve();
  }

  #respond(response: ResponseFrame): void {
    const index = this.#received.findIndex(({ id }) => id === response.id);
    const request = index < 0 ? undefined : this.#received.splice(index, 1)[0];
    if (response.ok) request?.accept(response.data);
    else request?.reject(response.errorCode, response.errorReason);
  }

  #write(message: object): void {
    try {
      // `Peer` picks random IDs, and matches the response by the ID that the message has after this call. With the room's own ID,
      // a response that arrives after the timeout of `Peer` still belongs to its request.
      if ('request' in message) Object.assign(message, { id: this.#requestId });
      this.#socket?.send(message);
    } catch (error) {
      this.#writeError = error as Error;
      throw error;
    }
  }

  #handleFrame(frame: ProtooFrame): Promise<void> | undefined {
    if (this.#transport.closed) return undefined;
    if (frame.kind === 'response') {
      const request = this.#sent.get(frame.id);
      if (request !== undefined) return this.#settle(request, frame);
      // `Peer` has settled its request or timed out, so the room decides.
      this.#options.onFrame(frame);
    } else
      this.#transport.receive({
        ...frame,
        request: frame.kind === 'request',
        notification: frame.kind === 'notification',
      });
    return undefined;
  }

  async #settle(request: SentRequest, response: ResponseFrame): Promise<void> {
    await request.matchable;
    request.response = response;
    this.#transport.receive(encodeFrame(response));
    await request.settled;
  }

  #handleClosed(closed: TransportClosed): undefined {
    if (this.#transport.closed) return;
    this.#end();
    this.#options.onClosed(closed);
  }

  #end(): void {
    this.#transport.close();
    // A microtask later `Peer` holds every request that it has sent, and clears its timer.
    queueMicrotask(() => {
      this.#peer.close();
    });
  }

  /** Runs steps in order of arrival. `Peer` needs some microtasks for a response, and later messages wait for them. */
  #inOrder(step: () => Promise<void> | undefined): void {
    this.#steps.push(step);
    if (this.#steps.length === 1) void this.#runStep(step);
  }

  async #runStep(step: () => Promise<void> | undefined): Promise<void> {
    try {
      const settled = step();
      if (settled !== undefined) await settled;
    } finally {
      this.#steps.shift();
      const [next] = this.#steps;
      if (next !== undefined) void this.#runStep(next);
    }
  }
}
