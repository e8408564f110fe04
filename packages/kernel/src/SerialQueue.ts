/** Runs tasks one after another, in the order of `run()`. A task that fails does not stop the tasks after it. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Starts `task` after all earlier tasks have ended. Resolves or rejects as `task` does. */
  run<T>(task: () => Promise<T> | T): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
