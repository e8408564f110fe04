import type { Logger } from 'pino';
import { MediaError } from '../engine/port/MediaError.ts';
import type { MediaSpeechEvents, MediaSpeechObserver } from '../engine/port/MediaSpeechObserver.ts';
import type { Peer } from './Peer.ts';
import type { SpeakerVolume } from './PeerEvents.ts';
import type { Producer } from './Producer.ts';

/** Options of the observer in every room: an interval that people notice, and a threshold below a whisper. */
export const speechOptions = { intervalMs: 800, thresholdDbov: -80 } as const;

/** Parts of a {@link SpeakerObserver}. */
export interface SpeakerObserverOptions {
  readonly observer: MediaSpeechObserver;
  readonly logger: Logger;
  readonly peerOf: (producerId: string) => Peer | undefined;
  readonly onActiveSpeaker: (peer: Peer | null) => void;
  readonly onVolumes: (volumes: readonly SpeakerVolume[]) => void;
}

/** Converts volumes of producers to volumes of peers and the active speaker. */
export class SpeakerObserver {
  readonly #options: SpeakerObserverOptions;

  constructor(options: SpeakerObserverOptions) {
    this.#options = options;
    const { observer, peerOf, onActiveSpeaker } = options;
    observer.on('volumes', ({ volumes }) => {
      this.#handleVolumes(volumes);
    });
    observer.on('dominantSpeaker', ({ producerId }) => {
      const peer = peerOf(producerId);
      if (peer !== undefined) onActiveSpeaker(peer);
    });
  }

  /** Observes an audio producer until it closes. Ignores video. */
  watch(producer: Producer): void {
    if (producer.kind !== 'audio') return;
    this.#options.observer.add(producer.id).catch((error: unknown) => {
      if (error instanceof MediaError && error.code === 'closed') return;
      this.#options.logger.warn({ err: error, producerId: producer.id }, 'cannot observe the speech of the producer');
    });
  }

  #handleVolumes(volumes: MediaSpeechEvents['volumes']['volumes']): void {
    const { peerOf, onActiveSpeaker, onVolumes } = this.#options;
    // The loudest is first, so the first producer of each peer counts.
    const loudest = new Map<Peer, number>();
    for (const { producerId, volume } of volumes) {
      const peer = peerOf(producerId);
      if (peer !== undefined && !loudest.has(peer)) loudest.set(peer, volume);
    }
    onVolumes([...loudest].map(([peer, volume]) => ({ peer, volume })));
    if (loudest.size === 0) onActiveSpeaker(null);
  }
}
