/** One message that crossed the wire, as an inspector shows it. */
export interface TraceEntry {
  readonly direction: 'in' | 'out';
  readonly kind: 'request' | 'response' | 'notification';
  /** Its name; of what came in an envelope of mediasoup 2, the name of what was inside. */
  readonly method: string;
  /** A copy, with secrets (tokens, passwords) replaced by `[redacted]`. */
  readonly payload: unknown;
  /** Of responses: whether it was one of success. */
  readonly ok?: boolean;
  /** Of responses: ms since the request. */
  readonly ms?: number;
  /** `Date.now()` at the crossing. */
  readonly at: number;
}

export type TraceListener = (entry: TraceEntry) => void;

const secrets = new Set(['resumeToken', 'token', 'accessToken', 'password', 'secret', 'credential', 'authorization']);

/** A copy of `payload` for the eyes of a person: plain data, without secrets. */
export function redact(payload: unknown): unknown {
  if (Array.isArray(payload)) return payload.map(redact);
  if (typeof payload !== 'object' || payload === null) return payload;
  return Object.fromEntries(
    Object.entries(payload).map(([key, value]) => [
      key,
      secrets.has(key) && value != null ? '[redacted]' : redact(value),
    ]),
  );
}

/** The tap for inspectors. Nothing is copied while nobody listens, and a listener that throws is taken off. */
export class Trace {
  readonly #listeners = new Set<TraceListener>();

  add(listener: TraceListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  get active(): boolean {
    return this.#listeners.size > 0;
  }

  record(entry: Omit<TraceEntry, 'at'>): void {
    if (!this.active) return;
    const copy: TraceEntry = { ...entry, payload: redact(entry.payload), at: Date.now() };
    for (const listener of this.#listeners) {
      try {
        listener(copy);
      } catch {
        this.#listeners.delete(listener);
      }
    }
  }
}
