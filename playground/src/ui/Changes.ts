/** Tells that something changed: once per turn, however much did. */
export class Changes {
  readonly #listeners = new Set<() => void>();
  #isScheduled = false;

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  // An arrow, so that it can be handed over as a listener.
  readonly notify = (): void => {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    // Not an animation frame: tabs in the background have none, and their titles and badges change too.
    queueMicrotask(() => {
      this.#isScheduled = false;
      for (const listener of [...this.#listeners]) listener();
    });
  };
}
