import type { Clock } from '@tureen/kernel';

/** System clock with timers that do not keep the process running. */
export const backgroundClock: Clock = {
  now: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms).unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
