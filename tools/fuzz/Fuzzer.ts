import type { Message } from './dialects.ts';
import type { Random } from './random.ts';
import type { Samples } from './samples.ts';

type Container = Record<string, unknown> | unknown[];

/** Name of a property that must not appear on any other object. */
export const pollution = 'polluted';

const wordings = [
  '',
  ' ',
  'video',
  'audio',
  'room',
  'unknown',
  'constructor',
  'toString',
  '__proto__',
  '0',
  '\u0000',
  '\ud800',
];
const numbers = [0, -0, -1, 1, 1.5, 255, 65_536, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 1e308, Number.NaN];

export interface FuzzerOptions {
  /** Length of the longest text in characters. Default 100 000. */
  readonly huge?: number;
  /** Levels of the deepest value. Default 2000. */
  readonly deep?: number;
  /** Valid values of these fields. Without them the server would refuse every message. */
  readonly own?: Readonly<Record<string, unknown>>;
  /** The last resume token of any connection. */
  readonly resumable?: { token?: string };
}

/** Creates malformed messages from valid ones, and from scratch. The same seed and the same IDs produce the same messages. */
export class Fuzzer {
  readonly random: Random;
  readonly #samples: Samples;
  readonly #sizes: { readonly huge: number; readonly deep: number };
  readonly #own: Readonly<Record<string, unknown>>;
  readonly #resumable: { token?: string };
  #ids: unknown[] = [];

  constructor(
    random: Random,
    samples: Samples,
    { huge = 100_000, deep = 2000, own = {}, resumable = {} }: FuzzerOptions = {},
  ) {
    this.random = random;
    this.#samples = samples;
    this.#sizes = { huge, deep };
    this.#own = own;
    this.#resumable = resumable;
  }

