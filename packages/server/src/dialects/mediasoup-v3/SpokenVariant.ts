import { detectClientVariant } from '@tureen/protocol/mediasoup-v3';
import type { Variant, WireVariant } from '@tureen/protocol/mediasoup-v3';

/**
 * Which generation of the demo one client is of. Where the settings leave that open (`auto`), its first createWebRtcTransport
 * shows it; until then messages to that client are in the words of both.
 */
export class SpokenVariant {
  readonly #setting: Variant | undefined;
  #shown: WireVariant | undefined;

  constructor(setting: Variant | 'auto') {
    this.#setting = setting === 'auto' ? undefined : setting;
  }

  /** How answers and notifications are written. */
  get wording(): WireVariant {
    return this.#setting === undefined && this.#shown === undefined ? 'both' : this.variant;
  }

  /** The generation; `classic` while that is open, and for a client that takes either. */
  get variant(): Variant {
    if (this.#setting !== undefined) return this.#setting;
    return this.#shown === 'notify' ? 'notify' : 'classic';
  }

  /** In whose words the client reads what another client said; undefined: a Tureen client, which reads all of them. */
  get reader(): Variant | undefined {
    return this.#shown === 'both' ? undefined : this.variant;
  }

  /** Whether the client takes a message that `variants` have. */
  isAmong(variants: readonly Variant[]): boolean {
    return this.wording === 'both' || variants.includes(this.variant);
  }

  /** Learns from the data of a createWebRtcTransport as it came. The first counts. */
  learn(createWebRtcTransportData: unknown): void {
    this.#shown ??= detectClientVariant(createWebRtcTransportData);
  }
}
