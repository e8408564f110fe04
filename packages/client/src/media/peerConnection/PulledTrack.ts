import type { MediaKind } from '@tureen/protocol/common';

import { TureenError, toTureenError } from '../../shared/errors.ts';
import type { MediaConsumer } from '../MediaEngine.ts';
import { CancellationScope } from '../CancellationScope.ts';

/** Pulled track. Its connection closes with the last of its tracks. */
export class PulledTrack implements MediaConsumer {
  readonly id: string;
  readonly kind: MediaKind;
  readonly track: MediaStreamTrack;
  readonly rtpReceiver: RTCRtpReceiver;

  readonly #pending = new CancellationScope();
  readonly #onClosed: (track: PulledTrack) => void;
  #closed = false;

  constructor(id: string, rtpReceiver: RTCRtpReceiver, onClosed: (track: PulledTrack) => void) {
    this.id = id;
    this.track = rtpReceiver.track;
    this.kind = this.track.kind as MediaKind;
    this.rtpReceiver = rtpReceiver;
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
    if (this.#closed) throw this.#closedError();
    try {
      return await this.#pending.run(this.rtpReceiver.getStats());
    } catch (error) {
      throw toTureenError(error, 'mediaFailed', 'getStats');
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pending.close(this.#closedError());
    this.track.stop();
    this.#onClosed(this);
  }

  #closedError(): TureenError {
    return new TureenError('closed', `consumer ${this.id} is closed`);
  }
}
