import type { types } from 'mediasoup';
import type { MediaProducerEvents } from '../port/MediaProducer.ts';

/** Pairs the key frames of one producer with the requests for them, by the worker's clock and for each stream. */
export class KeyFrameWaits {
  /** Time of the oldest request without a key frame, by SSRC. */
  readonly #requestedAt = new Map<number, number>();

  /** Reads a trace event. Returns the key frame, if the event is the arrival of one. */
  read({ type, timestamp, info }: types.ProducerTraceEventData): MediaProducerEvents['keyFrame'] | undefined {
    if (type === 'pli' || type === 'fir') {
      const { ssrc } = info as { readonly ssrc: number };
      if (!this.#requestedAt.has(ssrc)) this.#requestedAt.set(ssrc, timestamp);
      return undefined;
    }
    if (type !== 'keyframe') return undefined;
    const { ssrc } = (info as { readonly rtpPacket: { readonly ssrc: number } }).rtpPacket;
    const requestedAt = this.#requestedAt.get(ssrc);
    this.#requestedAt.delete(ssrc);
    return { requestedMsAgo: requestedAt === undefined ? undefined : timestamp - requestedAt };
  }
}
