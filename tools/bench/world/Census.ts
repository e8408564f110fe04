/** Counts the live objects of each kind without keeping them alive. */
export class Census {
  readonly #known = new WeakSet<object>();
  readonly #born = new Map<string, WeakRef<object>[]>();

  /** Registers an object under its kind. Ignores an object that is registered already. */
  watch(kind: string, one: object): void {
    if (this.#known.has(one)) return;
    this.#known.add(one);
    const kin = this.#born.get(kind) ?? [];
    this.#born.set(kind, kin);
    kin.push(new WeakRef(one));
  }

  get born(): Readonly<Record<string, number>> {
    return this.#each((kin) => kin.length);
  }

  /** Live objects by kind. Collect garbage first: see `collectUntil`. */
  get alive(): Readonly<Record<string, number>> {
    return this.#each((kin) => kin.filter((one) => one.deref() !== undefined).length);
  }

  get aliveCount(): number {
    return Object.values(this.alive).reduce((sum, count) => sum + count, 0);
  }

  #each(count: (kin: readonly WeakRef<object>[]) => number): Record<string, number> {
    return Object.fromEntries([...this.#born].map(([kind, kin]) => [kind, count(kin)]));
  }
}
