import { wasInFlight } from '../../shared/connectionLoss.ts';

/** WebSocket close codes that blame the last message. */
const accusingCodes: readonly (number | undefined)[] = [1002, 1003, 1007, 1008, 1009];

/** Counts successive attempts whose connection dropped in the same way under the same request to join. */
export class LostJoins {
  #lastLoss = '';
  #count = 0;

  get count(): number {
    return this.#count;
  }

  reset(): void {
    this.#count = 0;
  }

  /**
   * Returns whether `request` is to blame: after two attempts if the close code blames the message. Otherwise an outage looks
   * the same, so a rejoin is never to blame, and a `join()` of the app after five attempts.
   */
  add(error: unknown, request: unknown, isRejoin: boolean): boolean {
    if (!wasInFlight(error)) {
      this.reset();
      return false;
    }
    const { closeCode, method } = error;
    const loss = JSON.stringify([closeCode, method, request]);
    this.#count = loss === this.#lastLoss ? this.#count + 1 : 1;
    this.#lastLoss = loss;
    return this.#count >= (accusingCodes.includes(closeCode) ? 2 : isRejoin ? Infinity : 5);
  }
}
