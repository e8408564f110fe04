import type { types } from 'mediasoup-client';

import type { TureenError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import { TrackProducer } from '../TrackProducer.ts';
import { toMediaError } from './vendorErrors.ts';

export interface DeviceProducerOptions {
  readonly track: MediaStreamTrack;
  readonly paused: boolean;
  readonly logger: Logger;
}

/**
 * Producer of mediasoup-client. Sets the track on the sender directly, not through the queue of mediasoup-client, where a pause
 * would wait for pending requests to the server.
 */
export class DeviceProducer extends TrackProducer {
  /** The builds remove the methods that are omitted here. */
  readonly #vendor: Omit<types.Producer, 'pause' | 'resume' | 'setRtpEncodingParameters'>;

  constructor(vendor: types.Producer, options: DeviceProducerOptions) {
    super({
      ...options,
      id: vendor.id,
      kind: vendor.kind,
      attached: vendor.rtpSender === undefined ? options.track : vendor.rtpSender.track,
    });
    this.#vendor = vendor;
    vendor.observer.once('close', () => {
      this.handleClosed();
    });
  }

  override get closed(): boolean {
    return this.#vendor.closed;
  }

  override get rtpSender(): RTCRtpSender | undefined {
    return this.#vendor.rtpSender;
  }

  override close(): void {
    if (this.closed) return;
    // Stops sending now. mediasoup-client removes the section from the SDP in queue order.
    this.rtpSender?.replaceTrack(null).catch(() => {});
    this.#vendor.close();
  }

  protected override attach(track: MediaStreamTrack | null): Promise<void> {
    return this.rtpSender === undefined ? this.#vendor.replaceTrack({ track }) : this.rtpSender.replaceTrack(track);
  }

  protected override limitLayers(spatialLayer: number): Promise<void> {
    return this.#vendor.setMaxSpatialLayer(spatialLayer);
  }

  protected override readStats(): Promise<RTCStatsReport> {
    return this.#vendor.getStats();
  }

  protected override toError(error: unknown, what: string): TureenError {
    return toMediaError(error, what);
  }
}
