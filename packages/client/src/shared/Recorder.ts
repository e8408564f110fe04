interface Waiter {
  readonly length: number;
  readonly resolve: () => void;
}

/** For tests. Lines of what has happened, in order. A test awaits their number in place of a fixed time. */
export class Recorder extends Array<string> {
  #waiters: Waiter[] = [];

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  override push(...lines: string[]): number {
    const length = super.push(...lines);
    const reached = this.#waiters.filter((waiter) => waiter.length <= length);
    this.#waiters = this.#waiters.filter((waiter) => waiter.length > length);
    for (const { resolve } of reached) resolve();
    return length;
  }

  /** Resolves once there are at least `length` lines. */
  async reaches(length: number): Promise<void> {
    if (this.length < length)
      await new Promise<void>((resolve) => {
        this.#waiters.push({ length, resolve });
      });
  }
}
