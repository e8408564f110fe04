/** Counts entities that exist or are being created, so that concurrent requests cannot exceed a limit. */
export class Allowance {
  readonly #max: number;
  readonly #exceeded: () => Error;
  #used = 0;

  /** `exceeded` creates the error for a request above `max`. */
  constructor(max: number, exceeded: () => Error) {
    this.#max = max;
    this.#exceeded = exceeded;
  }

  get isExhausted(): boolean {
    return this.#used >= this.#max;
  }

  /** Counts one entity from now until {@link release}, unless `make` fails. Throws where the allowance is exhausted. */
  async use<T>(make: () => Promise<T>): Promise<T> {
    if (this.isExhausted) throw this.#exceeded();
    this.#used += 1;
    try {
      return await make();
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** Stops counting an entity that closed. */
  release(): void {
    this.#used -= 1;
  }
}
