import { networkOf } from '../shared/ipAddress.ts';

/** Counts the connections of each remote address, so that one address cannot use them all. */
export class ConnectionCount {
  readonly #max: number;
  readonly #counts = new Map<string, number>();

  /** `max`: 0 for no limit. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Counts a connection until `whenClosed` calls back. Returns false where the limit is reached. */
  take(address: string, whenClosed: (giveBack: () => void) => void): boolean {
    if (this.#max === 0) return true;
    const network = networkOf(address);
    const count = this.#counts.get(network) ?? 0;
    if (count >= this.#max) return false;
    this.#counts.set(network, count + 1);
    whenClosed(() => {
      const left = (this.#counts.get(network) ?? 1) - 1;
      if (left === 0) this.#counts.delete(network);
      else this.#counts.set(network, left);
    });
    return true;
  }
}
