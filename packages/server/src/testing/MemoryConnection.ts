import { closeCodeOf, writeCloseReason } from '@tureen/protocol/common';
import type { EndReason } from '@tureen/protocol/common';
import { ConnectionClosedError, ProtocolError, SilentRefusal } from '../dialects/Connection.ts';
import type { Connection, ConnectionHandlers, RequestResult } from '../dialects/Connection.ts';
import type { Grant } from '../dialects/grant.ts';
import type { SharedNotification } from '../dialects/SharedNotification.ts';

/** Messages that reached the client, in order. */
export type Arrival =
  | { readonly kind: 'answer'; readonly method: string; readonly data: unknown }
  | { readonly kind: 'refusal'; readonly method: string; readonly code: number; readonly reason: string }
  | { readonly kind: 'request'; readonly method: string; readonly data: unknown }
  | { readonly kind: 'notification'; readonly method: string; readonly data: unknown }
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string };

/** Request of the client that the server refused. */
class Refused extends Error {
  override name = 'Refused';
  readonly code: number;
  readonly reason: EndReason | undefined;

  constructor(code: number, message: string, reason?: EndReason) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

interface Waiter {
  readonly isIt: (arrival: Arrival) => boolean;
  readonly resolve: (arrival: Arrival) => void;
}

const unset: ConnectionHandlers = {
  onRequest: () => Promise.reject(new Error('no dialect')),
  onNotification: () => undefined,
  onClosed() {},
};

let nextId = 0;

/**
 * Connection in memory, and its client's end. Messages are converted to JSON and back. Responses are written as the real
 * entry writes them, with `afterSent` after each.
 */
export class MemoryConnection implements Connection {
  readonly id = `c${String((nextId += 1))}`;
  readonly params: URLSearchParams;
  readonly remoteAddress = '192.0.2.1';
  grant: Grant | undefined = undefined;
  handlers: ConnectionHandlers = unset;
  readonly arrivals: Arrival[] = [];
  /** Bad notifications, as the entry counts them. */
  readonly badNotifications: ProtocolError[] = [];
  /** Notifications that other clients received too. */
  readonly shared: SharedNotification[] = [];
  /** Whether the client reads too slowly for lossy messages. */
  isBehind = false;
  /** Callbacks of measured round trips. */
  readonly measurements: ((ms: number) => void)[] = [];
  /** Reasons why notifications had no effect. */
  readonly uselessNotifications: unknown[] = [];
  /** Response of the client to a request of the server. */
  answer: (method: string, data: unknown) => unknown = () => undefined;
  /** Delays the moment at which a response reaches the socket. Default: no delay. */
  beforeSent: ((method: string, response: unknown) => Promise<void>) | undefined;
  #waiters: Waiter[] = [];
  #rejectPending = new Set<(error: Error) => void>();
  #closed = false;

  constructor(params: Record<string, string>) {
    this.params = new URLSearchParams(params);
  }

  get closed(): boolean {
    return this.#closed;
  }

  request(method: string, data: unknown): Promise<unknown> {
    if (this.#closed) return Promise.reject(new ConnectionClosedError('closed'));
    const sent = overTheWire(data);
    this.#arrive({ kind: 'request', method, data: sent });
    return new Promise((resolve, reject) => {
      this.#rejectPending.add(reject);
      void Promise.resolve()
        .then(() => this.answer(method, sent))
        .then(resolve, reject)
        .finally(() => this.#rejectPending.delete(reject));
    });
  }

  notify(method: string, data: unknown): void {
    if (!this.#closed) this.#arrive({ kind: 'notification', method, data: overTheWire(data) });
  }

  notifyShared(notification: SharedNotification): void {
    this.shared.push(notification);
    this.notify(notification.method, notification.data);
  }

  shouldDrop(): boolean {
    return this.isBehind;
  }

  measureRoundTrip(onMeasured: (ms: number) => void): void {
    if (!this.#closed) this.measurements.push(onMeasured);
  }

  close(reason: EndReason, text?: string): void {
    if (this.#closed) return;
    this.#arrive({ kind: 'closed', code: closeCodeOf(reason), reason: writeCloseReason(reason, text) });
    this.drop(closeCodeOf(reason));
  }

  // Client side.

  /** Sends a request. Resolves with the response, rejects with {@link Refused}. */
  async sendRequest(method: string, data?: unknown): Promise<unknown> {
    const { error, data: response, afterSent } = await this.#result(method, data);
    await this.beforeSent?.(method, response);
    if (error instanceof SilentRefusal) {
      afterSent?.();
      return new Promise(() => {});
    }
    try {
      if (error === undefined) {
        const sent = overTheWire(response);
        if (!this.#closed) this.#arrive({ kind: 'answer', method, data: sent });
        return sent;
      }
      const refused =
        error instanceof ProtocolError
          ? new Refused(error.code, error.message, error.reason)
          : new Refused(500, `BUG: ${error instanceof Error ? String(error) : JSON.stringify(error)}`);
      if (!this.#closed) this.#arrive({ kind: 'refusal', method, code: refused.code, reason: refused.message });
      throw refused;
    } finally {
      afterSent?.();
    }
  }

  async #result(method: string, data: unknown): Promise<RequestResult> {
    try {
      return await this.handlers.onRequest(method, overTheWire(data));
    } catch (error) {
      return { error };
    }
  }

  sendNotification(method: string, data?: unknown): void {
    try {
      this.handlers.onNotification(method, overTheWire(data))?.catch((error: unknown) => {
        this.uselessNotifications.push(error);
      });
    } catch (error) {
      if (error instanceof SilentRefusal) return;
      if (!(error instanceof ProtocolError)) throw error;
      this.badNotifications.push(error);
    }
  }

  /** Drops the client's connection: without a close frame, or with that close code. */
  drop(code = 1006): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const reject of this.#rejectPending) reject(new ConnectionClosedError('closed'));
    this.handlers.onClosed(code);
  }

  /** Resolves with the first matching arrival, past or future. */
  arrival(isIt: (arrival: Arrival) => boolean): Promise<Arrival> {
    const found = this.arrivals.find(isIt);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => {
      this.#waiters.push({ isIt, resolve });
    });
  }

  /** Resolves with the data of the first matching request or notification of that method. */
  async received<Data>(method: string, where: (data: Data) => boolean = () => true): Promise<Data> {
    const isIt = (arrival: Arrival) =>
      (arrival.kind === 'request' || arrival.kind === 'notification') &&
      arrival.method === method &&
      where(arrival.data as Data);
    return ((await this.arrival(isIt)) as { data: Data }).data;
  }

  /** Returns the data of every request or notification of that method so far. */
  allReceived(method: string): unknown[] {
    return this.arrivals.flatMap((arrival) =>
      (arrival.kind === 'request' || arrival.kind === 'notification') && arrival.method === method
        ? [arrival.data]
        : [],
    );
  }

  async whenClosed(): Promise<{ code: number | undefined; reason: string }> {
    return (await this.arrival(({ kind }) => kind === 'closed')) as Extract<Arrival, { kind: 'closed' }>;
  }

  #arrive(arrival: Arrival): void {
    this.arrivals.push(arrival);
    const waiters = this.#waiters;
    this.#waiters = waiters.filter(({ isIt }) => !isIt(arrival));
    for (const { isIt, resolve } of waiters) if (isIt(arrival)) resolve(arrival);
  }
}

function overTheWire(data: unknown): unknown {
  return data === undefined ? {} : (JSON.parse(JSON.stringify(data)) as unknown);
}
