import { detectClientVariant } from '@tureen/protocol/mediasoup-v3';
import type { Variant, WireVariant } from '@tureen/protocol/mediasoup-v3';

/**
 * Generation of the demo that one client belongs to. With `auto`, the client's first createWebRtcTransport shows the
 * generation; until then messages to that client suit both.
 */
export class ClientVariant {
  readonly #setting: Variant | undefined;
  #shown: WireVariant | undefined;

  constructor(setting: Variant | 'auto') {
    this.#setting = setting === 'auto' ? undefined : setting;
  }

  /** Variant in which responses and notifications are written. */
  get wording(): WireVariant {
    return this.#setting === undefined && this.#shown === undefined ? 'both' : this.variant;
  }

  /** Generation of the client; `classic` while that is unknown, and for a client that accepts either. */
  get variant(): Variant {
    if (this.#setting !== undefined) return this.#setting;
    return this.#shown === 'notify' ? 'notify' : 'classic';
  }

  /** Variant in which the client reads appData of other clients; undefined for a Tureen client, which reads both. */
  get reader(): Variant | undefined {
    return this.#shown === 'both' ? undefined : this.variant;
  }

  /** Whether the client supports a message of these variants. */
  isAmong(variants: readonly Variant[]): boolean {
    return this.wording === 'both' || variants.includes(this.variant);
  }

  /** Detects the variant from the data of the first createWebRtcTransport. */
  learn(createWebRtcTransportData: unknown): void {
    this.#shown ??= detectClientVariant(createWebRtcTransportData);
  }
}
