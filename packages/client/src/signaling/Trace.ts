/** Message that was sent or received, for an inspector. */
export interface TraceEntry {
  /** `out`: sent to the server. `in`: received. */
  readonly direction: 'in' | 'out';
  /** Kind of the message. */
  readonly kind: 'request' | 'response' | 'notification';
  /** Name of the message. For an envelope of mediasoup 2: the name of the message inside. */
  readonly method: string;
  /** Copy of the data, with secrets (tokens, passwords) replaced by `[redacted]`. */
  readonly payload: unknown;
  /** Responses only: false for an error response. */
  readonly ok?: boolean;
  /** Responses only: ms since the request. */
  readonly ms?: number;
  /** `Date.now()` of the message. */
  readonly at: number;
}

/** Listener of `room.trace()`. A listener that throws is removed. */
export type TraceListener = (entry: TraceEntry) => void;

const secrets = new Set(['resumeToken', 'token', 'accessToken', 'password', 'secret', 'credential', 'authorization']);

/** Number of levels that the trace shows of a payload. */
const levelsShown = 20;

/**
 * Copies `payload` as plain data without secrets. Shows 20 levels: `[deeper]` stands for deeper values, `[circular]` for an
 * object within itself.
 */
export function redact(payload: unknown, within: readonly object[] = []): unknown {
  if (typeof payload !== 'object' || payload === null) return payload;
  if (within.includes(payload)) return '[circular]';
  if (within.length === levelsShown) return '[deeper]';
  const path = [...within, payload];
  if (Array.isArray(payload)) return payload.map((item) => redact(item, path));
  return Object.fromEntries(
    Object.entries(payload).map(([key, value]) => [
      key,
      secrets.has(key) && value != null ? '[redacted]' : redact(value, path),
    ]),
  );
}

/** Passes messages to inspectors. Copies nothing without a listener, removes a listener that throws, and never throws. */
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
    let payload: unknown = '[unreadable]';
    try {
      payload = redact(entry.payload);
    } catch {
      // A getter or proxy of the app threw. The message is sent nevertheless.
    }
    const copy: TraceEntry = { ...entry, payload, at: Date.now() };
    for (const listener of this.#listeners) {
      try {
        listener(copy);
      } catch {
        this.#listeners.delete(listener);
      }
    }
  }
}
