import type { Frame } from './GenuineServer.ts';
import type { Step } from './scenario.ts';

/** A frame without random values. */
export interface Line {
  readonly says: string;
  readonly payload: unknown;
}

/** A step in a comparable form. */
export interface Scene {
  readonly name: string;
  readonly lines: readonly Line[];
  readonly bobHeard: readonly Line[];
  readonly state: unknown;
}

/** Steps in a comparable form: entities named by their role, no random values. */
export function normalize(steps: readonly Step[]): Scene[] {
  const names = new Names();
  return steps.map(({ name, frames, bobHeard, state }) => ({
    name,
    lines: frames.map((frame) => toLine(frame, names)),
    bobHeard: bobHeard.map((frame) => toLine(frame, names)),
    state,
  }));
}

function toLine(frame: Frame, names: Names): Line {
  names.learn(frame);
  const { from, kind, method, payload } = frame;
  return { says: `${from === 'client' ? '->' : '<-'} ${kind} ${method}`, payload: plain(payload, names) };
}

/** Fields that each end fills randomly. Only their presence can be compared. */
const random = new Set(['ssrc', 'cname', 'muxId', 'usernameFragment', 'password']);

function plain(value: unknown, names: Names): unknown {
  if (typeof value === 'number') return names.of(value);
  if (Array.isArray(value)) return value.map((one) => plain(one, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      // Undefined fields do not reach the wire.
      .filter(([, one]) => one !== undefined)
      .map(([key, one]) => [key, random.has(key) ? `<${key}>` : plain(one, names)]),
  );
}

/** Names of entity IDs: a transport by its direction, others by their order. */
class Names {
  readonly #names = new Map<number, string>();
  readonly #counts = { producer: 0, consumer: 0 };

  of(value: number): number | string {
    return this.#names.get(value) ?? value;
  }

  learn({ method, payload }: Frame): void {
    const { id, direction, peers } = (payload ?? {}) as { id?: number; direction?: string; peers?: unknown };
    if (method === 'createTransport' && id !== undefined) this.#names.set(id, `${direction ?? ''} transport`);
    if (method === 'createProducer' && id !== undefined) this.#add(id, 'producer');
    if (method === 'newConsumer' && id !== undefined) this.#add(id, 'consumer');
    for (const { consumers } of (peers ?? []) as { consumers: { id: number }[] }[])
      for (const consumer of consumers) this.#add(consumer.id, 'consumer');
  }

  #add(id: number, kind: 'producer' | 'consumer'): void {
    if (!this.#names.has(id)) this.#names.set(id, `${kind} ${++this.#counts[kind]}`);
  }
}
