import { deferred } from '@tureen/kernel';
import type { TransportClosed } from '@tureen/client/ports';
import { type MemoryServerConnection, MemoryTransport } from '@tureen/client/testing';
import { flushMicrotasks } from '../flushMicrotasks.ts';
import type { ProtooFrame } from '@tureen/protocol/common';

/** What a test does in the place of the default answer: a value answers, a throw refuses, a promise makes it wait. */
type Script = (data: Record<string, unknown>) => unknown;

/** What a client asks or tells. */
export type Sent = Exclude<ProtooFrame, { kind: 'response' }>;

/** What has come, at the least. */
export interface Received {
  readonly method: string;
  readonly data: Record<string, unknown>;
}

/** A server that says what the test tells it to, whatever it speaks. */
export abstract class Scripted<Message extends Received = Received> {
  readonly received: Message[] = [];
  readonly connections: MemoryServerConnection[] = [];
  readonly transport: MemoryTransport;
  readonly #scripts = new Map<string, Script>();
  readonly #answers = new Map<number, ReturnType<typeof deferred<ProtooFrame & { kind: 'response' }>>>();
  #waiters: { method: string; resolve: (data: Record<string, unknown>) => void }[] = [];
  /** The next message. */
  #arrived = deferred<void>();
  #lastId = 0;
  extensions: string[] = [];
  /** Refuses connections with this, while set. */
  refusal: Error | null = null;

  constructor(deliver?: ConstructorParameters<typeof MemoryTransport>[0]['deliver']) {
    this.transport = new MemoryTransport({
      onConnection: (connection) => {
        if (this.refusal !== null) throw this.refusal;
        this.connections.push(connection);
        connection.onFrame = (packet) => void this.#handle(connection, packet);
      },
      ...(deliver === undefined ? {} : { deliver }),
    });
  }

  get connection(): MemoryServerConnection {
    const last = this.connections.at(-1);
    if (last === undefined) throw new Error('nobody has connected');
    return last;
  }

  /** Replaces the default answer to `method`. */
  on(method: string, script: Script): this {
    this.#scripts.set(method, script);
    return this;
  }

  /** Resolves with its data when the client has sent `method` (again). */
  got(method: string): Promise<Record<string, unknown>> {
    const { promise, resolve } = deferred<Record<string, unknown>>();
    this.#waiters.push({ method, resolve });
    return promise;
  }

  /** Resolves once `received` has that many messages. Pending microtasks run too, so that a message too many fails the test. */
  async receives(count: number): Promise<void> {
    while (this.received.length < count) await this.#arrived.promise;
    await flushMicrotasks();
  }

  /**
   * Resolves with the data of the last one once `received` has `count` messages of that method, those from before included.
   * Pending microtasks run too, as in `receives()`.
   */
  async sent(method: string, count = 1): Promise<Record<string, unknown>> {
    while (this.count(method) < count) await this.#arrived.promise;
    await flushMicrotasks();
    return this.received.findLast((message) => message.method === method)?.data ?? {};
  }

  /** As it is, on the carrier. */
  send(method: string, data: unknown): void {
    this.connection.send({ kind: 'notification', method, data });
  }

  /** Asks the client, as it is; resolves with its answer. */
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

  /** Number of received messages of that method. */
  count(method: string): number {
    return this.received.filter((message) => message.method === method).length;
  }

  methods(): string[] {
    return this.received.map(({ method }) => method);
  }

  protected nextId(): number {
    return ++this.#lastId;
  }

  /** What a packet says. */
  protected abstract read(packet: Sent): Message;

  /** What it answers where no test says otherwise. */
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
