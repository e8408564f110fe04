interface Waiter<T> {
  readonly isMet: (items: readonly T[]) => boolean;
  readonly resolve: () => void;
}

/** Log of events for tests, one line or item each. A test awaits the items instead of a fixed time. */
export class Recorder<T = string> extends Array<T> {
  #waiters: Waiter<T>[] = [];

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  override push(...items: T[]): number {
    const length = super.push(...items);
    const met = this.#waiters.filter(({ isMet }) => isMet(this));
    this.#waiters = this.#waiters.filter((waiter) => !met.includes(waiter));
    for (const { resolve } of met) resolve();
    return length;
  }

  /** Resolves when there are at least `length` items. */
  async reaches(length: number): Promise<void> {
    await this.until((items) => items.length >= length);
  }

  /** Resolves when `isMet` returns true. Each new item calls `isMet` again. */
  async until(isMet: (items: readonly T[]) => boolean): Promise<void> {
    if (!isMet(this))
      await new Promise<void>((resolve) => {
        this.#waiters.push({ isMet, resolve });
      });
  }
}
