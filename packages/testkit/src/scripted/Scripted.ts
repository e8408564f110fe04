import { deferred } from '@tureen/kernel';
import type { TransportClosed } from '@tureen/client/ports';
import { type MemoryServerConnection, MemoryTransport } from '@tureen/client/testing';
import { flushMicrotasks } from '../flushMicrotasks.ts';
import type { ProtooFrame } from '@tureen/protocol/common';

/** Replaces a default response: a value is the response, a throw refuses, a promise delays. */
type Script = (data: Record<string, unknown>) => unknown;

/** A request or notification of a client. */
export type Sent = Exclude<ProtooFrame, { kind: 'response' }>;

/** Minimum of a received message. */
export interface Received {
  readonly method: string;
  readonly data: Record<string, unknown>;
}

/** Server controlled by the test, for any dialect. */
export abstract class Scripted<Message extends Received = Received> {
  readonly received: Message[] = [];
  readonly connections: MemoryServerConnection[] = [];
  readonly transport: MemoryTransport;
  readonly #scripts = new Map<string, Script>();
  readonly #answers = new Map<number, ReturnType<typeof deferred<ProtooFrame & { kind: 'response' }>>>();
  #waiters: { method: string; resolve: (data: Record<string, unknown>) => void }[] = [];
  /** Resolves with the next message. */
  #arrived = deferred<void>();
  #lastId = 0;
  extensions: string[] = [];
  /** Welcome that each connection gets as it opens, if set. */
  welcome: { method: string; data: unknown } | null = null;
  /** Error with which connections are refused, if set. */
  refusal: Error | null = null;

  constructor(deliver?: ConstructorParameters<typeof MemoryTransport>[0]['deliver']) {
    this.transport = new MemoryTransport({
      onConnection: (connection) => {
        if (this.refusal !== null) throw this.refusal;
        this.connections.push(connection);
        connection.onFrame = (packet) => void this.#handle(connection, packet);
        if (this.welcome !== null) connection.send({ kind: 'notification', ...this.welcome });
      },
      ...(deliver === undefined ? {} : { deliver }),
    });
  }

  get connection(): MemoryServerConnection {
    const last = this.connections.at(-1);
    if (last === undefined) throw new Error('no client has connected');
    return last;
  }

  /** Replaces the default response to `method`. */
  on(method: string, script: Script): this {
    this.#scripts.set(method, script);
    return this;
  }

  /** Resolves with the data of the next message of this method. */
  got(method: string): Promise<Record<string, unknown>> {
    const { promise, resolve } = deferred<Record<string, unknown>>();
    this.#waiters.push({ method, resolve });
    return promise;
  }

  /** Resolves once `received` has this many messages. Also runs pending microtasks, so that an extra message fails the test. */
  async receives(count: number): Promise<void> {
    while (this.received.length < count) await this.#arrived.promise;
    await flushMicrotasks();
  }

  /**
   * Resolves with the data of the last message once `received` has `count` messages of this method, including earlier ones. Also runs pending
   * microtasks, like `receives()`.
   */
  async sent(method: string, count = 1): Promise<Record<string, unknown>> {
    while (this.count(method) < count) await this.#arrived.promise;
    await flushMicrotasks();
    return this.received.findLast((message) => message.method === method)?.data ?? {};
  }

  /** Sends a notification without an envelope. */
  send(method: string, data: unknown): void {
    this.connection.send({ kind: 'notification', method, data });
  }

  /** Sends a request without an envelope. Resolves with the client's response. */
  ask(method: string, data: unknown = {}): Promise<ProtooFrame & { kind: 'response' }> {
    const id = this.nextId();
    const answer = deferred<ProtooFrame & { kind: 'response' }>();
    this.#answers.set(id, answer);
    this.connection.send({ kind: 'request', id, method, data });
    return answer.promise;
  }

  drop(closed?: TransportClosed): void {
    this.connection.close(closed);
  }

  /** Number of received messages of a method. */
  count(method: string): number {
    return this.received.filter((message) => message.method === method).length;
  }

  methods(): string[] {
    return this.received.map(({ method }) => method);
  }

  protected nextId(): number {
    return ++this.#lastId;
  }

  /** Reads a packet. */
  protected abstract read(packet: Sent): Message;

  /** Default response. */
  abstract answerOf(method: string, data: Record<string, unknown>): unknown;

  async #handle(connection: MemoryServerConnection, packet: ProtooFrame): Promise<void> {
    if (packet.kind === 'response') {
      this.#answers.get(packet.id)?.resolve(packet);
      return;
    }
    const message = this.read(packet);
    const { method, data } = message;
    this.received.push(message);
    const arrived = this.#arrived;
    this.#arrived = deferred<void>();
    arrived.resolve();
    const waiting = this.#waiters.filter((one) => one.method === method);
    this.#waiters = this.#waiters.filter((one) => one.method !== method);
    for (const waiter of waiting) waiter.resolve(data);
    if (packet.kind === 'notification') return;
    try {
      const script = this.#scripts.get(method);
      const answer = script === undefined ? this.answerOf(method, data) : await script(data);
      connection.send({ kind: 'response', id: packet.id, ok: true, data: answer ?? {} });
    } catch (error) {
      const { message: errorReason, errorCode = 500 } = error as Error & { errorCode?: number };
      connection.send({ kind: 'response', id: packet.id, ok: false, errorCode, errorReason });
    }
  }
}
