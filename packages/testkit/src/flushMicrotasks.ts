/**
 * Resolves after all pending promises and microtasks have run. For the helpers of this package and for the fuzzer: lint rejects it
 * in tests, which wait for an event or a message, or assert that nothing happens with `expectUnchanged()`.
 */
export function flushMicrotasks(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
