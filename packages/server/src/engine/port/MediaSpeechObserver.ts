import type { EventSource } from '../../shared/EventSource.ts';

/** Listens to audio producers: how loud they are, and who leads the talk. */
export interface MediaSpeechObserver extends EventSource<MediaSpeechEvents> {
  /** Until the producer closes. A paused one counts as silent. */
  add(producerId: string): Promise<void>;
}

/** How a {@link MediaSpeechObserver} listens. */
export interface MediaSpeechOptions {
  /** How often volumes are reported, in ms. */
  readonly intervalMs: number;
  /** Average volume below which a producer is silent, in dBov: -127 to 0. */
  readonly thresholdDbov: number;
}

/** What a {@link MediaSpeechObserver} tells. */
export interface MediaSpeechEvents {
  /** The loudest first, in dBov (-127 to 0). Empty, once, when all have fallen silent. */
  volumes: { volumes: readonly { producerId: string; volume: number }[] };
  /** Another producer leads the talk now. */
  dominantSpeaker: { producerId: string };
}
