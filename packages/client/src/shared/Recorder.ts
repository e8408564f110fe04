interface Waiter<T> {
  readonly isMet: (items: readonly T[]) => boolean;
  readonly resolve: () => void;
}

/** For tests. What has happened, in order, a line or an item each. A test awaits the items in place of a fixed time. */
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

  /** Resolves once there are at least `length` items. */
  async reaches(length: number): Promise<void> {
    await this.until((items) => items.length >= length);
  }

  /** Resolves once `isMet` returns true, which each new item may change. */
  async until(isMet: (items: readonly T[]) => boolean): Promise<void> {
    if (!isMet(this))
      await new Promise<void>((resolve) => {
        this.#waiters.push({ isMet, resolve });
      });
  }
}
