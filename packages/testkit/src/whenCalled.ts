import { deferred } from '@tureen/kernel';
import type { Mock } from 'vitest';

/** Resolves once the mock or spy has been called `times` times in all. What the mock does stays as it is. */
export async function whenCalled(mock: Pick<Mock, 'mock'>, times = 1): Promise<void> {
  const { calls } = mock.mock;
  if (calls.length >= times) return;
  const called = deferred<void>();
  // A mock records each call with `push()`. Its implementation may be one of several `mockReturnValueOnce()`, so it isn't wrapped.
  calls.push = (...recorded) => {
    const length = Array.prototype.push.apply(calls, recorded);
    if (length >= times) called.resolve();
    return length;
  };
  await called.promise;
  Reflect.deleteProperty(calls, 'push');
}
