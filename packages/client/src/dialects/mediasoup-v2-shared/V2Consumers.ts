import type { MediaKind } from '@tureen/protocol/common';
import type { PreferredProfile } from '@tureen/protocol/mediasoup-v2-shared';

/** What a session knows of one consumer that the server has for us. */
export interface KnownConsumer {
  readonly id: number;
  readonly peerName: string;
  /** Made up, as the wire does not name producers: peer, kind, source, and a number where there are several such. */
  readonly producerId: string;
  readonly useRtx: boolean;
  /** What the server is to hold: it is told of changes from the moment on when the consumer is enabled. */
  paused: boolean;
  profile: PreferredProfile | undefined;
  enabled: boolean;
  /** How often the server has said that it is paused or goes on: what it says later holds against what it said before. */
  pauseNews: number;
}

interface NewConsumer extends Pick<KnownConsumer, 'id' | 'peerName' | 'useRtx'> {
  readonly kind: MediaKind;
  readonly source: string;
}

/** The consumers of one session, by the id that the room knows them by. */
export class V2Consumers {
  readonly #known = new Map<string, KnownConsumer>();
  readonly #names = new Set<string>();

  get(id: string): KnownConsumer | undefined {
    return this.#known.get(id);
  }

  /** Null for one that is known. */
  add({ id, peerName, kind, source, useRtx }: NewConsumer): KnownConsumer | null {
    if (this.#known.has(String(id))) return null;
    const alike = `${peerName}:${kind}:${source}`;
    let producerId = alike;
    // The lowest that is free: after a rejoin the same tracks, in the same order, have the same names again.
    for (let number = 2; this.#names.has(producerId); number += 1) producerId = `${alike}:${number}`;
    const one = { id, peerName, producerId, useRtx, paused: false, profile: undefined, enabled: false, pauseNews: 0 };
    this.#known.set(String(id), one);
    this.#names.add(producerId);
    return one;
  }

  delete(id: string): void {
    this.#names.delete(this.#known.get(id)?.producerId ?? '');
    this.#known.delete(id);
  }

  /** After a loss: what lives on, and how the server holds it. Gives back what it is to be told again. */
  keepOnly(kept: ReadonlyMap<string, { readonly paused: boolean }>): KnownConsumer[] {
    for (const [id, one] of this.#known) {
      const state = kept.get(id);
      if (state === undefined) this.delete(id);
      else one.paused = state.paused;
    }
    // Nobody confirms it, and no answer says what came of it.
    return [...this.#known.values()].filter(({ enabled, profile }) => enabled && profile !== undefined);
  }

  deleteOf(peerName: string): void {
    for (const [id, one] of this.#known) if (one.peerName === peerName) this.delete(id);
  }
}
