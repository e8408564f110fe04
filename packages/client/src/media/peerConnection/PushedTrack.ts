import type { MediaKind } from '@tureen/protocol/common';

import type { Logger } from '../../shared/logger.ts';
import type { PushedProducer } from '../PeerConnectionMedia.ts';
import { TrackProducer } from '../TrackProducer.ts';

export interface PushedTrackOptions {
  readonly id: string;
  readonly track: MediaStreamTrack;
  readonly paused: boolean;
  readonly logger: Logger;
  /** Returns the track to send while this track is paused. Null: none. */
  readonly idle: () => MediaStreamTrack | null;
  readonly isConnectionClosed: () => boolean;
  /** Called once. Frees the media section. */
  readonly onClosed: () => void;
}

/** Track in a media section of a push. */
export class PushedTrack extends TrackProducer implements PushedProducer {
  readonly mid: string;
  readonly rtpSender: RTCRtpSender;

  readonly #options: PushedTrackOptions;
  #closed = false;

  constructor({ mid, sender }: RTCRtpTransceiver, options: PushedTrackOptions) {
    super({ ...options, kind: options.track.kind as MediaKind, attached: options.paused ? null : options.track });
    this.mid = mid ?? '';
    this.rtpSender = sender;
    this.#options = options;
  }

  override get closed(): boolean {
    return this.#closed || this.#options.isConnectionClosed();
  }

  override close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.handleClosed();
    this.#options.onClosed();
  }

  protected override attach(track: MediaStreamTrack | null): Promise<void> {
    return this.rtpSender.replaceTrack(track ?? this.#options.idle());
  }

  protected override async limitLayers(spatialLayer: number): Promise<void> {
    const parameters = this.rtpSender.getParameters();
    for (const [layer, encoding] of parameters.encodings.entries()) encoding.active = layer <= spatialLayer;
    await this.rtpSender.setParameters(parameters);
  }

  protected override readStats(): Promise<RTCStatsReport> {
    return this.rtpSender.getStats();
  }
}
