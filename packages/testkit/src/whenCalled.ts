import { deferred } from '@tureen/kernel';
import type { Mock } from 'vitest';
import { flushMicrotasks } from './flushMicrotasks.ts';

/**
 * Resolves once the mock or spy has been called `times` times in total. Also runs pending microtasks, so that an extra call fails the test.
 * Does not change what the mock does.
 */
export async function whenCalled(mock: Pick<Mock, 'mock'>, times = 1): Promise<void> {
  await calledTimes(mock.mock.calls, times);
  await flushMicrotasks();
}

async function calledTimes(calls: unknown[][], times: number): Promise<void> {
  if (calls.length >= times) return;
  const called = deferred<void>();
  // Another wait for the same mock may have replaced it.
  const { push } = calls;
  // A mock records each call with `push()`. Its implementation may be one of several `mockReturnValueOnce()`, so it isn't wrapped.
  const value = (...recorded: unknown[][]) => {
    const length = push.apply(calls, recorded);
    if (length >= times) called.resolve();
    return length;
  };
  // Not enumerable: assertions on the calls compare enumerable properties.
  Object.defineProperty(calls, 'push', { value, configurable: true });
  await called.promise;
}
