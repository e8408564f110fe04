import { type Clock, systemClock } from '@tureen/kernel';
import type { MediaTransportEvents } from '../engine/port/MediaTransport.ts';

/** Longest round trip that the nomination measures, in ms. A longer time means that packets were lost. */
const MAX_ROUND_TRIP_MS = 1000;

type IceState = MediaTransportEvents['iceStateChanged']['state'];
type DtlsState = MediaTransportEvents['dtlsStateChanged']['state'];

/**
 * Measures the round trip to the client of a transport, and predicts when the DTLS handshake ends.
 *
 * A client checks a candidate pair (`connected`), and nominates the pair after the response (`completed`): one round trip.
 * The client sends its first DTLS flight with the nomination, and the server needs one further round trip until its second.
 */
export class Handshake {
  readonly #clock: Clock;
  #checkedAt: number | undefined;
  #isNominated = false;
  #roundTripMs: number | undefined;
  #endsAt: number | undefined;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Whether the client has reached the transport. */
  get hasBegun(): boolean {
    return this.#checkedAt !== undefined;
  }

  /** Round trip to the client, in ms. Undefined before the nomination, and for a client that nominates with its first check. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  /** Predicted end of the handshake, by the clock. Undefined where there is no prediction. */
  get endsAt(): number | undefined {
    return this.#endsAt;
  }

  /** Handles a change of the ICE state. `dtlsState`: the current one. Only the first nomination counts. */
  handleIceState(state: IceState, dtlsState: DtlsState): void {
    if (this.#isNominated || (state !== 'connected' && state !== 'completed')) return;
    const now = this.#clock.now();
    this.#isNominated = state === 'completed';
    const checkedAt = this.#checkedAt;
    this.#checkedAt ??= now;
    if (!this.#isNominated || checkedAt === undefined || now - checkedAt > MAX_ROUND_TRIP_MS) return;
    this.#roundTripMs = now - checkedAt;
    // The worker drops DTLS packets until it has the client's parameters. The client then repeats them, at no certain time.
    if (dtlsState === 'connecting') this.#endsAt = now + this.#roundTripMs;
  }
}
