/**
 * Resolves after all pending promises and microtasks have run. For helpers of this package and for the fuzzer. Lint refuses it in tests,
 * which wait for an event or message, or assert with `expectUnchanged()` that nothing happens.
 */
export function flushMicrotasks(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
