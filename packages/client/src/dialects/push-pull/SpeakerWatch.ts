import type { MediaConsumer } from '../../media/MediaEngine.ts';
import type { Clock } from '../../shared/clock.ts';

/** ms between two looks, as often as mediasoup's own observers tell. */
const intervalMs = 800;
/** Of 1: below it there is noise only. */
const quietest = 0.01;

export interface SpeakerWatchOptions {
  readonly clock: Clock;
  /** Null: nobody. `volume` in dBov, -127 to 0. Only when it is another one. Whether it was heard; if not it is told again. */
  readonly onSpeaker: (peerId: string | null, volume?: number) => boolean;
}

/** Who is the loudest of those that are heard: the wire has no word for it, so the browser is asked. Idle without sound. */
export class SpeakerWatch {
  readonly #options: SpeakerWatchOptions;
  readonly #heard = new Map<MediaConsumer, string>();
  #speaker: string | null = null;
  #cancel: (() => void) | null = null;

  constructor(options: SpeakerWatchOptions) {
    this.#options = options;
  }

  add(consumer: MediaConsumer, peerId: string): void {
    if (consumer.kind === 'audio') this.#heard.set(consumer, peerId);
    this.#wait();
  }

  close(): void {
    this.#heard.clear();
    this.#cancel?.();
  }

  #wait(): void {
    if (this.#heard.size > 0) this.#cancel ??= this.#options.clock.after(intervalMs, () => void this.#look());
  }

  async #look(): Promise<void> {
    let [loudest, speaker] = [quietest, null as string | null];
    for (const [consumer, peerId] of this.#heard) {
      if (consumer.closed) this.#heard.delete(consumer);
      // One that is closed meanwhile has nothing to say.
      const report = consumer.track.enabled ? await consumer.getStats().catch(() => null) : null;
      report?.forEach(({ type, audioLevel }: { type: string; audioLevel?: number }) => {
        if (type !== 'inbound-rtp' || audioLevel === undefined || audioLevel <= loudest) return;
        [loudest, speaker] = [audioLevel, peerId];
      });
    }
    const volume = speaker === null ? undefined : Math.round(20 * Math.log10(loudest));
    if (speaker !== this.#speaker && this.#options.onSpeaker(speaker, volume)) this.#speaker = speaker;
    this.#cancel = null;
    this.#wait();
  }
}
