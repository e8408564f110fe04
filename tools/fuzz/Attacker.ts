import type { Clock } from '@tureen/kernel';
import type { ClientSocketOptions } from '../../packages/server/src/http/ClientSocket.ts';
import type { DialectAdapter } from '../../packages/server/src/dialects/Connection.ts';
import type { Fuzzer } from './Fuzzer.ts';
import { FuzzSocket } from './FuzzSocket.ts';
import { attach } from './openSocket.ts';

/** Options of an {@link Attacker}. */
export interface AttackerOptions {
  readonly id: string;
  /** Whether the connection asks for a welcome. */
  readonly wantsWelcome: boolean;
  readonly adapter: DialectAdapter;
  readonly fuzzer: Fuzzer;
  readonly clock: Clock;
  readonly logger: ClientSocketOptions['logger'];
  readonly counts: Record<string, number>;
}

/** Sends the fuzzer's messages over one connection to the server's code from the socket on. */
export class Attacker {
  readonly socket = new FuzzSocket();
  readonly #options: AttackerOptions;
  readonly #unanswered = new Map<number, string>();
  #lastId = 1_000_000;
  #tellAnswered = () => {};

  constructor(options: AttackerOptions) {
    this.#options = options;
    const { id, wantsWelcome, adapter, clock, logger } = options;
    this.socket.onText = (text) => {
      this.#handleText(text);
    };
    this.socket.on('close', () => {
      this.#unanswered.clear();
      this.#tellAnswered();
    });
    attach(this.socket, { id, wantsWelcome, adapter, clock, logger });
  }

  /** Sends one message of the fuzzer. */
  attack(): void {
    const { fuzzer } = this.#options;
    this.#say(fuzzer.next());
  }

  /** Sends a valid message, if the fuzzer has one, and waits for the response. `isResuming`: a join with a resume token. */
  async behave(method: string, isResuming = false): Promise<void> {
    const message = this.#options.fuzzer.like(method, isResuming ? 'holds' : undefined);
    if (message === undefined) return;
    const { resumeToken, holds, ...data } = Object(message.data) as Record<string, unknown>;
    this.#say({ ...message, data: isResuming ? { ...data, resumeToken, holds } : data }, true);
    await this.answered();
  }

  /** Methods of the pending requests. */
  get unanswered(): readonly string[] {
    return [...this.#unanswered.values()];
  }

  /** Resolves when no request is pending, or when the connection closes. */
  answered(): Promise<void> {
    if (this.#unanswered.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#tellAnswered = resolve;
    });
  }

  #say(message: ReturnType<Fuzzer['next']>, isWhole = false): void {
    const { fuzzer, counts } = this.#options;
    const { random } = fuzzer;
    fuzzer.learnFrom(message.data);
    if (!isWhole && random.chance(0.005)) {
      this.socket.say(Buffer.from([random.below(256), random.below(256)]));
      return;
    }
    const id = (this.#lastId += 1);
    const whole = JSON.stringify({ request: true, id, method: message.method, data: message.data });
    const text = isWhole ? whole : fuzzer.frame(message, id);
    // The server may not respond to a malformed frame.
    if (text === whole && this.socket.isOpen) this.#unanswered.set(id, message.method);
    counts.bytes = (counts.bytes ?? 0) + text.length;
    this.socket.say(text);
    // Repeats the frame: a request with a used ID, or a late notification.
    if (!isWhole && random.chance(0.03)) this.socket.say(text);
  }

  #handleText(text: string): void {
    const { fuzzer, counts } = this.#options;
    const { random } = fuzzer;
    const frame = JSON.parse(text) as Record<string, unknown>;
    if (frame.response === true) {
      const outcome = frame.ok === true ? 'answered' : 'refused';
      counts[outcome] = (counts[outcome] ?? 0) + 1;
      if (this.#unanswered.delete(frame.id as number) && this.#unanswered.size === 0) this.#tellAnswered();
    }
    if (frame.method === 'welcome') counts.welcomed = (counts.welcomed ?? 0) + 1;
    fuzzer.learnFrom(frame.data);
    if (frame.response === true) fuzzer.learnResumeToken(frame.data);
    if (Object.hasOwn(Object(frame.data) as object, 'resumed')) counts.resumed = (counts.resumed ?? 0) + 1;
    if (frame.request !== true || random.chance(0.2)) return;
    // As over a network, the response arrives after the request was handled.
    const ok = random.chance(0.7);
    const data = random.chance(0.6) ? {} : fuzzer.oddity();
    const answer = ok ? { ok, data } : { ok: false, errorCode: fuzzer.oddity(), errorReason: fuzzer.oddity() };
    queueMicrotask(() => {
      this.socket.say(JSON.stringify({ response: true, id: frame.id, ...answer }));
    });
  }
}
