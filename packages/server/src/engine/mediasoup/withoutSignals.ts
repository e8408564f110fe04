const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Removes the signal listeners that a new worker adds to the process. They end the process at the first signal, even while
 * calls still have time. A program without its own listeners would then not end at all. The owner of a worker decides when
 * the worker exits.
 */
export function withoutSignals<T>(make: () => T): T {
  const before = signals.map((signal) => new Set(process.rawListeners(signal)));
  try {
    return make();
  } finally {
    for (const [index, signal] of signals.entries())
      for (const listener of process.rawListeners(signal))
        if (before[index]?.has(listener) !== true) process.off(signal, listener as NodeJS.SignalsListener);
  }
}
