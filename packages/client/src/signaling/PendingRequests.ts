import type { Clock } from '../shared/clock.ts';
import { type Deferred, deferred } from '../shared/deferred.ts';
import { TureenError } from '../shared/errors.ts';
import type { ResponsePacket } from './SignalingTransport.ts';

interface Entry {
  readonly method: string;
  readonly sentAt: number;
  readonly answer: Deferred<unknown>;
  readonly release: () => void;
}

/** What became of a request, for the trace. */
export interface SettledRequest {
  readonly method: string;
  readonly ms: number;
}

/** The book of requests that wait for their answers: gives ids, pairs answers, times out, and rejects all at once. */
export class PendingRequests {
  readonly #clock: Clock;
  readonly #entries = new Map<number, Entry>();
  #lastId = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Enters a request; its answer rejects with `requestTimeout` or `aborted` when none comes. */
  open(
    method: string,
    options: { timeoutMs: number; signal?: AbortSignal | undefined; onUnanswered?: (() => void) | undefined },
  ): { id: number; answer: Promise<unknown> } {
    const { timeoutMs, signal, onUnanswered } = options;
    const id = ++this.#lastId;
    const answer = deferred<unknown>();
    const cancelTimer = this.#clock.after(timeoutMs, () => {
      this.#settle(id)?.answer.reject(
        new TureenError('requestTimeout', `no answer to '${method}' within ${timeoutMs} ms`, { method }),
      );
      onUnanswered?.();
    });
    const onAbort = () => {
      this.#settle(id)?.answer.reject(
        new TureenError('aborted', `'${method}' was aborted`, { method, cause: signal?.reason }),
      );
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    const release = () => {
      cancelTimer();
      signal?.removeEventListener('abort', onAbort);
    };
    this.#entries.set(id, { method, sentAt: this.#clock.now(), answer, release });
    return { id, answer: answer.promise };
  }

  /** Pairs an answer with its request; null where none waits (any more). */
  settle(response: ResponsePacket): SettledRequest | null {
    const entry = this.#settle(response.id);
    if (entry === undefined) return null;
    const { method } = entry;
    if (response.ok) entry.answer.resolve(response.data);
    else if (response.isMalformed === true)
      entry.answer.reject(new TureenError('badResponse', response.errorReason, { method }));
    else {
      entry.answer.reject(
        new TureenError('requestRefused', response.errorReason || `the server refused '${method}'`, {
          method,
          serverCode: response.errorCode,
          reason: response.endReason,
        }),
      );
    }
    return { method, ms: this.#clock.now() - entry.sentAt };
  }

  /** Rejects one request, e.g. when it could not be sent. */
  reject(id: number, error: TureenError): void {
    this.#settle(id)?.answer.reject(error);
  }

  /** Rejects all that waits, each with an error that names its method. */
  rejectAll(makeError: (method: string) => TureenError): void {
    for (const [id, { method }] of [...this.#entries]) this.#settle(id)?.answer.reject(makeError(method));
  }

  #settle(id: number): Entry | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    this.#entries.delete(id);
    entry.release();
    return entry;
  }
}
