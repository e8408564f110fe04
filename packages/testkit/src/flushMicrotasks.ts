/**
 * Resolves after all pending promises and microtasks have run. Only for negative assertions: call it before you assert that
 * nothing happened. To wait for something that happens, await its event, or the message at the scripted server.
 */
export function flushMicrotasks(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
