import { type Clock, deferred } from '@tureen/kernel';
import { checkOptions } from './checks/development.ts';
import { TureenError } from './errors.ts';
import type { TypedEmitter } from './TypedEmitter.ts';

/** Options of `room.waitFor()`. */
export interface WaitForOptions<Payload> {
  /** Returns true for the event to wait for. Default: the next event. */
  readonly where?: ((payload: Payload) => boolean) | undefined;
  /** Time in ms after which the call rejects with `timeout`. Default: no timeout. */
  readonly timeoutMs?: number | undefined;
  /** Rejects the call with `aborted` when the signal aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** Resolves to the payload of the next `event`. Rejects with `timeout` or `aborted`. Leaves no listener and no timer behind. */
export function waitForEvent<Events extends { [Name in keyof Events]: object }, K extends keyof Events & string>(
  emitter: TypedEmitter<Events>,
  event: K,
  options: WaitForOptions<Events[K]>,
  clock: Clock,
): Promise<Events[K]> {
  checkOptions(options);
  const { where, timeoutMs, signal } = options;
  const aborted = () => new TureenError('aborted', `waiting for '${event}' was aborted`, { cause: signal?.reason });
  if (signal?.aborted === true) return Promise.reject(aborted());
  const { promise, resolve, reject } = deferred<Events[K]>();
  const settle = (act: () => void) => {
    unsubscribe();
    cancel();
    signal?.removeEventListener('abort', onAbort);
    act();
  };
  const onAbort = () => {
    settle(() => {
      reject(aborted());
    });
  };
  const unsubscribe = emitter.subscribe(event, (payload) => {
    if (where === undefined || where(payload)) {
      settle(() => {
        resolve(payload);
      });
    }
  });
  const cancel =
    timeoutMs === undefined
      ? () => {}
      : clock.after(timeoutMs, () => {
          settle(() => {
            reject(new TureenError('timeout', `no '${event}' within ${timeoutMs} ms`));
          });
        });
  signal?.addEventListener('abort', onAbort, { once: true });
  return promise;
}
