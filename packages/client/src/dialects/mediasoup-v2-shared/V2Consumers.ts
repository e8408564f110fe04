import type { MediaKind } from '@tureen/protocol/common';
import type { PreferredProfile } from '@tureen/protocol/mediasoup-v2-shared';

/** Consumer of the session. */
export interface KnownConsumer {
  readonly id: number;
  readonly peerName: string;
  /** Derived from peer, kind, source, and a number where several are alike: messages do not name producers. */
  readonly producerId: string;
  readonly useRtx: boolean;
  /** Desired state at the server, which gets changes once the consumer is enabled. */
  paused: boolean;
  profile: PreferredProfile | undefined;
  enabled: boolean;
  /** Number of pause and resume notifications: a later one overrides the response to an earlier request. */
  pauseChanges: number;
}

interface NewConsumer extends Pick<KnownConsumer, 'id' | 'peerName' | 'useRtx'> {
  readonly kind: MediaKind;
  readonly source: string;
}

/** Consumers of one session, by the room's ID. */
export class V2Consumers {
  readonly #known = new Map<string, KnownConsumer>();
  readonly #names = new Set<string>();

  get(id: string): KnownConsumer | undefined {
    return this.#known.get(id);
  }

  /** Adds a consumer. Returns null for a known consumer. */
  add({ id, peerName, kind, source, useRtx }: NewConsumer): KnownConsumer | null {
    if (this.#known.has(String(id))) return null;
    const alike = `${peerName}:${kind}:${source}`;
    let producerId = alike;
    // The lowest free number: after a rejoin the same tracks, in the same order, have the same names.
    for (let number = 2; this.#names.has(producerId); number += 1) producerId = `${alike}:${number}`;
    const one = {
      id,
      peerName,
      producerId,
      useRtx,
      paused: false,
      profile: undefined,
      enabled: false,
      pauseChanges: 0,
    };
    this.#known.set(String(id), one);
    this.#names.add(producerId);
    return one;
  }

  delete(id: string): void {
    this.#names.delete(this.#known.get(id)?.producerId ?? '');
    this.#known.delete(id);
  }

  /** Keeps the consumers that the server resumed. Returns those whose preferred profile the server needs again. */
  retainOnly(resumed: ReadonlyMap<string, { readonly paused: boolean }>): KnownConsumer[] {
    for (const [id, one] of this.#known) {
      const state = resumed.get(id);
      if (state === undefined) this.delete(id);
      else one.paused = state.paused;
    }
    // No response confirms a profile, so the server may have missed it.
    return [...this.#known.values()].filter(({ enabled, profile }) => enabled && profile !== undefined);
  }

  deleteOf(peerName: string): void {
    for (const [id, one] of this.#known) if (one.peerName === peerName) this.delete(id);
  }
}
