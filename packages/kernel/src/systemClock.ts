import type { Clock } from './Clock.ts';

/** Maximum delay of a timer, about 25 days. A longer timer would fire immediately. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Clock of the machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, fn) {
    const at = performance.now() + ms;
    let timer: ReturnType<typeof setTimeout>;
    const wait = (leftMs: number) => {
      timer = leftMs > MAX_TIMER_MS ? setTimeout(next, MAX_TIMER_MS) : setTimeout(fn, leftMs);
    };
    const next = () => {
      wait(at - performance.now());
    };
    wait(ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
