import type { MediaKind, RtpParameters } from '@tureen/protocol/common';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';

import { TureenError } from '../../shared/errors.ts';
import type { MediaConsumeOptions, MediaConsumer } from '../MediaEngine.ts';

/** Consumer whose track delivers no media. */
export class FakeConsumer implements MediaConsumer {
  readonly id: string;
  readonly producerId: string;
  readonly kind: MediaKind;
  readonly rtpParameters: RtpParameters;
  readonly rtpReceiver = undefined;
  readonly track: FakeMediaStreamTrack;
  /** Result of `getStats()`, for a test to set. By default each call counts another packet. */
  stats: RTCStatsReport | null = null;

  readonly #onClosed: () => void;
  #packets = 0;
  #closed = false;

  constructor(options: MediaConsumeOptions, onClosed: () => void) {
    this.id = options.id;
    this.producerId = options.producerId;
    this.kind = options.kind;
    this.rtpParameters = options.rtpParameters;
    this.track = new FakeMediaStreamTrack({ kind: options.kind });
    this.#onClosed = onClosed;
  }

  get closed(): boolean {
    return this.#closed;
  }

  pause(): void {
    this.track.enabled = false;
  }

  resume(): void {
    this.track.enabled = true;
  }

  async getStats(): Promise<RTCStatsReport> {
    if (this.#closed) throw new TureenError('closed', `consumer ${this.id} is closed`);
    if (this.stats !== null) return this.stats;
    const inbound = { id: 'inbound', type: 'inbound-rtp', kind: this.kind, packetsReceived: ++this.#packets };
    return new Map([['inbound', inbound]]);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.track.stop();
    this.#onClosed();
  }
}