  /** Adds IDs, names and numbers that the end under test knows. Keeps the last few hundred. */
  learn(...ids: (string | number | null)[]): void {
    this.#ids.push(...ids);
    if (this.#ids.length > 400) this.#ids = this.#ids.slice(-200);
  }

  /** Adds the values of all ID fields of `data`. */
  learnFrom(data: unknown): void {
    for (const [container, key] of places(data)) {
      const value: unknown = at(container, key);
      if (isIdName(key) && (typeof value === 'string' || typeof value === 'number')) this.learn(value);
    }
  }

  /** Keeps the resume token of a join response for the next connection. */
  learnResumeToken(answer: unknown): void {
    const { resumeToken } = Object(answer) as { resumeToken?: unknown };
    if (typeof resumeToken === 'string') this.#resumable.token = resumeToken;
  }

  get hasResumeToken(): boolean {
    return this.#resumable.token !== undefined;
  }

  /** Returns the next message: mostly a malformed sample, sometimes a valid one, sometimes an unrelated value. */
  next(): Message {
    const { random } = this;
    if (random.chance(0.05)) return { method: this.#method(), kind: this.#kind(), data: this.oddity() };
    const sample = random.pick(this.#samples.messages);
    const data = this.spoil(sample.data, random.chance(0.25) ? 0 : 1 + random.below(4));
    const method = random.chance(0.03) ? this.#method() : sample.method;
    return { method, kind: random.chance(0.05) ? this.#kind() : sample.kind, data };
  }

  /** Returns a message of the method that is valid except for its IDs. `field`: a field that the sample must have. */
  like(method: string, field?: string): Message | undefined {
    const sample = this.#samples.messages.find(
      ({ method: carrier, data }) =>
        (carrier === method || (data as { method?: unknown } | null)?.method === method) &&
        (field === undefined || Object.hasOwn(Object(data) as object, field)),
    );
    return sample === undefined ? undefined : { ...sample, data: this.spoil(sample.data, 0) };
  }

  /** Returns a response to the method: valid, malformed, or any value. */
  answer(method: string): unknown {
    const { random } = this;
    const answer = this.#samples.answers.get(method);
    return answer === undefined || random.chance(0.05) ? this.oddity() : this.spoil(answer, random.below(4));
  }

  /** Returns a copy with known IDs instead of its own, and with `faults` faults. */
  spoil(whole: unknown, faults: number): unknown {
    const root = { whole: copy(whole) };
    for (const [container, key] of places(root.whole)) {
      const value: unknown = at(container, key);
      if (Object.hasOwn(this.#own, key)) {
        if (this.random.chance(0.95)) put(container, key, this.#own[key]);
      } else if (key === 'resumeToken' && this.#resumable.token !== undefined) {
        put(container, key, this.#resumable.token);
      } else if (isIdName(key) && this.#ids.length > 0 && this.random.chance(0.7)) {
        const sameType = this.#ids.filter((id) => typeof id === typeof value);
        if (sameType.length > 0) put(container, key, this.random.pick(sameType));
      }
    }
    for (let fault = 0; fault < faults; fault += 1) this.#spoilOnce(root);
    return root.whole;
  }

  /** Returns a value of any type. */
  oddity(): unknown {
    const { random } = this;
    switch (random.below(12)) {
      case 0:
        return null;
      case 1:
        return random.chance(0.5);
      case 2:
        return random.pick(numbers);
      case 3:
        return random.pick(wordings);
      case 4:
        return [];
      case 5:
        return {};
      case 6:
        return [this.oddity(), this.oddity()];
      case 7:
        return withProto({ id: this.oddity() });
      case 8:
        return this.#ids.length > 0 ? random.pick(this.#ids) : 'id';
      case 9:
        return random.chance(0.02) ? this.#deep() : { [random.pick(wordings)]: this.oddity() };
      case 10:
        return random.chance(0.05) ? 'x'.repeat(1 + random.below(this.#sizes.huge)) : 'x'.repeat(300);
      default:
        return copy(random.pick(this.#samples.messages).data);
    }
  }

  /** Returns the protoo frame of the message as text, sometimes malformed. */
  frame({ method, kind, data }: Message, id: number): string {
    const { random } = this;
    const frame = kind === 'request' ? { request: true, id, method, data } : { notification: true, method, data };
    const text = JSON.stringify(frame);
    if (!random.chance(0.06)) return text;
    switch (random.below(9)) {
      case 0:
        return text.slice(0, random.below(text.length));
      case 1:
        return random.pick(['', '{', '[]', 'null', '0', '"x"', '{}', '\u0000', '{"request":true}', 'ÿþ']);
      case 2:
        return JSON.stringify({ response: true, id: random.below(50), ok: random.chance(0.5), data });
      case 3:
        return JSON.stringify({ ...frame, [random.pick(['id', 'method', 'request', 'notification'])]: this.oddity() });
      case 4:
        return `{"__proto__":{"${pollution}":true},${text.slice(1)}`;
      case 5:
        return text.replace('{', '{"request":false,"notification":1,');
      case 6:
        return `${text}${text}`;
      case 7:
        return random.chance(0.2) ? this.#deepFrame(frame) : text;
      default: {
        const place = random.below(text.length);
        return text.slice(0, place) + String.fromCharCode(random.below(256)) + text.slice(place + 1);
      }
    }
  }

  #spoilOnce(root: { whole: unknown }): void {
    const { random } = this;
    const all = places(root.whole);
    if (all.length === 0) {
      root.whole = this.oddity();
      return;
    }
    const [container, key] = random.pick(all);
    const value: unknown = at(container, key);
    switch (random.below(9)) {
      case 0:
        drop(container, key);
        break;
      case 1:
      case 2:
        put(container, key, this.oddity());
        break;
      case 3:
        put(container, key, random.chance(0.5) ? [value] : { [key]: value });
        break;
      case 4:
        if (Array.isArray(container)) container.push(copy(value));
        else container[`${key}2`] = copy(value);
        break;
      case 5:
        if (Array.isArray(container)) container.reverse();
        else put(container, key, copy(at(...random.pick(all))));
        break;
      case 6:
        if (!Array.isArray(container)) withProto(container);
        break;
      case 7:
        if (typeof value === 'string') put(container, key, this.#misspell(value));
        else put(container, key, JSON.stringify(value));
        break;
      default:
        if (Array.isArray(value)) for (let n = random.below(200); n > 0; n -= 1) value.push(copy(value[0]));
        else put(container, key, typeof value === 'number' ? random.pick(numbers) : this.oddity());
    }
  }

  /** Returns a value too deep for recursive code, for fields that accept and forward any value. */
  #deepFrame(frame: { readonly data: unknown }): string {
    const levels = this.random.below(this.#sizes.huge / 2);
    const data = { ...Object(frame.data), appData: '<deep>' } as object;
    const deep = `{"source":"camera","deep":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    return JSON.stringify({ ...frame, data }).replace('"<deep>"', deep);
  }

  #misspell(text: string): string {
    const { random } = this;
    const place = random.below(text.length + 1);
    switch (random.below(4)) {
      case 0:
        return text.slice(0, place);
      case 1:
        return text.slice(place) + text.slice(0, place);
      case 2:
        return text.slice(0, place) + random.pick(wordings) + text.slice(place);
      default: {
        // SDP consists of lines.
        const lines = text.split('\r\n');
        lines.splice(random.below(lines.length), 1, ...(random.chance(0.5) ? [random.pick(lines)] : []));
        return lines.join('\r\n');
      }
    }
  }

  #method(): string {
    const { random } = this;
    if (random.chance(0.5)) return random.pick(this.#samples.methods);
    return random.pick([...wordings, 'hasOwnProperty', 'mediasoup-request', 'ping', 'x'.repeat(1000)]);
  }

  #kind(): Message['kind'] {
    return this.random.pick(['request', 'notification']);
  }

  #deep(): unknown {
    let value: unknown = null;
    const isArray = this.random.chance(0.5);
    for (let n = this.random.below(this.#sizes.deep); n > 0; n -= 1) value = isArray ? [value] : { a: value };
    return value;
  }
}

function isIdName(key: string): boolean {
  return /^(?:id|name|peerName)$|Ids?$/.test(key);
}

/** Returns a copy that keeps an own property `__proto__`, which an object literal would drop. */
function copy(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** Adds a field `__proto__`, as JSON can have one. */
function withProto(container: Record<string, unknown>): Record<string, unknown> {
  const value = { [pollution]: true };
  return Object.defineProperty(container, '__proto__', { value, enumerable: true, configurable: true, writable: true });
}

function at(container: Container, key: string): unknown {
  return Object.getOwnPropertyDescriptor(container, key)?.value;
}

function put(container: Container, key: string, value: unknown): void {
  Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true });
}

function drop(container: Container, key: string): void {
  if (Array.isArray(container)) container.splice(Number(key), 1);
  else Reflect.deleteProperty(container, key);
}

/** Lists about the first 500 fields, without recursion, because a malformed value may be deep. */
function places(root: unknown): [container: Container, key: string][] {
  const found: [Container, string][] = [];
  const waiting: unknown[] = [root];
  while (waiting.length > 0 && found.length < 500) {
    const container = waiting.pop();
    if (typeof container !== 'object' || container === null) continue;
    for (const key of Object.keys(container)) {
      found.push([container as Container, key]);
      waiting.push(at(container as Container, key));
    }
  }
  return found;
}
