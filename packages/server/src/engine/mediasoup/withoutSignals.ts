const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Takes away the listeners that a new worker gives the process. They end it at the first signal, under calls that may still have
 * time, and a program that has none of its own would not end at all. When a worker ends is for whoever made it to say.
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
