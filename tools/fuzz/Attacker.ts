import type { Clock } from '@tureen/kernel';
import type { ClientSocketOptions } from '../../packages/server/src/http/ClientSocket.ts';
import type { DialectAdapter } from '../../packages/server/src/dialects/Connection.ts';
import type { Fuzzer } from './Fuzzer.ts';
import { FuzzSocket } from './FuzzSocket.ts';
import { attach } from './openSocket.ts';

/** What an {@link Attacker} is made of. */
export interface AttackerOptions {
  readonly id: string;
  readonly adapter: DialectAdapter;
  readonly fuzzer: Fuzzer;
  readonly clock: Clock;
  readonly logger: ClientSocketOptions['logger'];
  readonly counts: Record<string, number>;
}

/** One connection that says what the fuzzer makes, over all of the server's own code from the socket on. */
export class Attacker {
  readonly socket = new FuzzSocket();
  readonly #options: AttackerOptions;
  readonly #unanswered = new Map<number, string>();
  #lastId = 1_000_000;
  #tellAnswered = () => {};

  constructor(options: AttackerOptions) {
    this.#options = options;
    const { id, adapter, clock, logger } = options;
    this.socket.onText = (text) => {
      this.#handleText(text);
    };
    this.socket.on('close', () => {
      this.#unanswered.clear();
      this.#tellAnswered();
    });
    attach(this.socket, { id, adapter, clock, logger });
  }

  /** One message of the fuzzer's. */
  attack(): void {
    const { fuzzer } = this.#options;
    this.#say(fuzzer.next());
  }

  /** One that is right, as far as the fuzzer knows how; its answer is waited for. A join may be that of one that comes back. */
  async behave(method: string, isComingBack = false): Promise<void> {
    const message = this.#options.fuzzer.like(method, isComingBack ? 'holds' : undefined);
    if (message === undefined) return;
    const { resumeToken, holds, ...data } = Object(message.data) as Record<string, unknown>;
    this.#say({ ...message, data: isComingBack ? { ...data, resumeToken, holds } : data }, true);
    await this.answered();
  }

  /** What has been asked and not answered yet. */
  get unanswered(): readonly string[] {
    return [...this.#unanswered.values()];
  }

  /** Resolves when everything was answered that has to be, or when the connection is closed. */
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
    // A frame that was spoilt may not be answered.
    if (text === whole && this.socket.isOpen) this.#unanswered.set(id, message.method);
    counts.bytes = (counts.bytes ?? 0) + text.length;
    this.socket.say(text);
    // The same again: a request whose id is taken, a notification that is late.
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
    fuzzer.learnFrom(frame.data);
    if (frame.response === true) fuzzer.learnWayBack(frame.data);
    if (Object.hasOwn(Object(frame.data) as object, 'resumed')) counts.resumed = (counts.resumed ?? 0) + 1;
    if (frame.request !== true || random.chance(0.2)) return;
    // Like all that comes over a network, not in the turn in which it was asked.
    const ok = random.chance(0.7);
    const data = random.chance(0.6) ? {} : fuzzer.oddity();
    const answer = ok ? { ok, data } : { ok: false, errorCode: fuzzer.oddity(), errorReason: fuzzer.oddity() };
    queueMicrotask(() => {
      this.socket.say(JSON.stringify({ response: true, id: frame.id, ...answer }));
    });
  }
}
