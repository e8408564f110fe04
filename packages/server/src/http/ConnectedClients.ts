import type { WebSocket } from 'ws';
import type { Clock } from '@tureen/kernel';
import type { ClientSocket } from './ClientSocket.ts';

/** Connected clients. */
export class ConnectedClients {
  readonly #sockets = new Set<ClientSocket>();
  readonly #onEmpty = new Set<() => void>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Adds a client, until its WebSocket closes. */
  add(ws: WebSocket, socket: ClientSocket): void {
    this.#sockets.add(socket);
    ws.once('close', () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0) for (const resolve of this.#onEmpty) resolve();
    });
  }

  /** Closes all connections when the server stops. */
  dismissAll(): void {
    for (const socket of this.#sockets) socket.dismiss('shuttingDown');
  }

  /** Resolves when the last client disconnected, or after `timeoutMs`. */
  whenEmpty(timeoutMs: number): Promise<void> {
    if (this.#sockets.size === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = () => {
      cancel();
      this.#onEmpty.delete(done);
      resolve();
    };
    const cancel = this.#clock.after(timeoutMs, done);
    this.#onEmpty.add(done);
    return promise;
  }
}
