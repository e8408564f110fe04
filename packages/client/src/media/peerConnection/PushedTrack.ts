import type { MediaKind } from '@tureen/protocol/common';

import type { Logger } from '../../shared/logger.ts';
import type { PushedProducer } from '../PeerConnectionMedia.ts';
import { TrackProducer } from '../TrackProducer.ts';
import type { OfferConnection } from './OfferConnection.ts';

export interface PushedTrackOptions {
  readonly id: string;
  readonly track: MediaStreamTrack;
  readonly paused: boolean;
  readonly logger: Logger;
}

/** One track on a connection of its own, which ends with it. */
export class PushedTrack extends TrackProducer implements PushedProducer {
  readonly mid: string;
  readonly rtpSender: RTCRtpSender;

  readonly #connection: OfferConnection;

  constructor(connection: OfferConnection, transceiver: RTCRtpTransceiver, options: PushedTrackOptions) {
    super({ ...options, kind: options.track.kind as MediaKind, attached: transceiver.sender.track });
    this.mid = transceiver.mid ?? '';
    this.rtpSender = transceiver.sender;
    this.#connection = connection;
    connection.onEnd = () => {
      this.handleClosed();
    };
  }

  override get closed(): boolean {
    return this.#connection.closed;
  }

  override close(): void {
    this.#connection.close();
  }

  protected override attach(track: MediaStreamTrack | null): Promise<void> {
    return this.rtpSender.replaceTrack(track);
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
