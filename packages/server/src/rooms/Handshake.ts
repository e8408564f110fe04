import { type Clock, systemClock } from '@tureen/kernel';
import type { MediaTransportEvents } from '../engine/port/MediaTransport.ts';

/** Longest round trip that counts, in ms. A longer time means that packets were lost. */
const MAX_ROUND_TRIP_MS = 1000;
/** Maximum time that a client waits between two ICE checks, in ms. */
const CHECK_INTERVAL_MS = 50;

/** Parts of a {@link Handshake}. */
export interface HandshakeOptions {
  readonly clock?: Clock | undefined;
  /** Returns the round trip over the signaling connection, in ms. Default: unknown. */
  readonly signalingMs?: (() => number | undefined) | undefined;
}

/**
 * Predicts when the DTLS handshake of a transport ends: two round trips after the first ICE check of the client. The client
 * sends its first DTLS flight when the check is answered, and its second when the first is.
 *
 * The round trip is that of the signaling connection. The time from the first check (`connected`) to the nomination
 * (`completed`) corrects it, or replaces it where it is unknown: one round trip and the wait for the client's next check.
 */
export class Handshake {
  readonly #clock: Clock;
  readonly #signalingMs: () => number | undefined;
  #checkedAt: number | undefined;
  #connectingAt: number | undefined;
  /** Time from the first check to the nomination, in ms; null for a client that nominates with its first check. */
  #nominationMs: number | null | undefined;

  constructor({ clock = systemClock, signalingMs = () => undefined }: HandshakeOptions = {}) {
    this.#clock = clock;
    this.#signalingMs = signalingMs;
  }

  /** Whether the client has reached the transport. */
  get hasBegun(): boolean {
    return this.#checkedAt !== undefined;
  }

  /** Round trip to the client, in ms. Undefined where it is unknown. */
  get roundTripMs(): number | undefined {
    const signalingMs = within(this.#signalingMs());
    const nominationMs = within(this.#nominationMs ?? undefined);
    if (signalingMs === undefined || nominationMs === undefined) return signalingMs ?? nominationMs;
    return Math.min(nominationMs, Math.max(signalingMs, nominationMs - CHECK_INTERVAL_MS));
  }

  /** Predicted end of the handshake, by the clock. Undefined where there is no prediction. */
  get endsAt(): number | undefined {
    const { roundTripMs } = this;
    if (roundTripMs === undefined || this.#checkedAt === undefined || this.#connectingAt === undefined)
      return undefined;
    // The engine drops DTLS packets until it has the client's parameters. The client then repeats them, at no certain time.
    if (this.#connectingAt > this.#checkedAt + roundTripMs) return undefined;
    return this.#checkedAt + 2 * roundTripMs;
  }

  /** Handles a change of the ICE state. Only the first nomination counts. */
  handleIceState(state: MediaTransportEvents['iceStateChanged']['state']): void {
    if (this.#nominationMs !== undefined || (state !== 'connected' && state !== 'completed')) return;
    const now = this.#clock.now();
    if (state === 'completed') this.#nominationMs = this.#checkedAt === undefined ? null : now - this.#checkedAt;
    this.#checkedAt ??= now;
  }

  /** Handles a change of the DTLS state. */
  handleDtlsState(state: MediaTransportEvents['dtlsStateChanged']['state']): void {
    if (state === 'connecting') this.#connectingAt ??= this.#clock.now();
  }
}

function within(ms: number | undefined): number | undefined {
  return ms === undefined || ms > MAX_ROUND_TRIP_MS ? undefined : ms;
}
