import type { Clock } from '@tureen/kernel';

/** Measures round trips to one client by WebSocket pings. A client that does not respond leaves one measurement, no timer. */
export class RoundTrips {
  readonly #clock: Clock;
  #count = 0;
  #pending:
    { readonly payload: string; readonly sentAt: number; readonly onMeasured: (ms: number) => void } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins a measurement, which replaces a pending one. Returns the payload of the ping to send. */
  begin(onMeasured: (ms: number) => void): string {
    this.#count += 1;
    const payload = String(this.#count);
    this.#pending = { payload, sentAt: this.#clock.now(), onMeasured };
    return payload;
  }

  /** Handles a pong, of a measurement or of another ping. */
  handlePong(data: Buffer): void {
    const pending = this.#pending;
    if (pending?.payload !== data.toString('latin1')) return;
    this.#pending = undefined;
    pending.onMeasured(this.#clock.now() - pending.sentAt);
  }
}
