import type { Clock } from '@tureen/kernel';
import type { MediaConsumer } from '../../media/MediaEngine.ts';
import { blackWidth } from '../../media/PeerConnectionMedia.ts';

/** ms between two looks, as often as mediasoup's own observers report. */
const intervalMs = 800;
/** Of 1: below it there is noise only. */
const quietest = 0.01;
/** ms without a packet after which a consumer is silent: one whose packets came before, and one that never had any. */
const silentAfterMs = { paused: 4500, never: 2000 };

export interface ReceptionOptions {
  readonly clock: Clock;
  /** Null: no peer. `volume` in dBov, -127 to 0. Only on a change. False: not delivered, and reported again. */
  readonly onSpeaker: (peerId: string | null, volume?: number) => boolean;
  /** Packets of a consumer have ceased, or come again. False: not delivered, and reported again. */
  readonly onSilent: (consumerId: string, isSilent: boolean) => boolean;
  /** Whether the connection of a consumer stands. */
  readonly isConnected: (consumer: MediaConsumer) => boolean;
}

export interface ReceptionDetails {
  readonly peerId: string;
  /** Whether the server leaves open if its source has ended or is paused, so that packets must tell. */
  readonly mayFallSilent: boolean;
  /** Whether the consumer was reported silent before, over another connection. */
  readonly isSilent: boolean;
}

interface Inbound {
  readonly type: string;
  readonly audioLevel?: number;
  readonly packetsReceived?: number;
  readonly frameWidth?: number;
}

interface Watched extends ReceptionDetails {
  isSilent: boolean;
  packets: number;
  /** Time of the last packet, as far as the looks can say. */
  since: number;
}

/**
 * What the browser knows of received tracks and the wire has no message for: which peer is the loudest, and of which consumer
 * no packets come. One look at the statistics serves both. Idle where there is nothing to look at.
 */
export class Reception {
  readonly #options: ReceptionOptions;
  readonly #watched = new Map<MediaConsumer, Watched>();
  #speaker: string | null = null;
  #cancel: (() => void) | null = null;

  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  add(consumer: MediaConsumer, details: ReceptionDetails): void {
    if (consumer.kind === 'audio' || details.mayFallSilent)
      this.#watched.set(consumer, { ...details, packets: 0, since: this.#options.clock.now() });
    this.#wait();
  }

  close(): void {
    this.#watched.clear();
    this.#cancel?.();
  }

  #wait(): void {
    if (this.#watched.size > 0) this.#cancel ??= this.#options.clock.after(intervalMs, () => void this.#look());
  }

  async #look(): Promise<void> {
    let [loudest, speaker] = [quietest, null as string | null];
    for (const [consumer, watched] of this.#watched) {
      if (consumer.closed) this.#watched.delete(consumer);
      // One that is closed meanwhile has no statistics.
      const report = consumer.track.enabled ? await consumer.getStats().catch(() => null) : null;
      let packets = 0;
      let isBlack = false;
      report?.forEach((stats: Inbound) => {
        if (stats.type !== 'inbound-rtp') return;
        packets += stats.packetsReceived ?? 0;
        isBlack ||= stats.frameWidth === blackWidth;
        if (stats.audioLevel === undefined || stats.audioLevel <= loudest) return;
        [loudest, speaker] = [stats.audioLevel, watched.peerId];
      });
      if (watched.mayFallSilent) this.#judge(consumer, watched, report === null ? null : { packets, isBlack });
    }
    const volume = speaker === null ? undefined : Math.round(20 * Math.log10(loudest));
    if (speaker !== this.#speaker && this.#options.onSpeaker(speaker, volume)) this.#speaker = speaker;
    this.#cancel = null;
    this.#wait();
  }

  /** `received`: all that ever came, and whether it is the picture that stands for none; null where it is not known. */
  #judge(consumer: MediaConsumer, watched: Watched, received: { packets: number; isBlack: boolean } | null): void {
    const { clock, isConnected, onSilent } = this.#options;
    const now = clock.now();
    // A connection that broke, or a track that the app has paused, says nothing of the source.
    if (received === null || !isConnected(consumer)) {
      watched.since = now;
      return;
    }
    const { packets, isBlack } = received;
    const hasCome = packets !== watched.packets && !isBlack;
    if (hasCome) watched.since = now;
    watched.packets = packets;
    const patience = silentAfterMs[packets === 0 || isBlack ? 'never' : 'paused'];
    const isSilent = now - watched.since >= patience || (watched.isSilent && !hasCome);
    if (isSilent !== watched.isSilent && onSilent(consumer.id, isSilent)) watched.isSilent = isSilent;
  }
}
