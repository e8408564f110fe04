import type { Clock } from '@tureen/kernel';

/** Number of parts of the time. A stall of the event loop that is longer than one part does not count. */
const PARTS = 8;

/** Options of a deadline for a message from a socket. */
export interface ListeningDeadline {
  readonly clock: Clock;
  readonly ms: number;
  /** Called once, when this process has listened for `ms`. */
  readonly onOver: () => void;
  /** Called after each stall, with its length in ms. */
  readonly onStall?: ((stalledMs: number) => void) | undefined;
}

/**
 * Sets a timer for a message from a socket. After a stall of the event loop (a long task, or a stopped process or machine)
 * timers fire before the sockets are read, so the message may have arrived. Such time does not count.
 *
 * @returns A function that cancels the timer.
 */
export function afterListening({ clock, ms, onOver, onStall }: ListeningDeadline): () => void {
  const partMs = Math.max(1, Math.ceil(ms / PARTS));
  let cancel = () => {};
  const wait = (leftMs: number) => {
    const waitMs = Math.min(leftMs, partMs);
    const dueAt = clock.now() + waitMs;
    cancel = clock.after(waitMs, () => {
      const lateMs = clock.now() - dueAt;
      if (lateMs > partMs) {
        onStall?.(lateMs);
        wait(Math.max(leftMs - waitMs, partMs));
      } else if (leftMs > waitMs) wait(leftMs - waitMs);
      else onOver();
    });
  };
  wait(ms);
  return () => {
    cancel();
  };
}
