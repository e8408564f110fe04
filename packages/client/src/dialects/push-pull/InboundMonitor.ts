import type { Clock } from '@tureen/kernel';
import type { MediaConsumer } from '../../media/MediaEngine.ts';
import { blackWidth } from '../../media/PeerConnectionMedia.ts';

/** Interval of the checks in ms, as in mediasoup's own observers. */
const intervalMs = 800;
/** Audio level, from 0 to 1, below which there is only noise. */
const quietest = 0.01;
/** Time in ms without packets after which a consumer counts as silent: `paused` if packets arrived before, otherwise `never`. */
const silentAfterMs = { paused: 4500, never: 2000 };

export interface InboundMonitorOptions {
  readonly clock: Clock;
  /**
   * The active speaker changed; null: no peer speaks. `volume` in dBov, -127 to 0. Returns false if not delivered; the monitor
   * then reports again.
   */
  readonly onSpeaker: (peerId: string | null, volume?: number) => boolean;
  /** Packets of a consumer stopped or resumed. Returns false if not delivered; the monitor then reports again. */
  readonly onSilent: (consumerId: string, isSilent: boolean) => boolean;
  /** Whether the connection of a consumer is connected. */
  readonly isConnected: (consumer: MediaConsumer) => boolean;
}

export interface MonitoredConsumer {
  readonly peerId: string;
  /** Whether the server does not report a source that is paused or closed, so that only the packets show it. */
  readonly mayFallSilent: boolean;
  /** Whether the consumer was reported as silent before, over another connection. */
  readonly isSilent: boolean;
}

interface Inbound {
  readonly type: string;
  readonly audioLevel?: number;
  readonly packetsReceived?: number;
  readonly frameWidth?: number;
}

interface Watched extends MonitoredConsumer {
  isSilent: boolean;
  packets: number;
  /** Time of the last packet, to the precision of the checks. */
  since: number;
}

/**
 * Derives from the browser's statistics what the protocol does not report: the active speaker, and consumers whose packets
 * stopped. Idle without consumers.
 */
export class InboundMonitor {
  readonly #options: InboundMonitorOptions;
  readonly #watched = new Map<MediaConsumer, Watched>();
  #speaker: string | null = null;
  #cancel: (() => void) | null = null;

  constructor(options: InboundMonitorOptions) {
    this.#options = options;
  }

  add(consumer: MediaConsumer, details: MonitoredConsumer): void {
    if (consumer.kind === 'audio' || details.mayFallSilent)
      this.#watched.set(consumer, { ...details, packets: 0, since: this.#options.clock.now() });
    this.#wait();
  }

  close(): void {
    this.#watched.clear();
    this.#cancel?.();
  }

  #wait(): void {
    if (this.#watched.size > 0) this.#cancel ??= this.#options.clock.after(intervalMs, () => void this.#check());
  }

  async #check(): Promise<void> {
    let [loudest, speaker] = [quietest, null as string | null];
    for (const [consumer, watched] of this.#watched) {
      if (consumer.closed) this.#watched.delete(consumer);
      // A consumer that closes meanwhile has no statistics.
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
      if (watched.mayFallSilent) this.#update(consumer, watched, report === null ? null : { packets, isBlack });
    }
    const volume = speaker === null ? undefined : Math.round(20 * Math.log10(loudest));
    if (speaker !== this.#speaker && this.#options.onSpeaker(speaker, volume)) this.#speaker = speaker;
    this.#cancel = null;
    this.#wait();
  }

  /** Updates one consumer. `received`: the packets so far, and whether the video is the black placeholder; null where unknown. */
  #update(consumer: MediaConsumer, watched: Watched, received: { packets: number; isBlack: boolean } | null): void {
    const { clock, isConnected, onSilent } = this.#options;
    const now = clock.now();
    // A broken connection or a paused track proves nothing about the source.
    if (received === null || !isConnected(consumer)) {
      watched.since = now;
      return;
    }
    const { packets, isBlack } = received;
    const hasArrived = packets !== watched.packets && !isBlack;
    if (hasArrived) watched.since = now;
    watched.packets = packets;
    const patience = silentAfterMs[packets === 0 || isBlack ? 'never' : 'paused'];
    const isSilent = now - watched.since >= patience || (watched.isSilent && !hasArrived);
    if (isSilent !== watched.isSilent && onSilent(consumer.id, isSilent)) watched.isSilent = isSilent;
  }
}
