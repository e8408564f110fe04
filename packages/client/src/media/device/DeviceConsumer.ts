import type { MediaKind } from '@tureen/protocol/common';
import type { types } from 'mediasoup-client';

import { TureenError } from '../../shared/errors.ts';
import type { MediaConsumer } from '../MediaEngine.ts';
import { CancellationScope } from '../CancellationScope.ts';
import { toMediaError } from './vendorErrors.ts';

/**
 * Consumer of mediasoup-client. Pauses only by `enabled` of the track: the pause of mediasoup-client would renegotiate, and has
 * one flag for two reasons.
 */
export class DeviceConsumer implements MediaConsumer {
  readonly id: string;
  readonly kind: MediaKind;
  readonly track: MediaStreamTrack;
  readonly rtpReceiver: RTCRtpReceiver | undefined;

  /** The builds remove the methods that are omitted here. */
  readonly #vendor: Omit<types.Consumer, 'pause' | 'resume'>;
  readonly #pending = new CancellationScope();

  constructor(id: string, vendor: types.Consumer) {
    this.id = id;
    this.kind = vendor.kind;
    this.track = vendor.track;
    this.rtpReceiver = vendor.rtpReceiver;
    this.#vendor = vendor;
    vendor.observer.once('close', () => {
      this.#pending.close(this.#closedError());
    });
  }

  get closed(): boolean {
    return this.#vendor.closed;
  }

  pause(): void {
    this.track.enabled = false;
  }

  resume(): void {
    this.track.enabled = true;
  }

  async getStats(): Promise<RTCStatsReport> {
    if (this.closed) throw this.#closedError();
    try {
      return await this.#pending.run(this.#vendor.getStats());
    } catch (error) {
      throw toMediaError(error, 'getStats');
    }
  }

  close(): void {
    this.#vendor.close();
  }

  #closedError(): TureenError {
    return new TureenError('closed', `consumer ${this.id} is closed`);
  }
}
