import { TureenError, isNotAgain, notAgain } from '../../shared/errors.ts';
import { wasInFlight } from '../../shared/connectionLoss.ts';
import type { ConsumerOffer } from '../entityInfo.ts';

/** Number of offers that a room remembers. */
const rememberedAtMost = 256;

/** Successive connection losses allowed while the same offer is consumed. Consumers don't wait for each other. */
const lossesAtMost = 5;

/** Offers that a room does not consume again: the browser refused them, or the connection dropped each time. */
export class RefusedOffers {
  readonly #refused = new Set<string>();
  readonly #losses = new Map<string, number>();

  /** Rejects as `consume` does, and with `mediaFailed` for an offer that was refused before. */
  async consume<T>({ producerId, rtpParameters }: ConsumerOffer, consume: () => Promise<T>): Promise<T> {
    // In another session the same producer has another consumer ID, MID and SSRC.
    const { codecs, headerExtensions } = rtpParameters;
    const key = JSON.stringify([producerId, codecs, headerExtensions]);
    if (this.#refused.has(key))
      throw new TureenError('mediaFailed', 'the room has refused this offer', { hint: notAgain });
    try {
      const media = await consume();
      this.#losses.delete(key);
      return media;
    } catch (error) {
      const losses = wasInFlight(error) ? (this.#losses.get(key) ?? 0) + 1 : 0;
      if (losses > 1 || (losses === 1 && this.#losses.size < rememberedAtMost)) this.#losses.set(key, losses);
      const isRefused = losses >= lossesAtMost || isNotAgain(error);
      if (isRefused && this.#refused.size < rememberedAtMost) this.#refused.add(key);
      throw error;
    }
  }

  clear(): void {
    this.#refused.clear();
    this.#losses.clear();
  }
}
