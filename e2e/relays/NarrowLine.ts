/** Packets that wait for the line; what comes beyond them is dropped, as a router does. */
const queueLength = 60;

/** A line that carries so many bytes a second, with a short queue before it. */
export class NarrowLine {
  readonly #bytesPerSec: number;
  readonly #timers = new Set<NodeJS.Timeout>();
  /** When what waits has been sent, in ms. */
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

  /** What waits is lost. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
