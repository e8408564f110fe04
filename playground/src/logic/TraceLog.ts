import type { TraceEntry } from '@tureen/client';

/** One signaling message, numbered in order. */
export interface TraceRecord extends TraceEntry {
  readonly id: number;
}

export interface TraceFilter {
  /** Text to find in method and payload, ignoring case. Empty matches everything. */
  readonly text: string;
  readonly direction: 'all' | TraceEntry['direction'];
}

/** The latest signaling messages. While paused, the log keeps recording but hides new messages. */
export class TraceLog {
  readonly #capacity: number;
  readonly #onChange: () => void;
  readonly #payloadTexts = new WeakMap<TraceRecord, string>();
  #records: TraceRecord[] = [];
  #nextId = 1;
  /** ID of the first hidden message. Null while the log is not paused. */
  #heldFrom: number | null = null;

  constructor({ capacity = 1000, onChange }: { capacity?: number; onChange: () => void }) {
    this.#capacity = capacity;
    this.#onChange = onChange;
  }

  get isPaused(): boolean {
    return this.#heldFrom !== null;
  }

  /** Number of messages since the pause. */
  get heldBack(): number {
    return this.#heldFrom === null ? 0 : this.#nextId - this.#heldFrom;
  }

  add(entry: TraceEntry): void {
    this.#records.push({ ...entry, id: this.#nextId });
    this.#nextId += 1;
    // Trims in large steps, so that a busy room does not copy the list for every message.
    if (this.#records.length > this.#capacity * 1.25) this.#records = this.#records.slice(-this.#capacity);
    this.#onChange();
  }

  setPaused(isPaused: boolean): void {
    if (isPaused === this.isPaused) return;
    this.#heldFrom = isPaused ? this.#nextId : null;
    this.#onChange();
  }

  clear(): void {
    this.#records = [];
    if (this.#heldFrom !== null) this.#heldFrom = this.#nextId;
    this.#onChange();
  }

  /** Returns the matching messages, oldest first. */
  view({ text, direction }: TraceFilter): TraceRecord[] {
    const wanted = text.trim().toLowerCase();
    return this.#records.filter(
      (record) =>
        (this.#heldFrom === null || record.id < this.#heldFrom) &&
        (direction === 'all' || record.direction === direction) &&
        (wanted === '' || record.method.toLowerCase().includes(wanted) || this.#payloadText(record).includes(wanted)),
    );
  }

  #payloadText(record: TraceRecord): string {
    const known = this.#payloadTexts.get(record);
    if (known !== undefined) return known;
    const text = payloadText(record.payload).toLowerCase();
    this.#payloadTexts.set(record, text);
    return text;
  }
}

/** Returns a payload as JSON, indented by `indent` spaces, otherwise on one line. */
export function payloadText(payload: unknown, indent?: number): string {
  if (payload === undefined) return '';
  try {
    return JSON.stringify(payload, null, indent) ?? '';
  } catch {
    return '(not JSON)';
  }
}

/** Returns the text for the clipboard: one line of JSON per message. */
export function traceText(records: readonly TraceRecord[]): string {
  return records
    .map(({ id: _, at, ...record }) => payloadText({ at: new Date(at).toISOString(), ...record }))
    .join('\n');
}
