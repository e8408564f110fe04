import { once } from 'node:events';
import { EventEmitter } from 'node:events';
import { ProtocolError, SilentRefusal } from '../dialects/Connection.ts';
import type { Connection, DialectAdapter } from '../dialects/Connection.ts';

/** Dialect that responds to each request with its content, and records connections and notifications. */
export class EchoDialect implements DialectAdapter {
  readonly name: string;
  readonly connections: Connection[] = [];
  readonly notifications: { method: string; data: unknown }[] = [];
  readonly closed: string[] = [];
  readonly closeCodes: number[] = [];
  /** Runs after the response to each request. */
  afterSent: ((connection: Connection) => void) | undefined;
  readonly #events = new EventEmitter();

  constructor(name = 'mediasoup-v3') {
    this.name = name;
  }

  accept(connection: Connection): void {
    this.connections.push(connection);
    connection.handlers = {
      onRequest: async (method, data) => {
        if (method === 'refuse') throw new ProtocolError(403, 'not for you');
        if (method === 'ignore') throw new SilentRefusal('unknown');
        if (method === 'fail') throw new Error('disk password is hunter2');
        return { data: { method, data }, afterSent: () => this.afterSent?.(connection) };
      },
      onNotification: (method, data) => {
        if (method === 'bad') throw new ProtocolError(400, 'producerId: expected text');
        if (method === 'fail') throw new Error('on the inside');
        if (method === 'late') return Promise.reject(new ProtocolError(404, 'it is gone'));
        this.notifications.push({ method, data });
        return undefined;
      },
      onClosed: (code) => {
        this.closed.push(connection.id);
        this.closeCodes.push(code);
        this.#events.emit('closed');
      },
    };
  }

  /** The only connection of a test. */
  get connection(): Connection {
    const [connection] = this.connections;
    if (connection === undefined) throw new Error('no client connected');
    return connection;
  }

  /** Resolves when the next connection closed. */
  async nextClosed(): Promise<void> {
    await once(this.#events, 'closed');
  }
}
