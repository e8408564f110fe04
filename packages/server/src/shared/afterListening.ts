import type { Clock } from '@tureen/kernel';

/** Parts into which the time is cut. A stall of the event loop that is longer than one of them does not count. */
const PARTS = 8;

/** What a deadline on a message from elsewhere needs. */
export interface ListeningDeadline {
  readonly clock: Clock;
  readonly ms: number;
  /** Called once, when this process has listened for `ms`. */
  readonly onOver: () => void;
  /** Called after each stall, with its length in ms. */
  readonly onStall?: ((stalledMs: number) => void) | undefined;
}

/**
 * A timer for a deadline on a message that comes over a socket. After a stall of the event loop (a long task, a process or a
 * machine that was stopped) timers fire before the sockets are read, so the message may be there. Such time does not count.
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
