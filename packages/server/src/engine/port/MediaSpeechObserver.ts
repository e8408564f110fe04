import type { EventSource } from '../../shared/EventSource.ts';

/** Observes audio producers: their volumes and the dominant speaker. */
export interface MediaSpeechObserver extends EventSource<MediaSpeechEvents> {
  /** Observes a producer until it closes. A paused producer counts as silent. */
  add(producerId: string): Promise<void>;
}

/** Options of a {@link MediaSpeechObserver}. */
export interface MediaSpeechOptions {
  /** Interval of the volume reports, in ms. */
  readonly intervalMs: number;
  /** Average volume below which a producer is silent, in dBov: -127 to 0. */
  readonly thresholdDbov: number;
}

/** Events of a {@link MediaSpeechObserver}. */
export interface MediaSpeechEvents {
  /** Volumes in dBov (-127 to 0), the loudest first. Empty, once, when all producers are silent. */
  volumes: { volumes: readonly { producerId: string; volume: number }[] };
  /** Another producer became the dominant speaker. */
  dominantSpeaker: { producerId: string };
}
