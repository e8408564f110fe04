/** Measures a round trip over a connection. Calls back at most once, with the time in ms. */
export type MeasureRoundTrip = (onMeasured: (ms: number) => void) => void;

/** Round trip between the server and the client of a peer, over the signaling connection. */
export class SignalingRoundTrip {
  #measure: MeasureRoundTrip = () => {};
  #ms: number | undefined;
  readonly #waiting = new Set<() => void>();

  /** Latest measurement on the current connection, in ms. Undefined before the first. */
  get ms(): number | undefined {
    return this.#ms;
  }

  /** Handles another connection of the peer, which may take another path. */
  handleConnection(measure: MeasureRoundTrip): void {
    this.#measure = measure;
    this.#ms = undefined;
    this.#waiting.clear();
  }

  /** Measures, or joins a pending measurement. Calls back with the result, unless the peer has another connection by then. */
  measure(onMeasured: () => void): void {
    const isPending = this.#waiting.size > 0;
    this.#waiting.add(onMeasured);
    if (isPending) return;
    const measure = this.#measure;
    measure((ms) => {
      if (this.#measure !== measure) return;
      this.#ms = ms;
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      for (const handleMeasured of waiting) handleMeasured();
    });
  }
}
