/** Maximum number of queued packets. Later packets are dropped, as by a router. */
const queueLength = 60;

/** Line with a limited rate in bytes per second and a short queue. */
export class NarrowLine {
  readonly #bytesPerSec: number;
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Time at which the queue will be empty, in ms. */
  #busyUntil = 0;

  constructor(bytesPerSec: number) {
    this.#bytesPerSec = bytesPerSec;
  }

  carry(size: number, send: () => void): void {
    if (this.#timers.size >= queueLength) return;
    const now = performance.now();
    this.#busyUntil = Math.max(now, this.#busyUntil) + (size / this.#bytesPerSec) * 1000;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      send();
    }, this.#busyUntil - now);
    this.#timers.add(timer);
  }

  /** Drops the queue. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
