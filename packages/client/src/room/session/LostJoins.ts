import { wasInFlight } from '../../shared/connectionLoss.ts';

/** WebSocket close codes by which a server says that the message before is at fault. */
const accusingCodes: readonly (number | undefined)[] = [1002, 1003, 1007, 1008, 1009];

/** Counts the attempts in a row whose connection ended in the same way while the same request to enter was in flight. */
export class LostJoins {
  #way = '';
  #count = 0;

  get count(): number {
    return this.#count;
  }

  reset(): void {
    this.#count = 0;
  }

  /**
   * Whether `request` is to blame: after two attempts where the close code says so. Otherwise an outage looks the same, so a
   * rejoin is never to blame, and a `join()` of the app after five.
   */
  add(error: unknown, request: unknown, isRejoin: boolean): boolean {
    if (!wasInFlight(error)) {
      this.reset();
      return false;
    }
    const { closeCode, method } = error;
    const way = JSON.stringify([closeCode, method, request]);
    this.#count = way === this.#way ? this.#count + 1 : 1;
    this.#way = way;
    return this.#count >= (accusingCodes.includes(closeCode) ? 2 : isRejoin ? Infinity : 5);
  }
}
