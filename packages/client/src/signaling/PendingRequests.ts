import { type Clock, type Deferred, deferred } from '@tureen/kernel';
import { TureenError } from '../shared/errors.ts';
import { readServerReason } from '../shared/finalReasons.ts';
import type { ResponseFrame } from './SignalingTransport.ts';

interface PendingRequest {
  readonly method: string;
  readonly sentAt: number;
  readonly response: Deferred<unknown>;
  /** Removes the timer and the abort listener. */
  readonly release: () => void;
}

/** Request whose response arrived, for the trace. */
export interface SettledRequest {
  readonly method: string;
  readonly ms: number;
}

export interface PendingRequestOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Runs after the request rejected with `requestTimeout`. */
  readonly onTimeout?: (() => void) | undefined;
}

/** Requests of one connection that wait for their responses. Assigns IDs, matches responses, and times requests out. */
export class PendingRequests {
  readonly #clock: Clock;
  readonly #requests = new Map<number, PendingRequest>();
  #lastId = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#requests.size;
  }

  /** Adds a request. `response` rejects with `requestTimeout` or `aborted` if no response arrives before. */
  add(method: string, options: PendingRequestOptions): { id: number; response: Promise<unknown> } {
    const { timeoutMs, signal, onTimeout } = options;
    const id = ++this.#lastId;
    const response = deferred<unknown>();
    const cancelTimer = this.#clock.after(timeoutMs, () => {
      this.reject(
        id,
        new TureenError('requestTimeout', `no response to '${method}' within ${timeoutMs} ms`, { method }),
      );
      onTimeout?.();
    });
    const handleAbort = () => {
      this.reject(id, new TureenError('aborted', `'${method}' was aborted`, { method, cause: signal?.reason }));
    };
    signal?.addEventListener('abort', handleAbort, { once: true });
    const release = () => {
      cancelTimer();
      signal?.removeEventListener('abort', handleAbort);
    };
    this.#requests.set(id, { method, sentAt: this.#clock.now(), response, release });
    return { id, response: response.promise };
  }

  /** Settles the request of a response. Null if no request of that ID is pending. */
  settle(frame: ResponseFrame): SettledRequest | null {
    const request = this.#remove(frame.id);
    if (request === undefined) return null;
    const { method } = request;
    if (frame.ok) request.response.resolve(frame.data);
    else {
      request.response.reject(
        new TureenError('requestRefused', frame.errorReason || `the server refused '${method}'`, {
          method,
          serverCode: frame.errorCode,
          ...readServerReason(frame.endReason),
        }),
      );
    }
    return { method, ms: this.#clock.now() - request.sentAt };
  }

  /** Rejects one request, if it is pending. */
  reject(id: number, error: TureenError): void {
    this.#remove(id)?.response.reject(error);
  }

  /** Rejects the request of a malformed response with `badResponse`. */
  rejectMalformed(id: number, description: string): void {
    const request = this.#remove(id);
    request?.response.reject(new TureenError('badResponse', description, { method: request.method }));
  }

  /** Rejects each pending request with an error created from its method. */
  rejectAll(makeError: (method: string) => TureenError): void {
    for (const [id, { method }] of [...this.#requests]) this.reject(id, makeError(method));
  }

  #remove(id: number): PendingRequest | undefined {
    const request = this.#requests.get(id);
    if (request === undefined) return undefined;
    this.#requests.delete(id);
    request.release();
    return request;
  }
}
