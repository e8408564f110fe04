import type { Logger } from 'pino';
import { MediaError } from '../engine/port/MediaError.ts';
import type { MediaSpeechEvents, MediaSpeechObserver } from '../engine/port/MediaSpeechObserver.ts';
import type { Peer } from './Peer.ts';
import type { SpeakerVolume } from './PeerEvents.ts';
import type { Producer } from './Producer.ts';

/** What every room listens with: as often as people notice, and down to a whisper. */
export const speechOptions = { intervalMs: 800, thresholdDbov: -80 } as const;

/** What a {@link SpeakerObserver} is made of. */
export interface SpeakerObserverOptions {
  readonly observer: MediaSpeechObserver;
  readonly logger: Logger;
  readonly peerOf: (producerId: string) => Peer | undefined;
  readonly onActiveSpeaker: (peer: Peer | null) => void;
  readonly onVolumes: (volumes: readonly SpeakerVolume[]) => void;
}

/** Turns levels of producers into who speaks. */
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

  /** Listens to an audio producer until it closes; to others not at all. */
  watch(producer: Producer): void {
    if (producer.kind !== 'audio') return;
    this.#options.observer.add(producer.id).catch((error: unknown) => {
      if (error instanceof MediaError && error.code === 'closed') return;
      this.#options.logger.warn({ err: error, producerId: producer.id }, 'producer is not listened to');
    });
  }

  #handleVolumes(volumes: MediaSpeechEvents['volumes']['volumes']): void {
    const { peerOf, onActiveSpeaker, onVolumes } = this.#options;
    // The loudest comes first, so the first of a peer's several producers is the one that counts.
    const loudest = new Map<Peer, number>();
    for (const { producerId, volume } of volumes) {
      const peer = peerOf(producerId);
      if (peer !== undefined && !loudest.has(peer)) loudest.set(peer, volume);
    }
    onVolumes([...loudest].map(([peer, volume]) => ({ peer, volume })));
    if (loudest.size === 0) onActiveSpeaker(null);
  }
}
