/** Notifies its listeners once per microtask turn, however many changes there were. */
export class Changes {
  readonly #listeners = new Set<() => void>();
  #isScheduled = false;

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  // An arrow function, so that it can be passed as a listener.
  readonly notify = (): void => {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    // Not an animation frame: background tabs have none, but their titles and badges change too.
    queueMicrotask(() => {
      this.#isScheduled = false;
      for (const listener of [...this.#listeners]) listener();
    });
  };
}
