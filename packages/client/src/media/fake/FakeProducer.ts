import type { MediaKind, RtpParameters } from '@tureen/protocol/common';

import { TureenError } from '../../shared/errors.ts';
import { checkSpatialLayer, wrongKind } from '../checks.ts';
import type { MediaProducer } from '../MediaEngine.ts';
import { CancellationScope } from '../CancellationScope.ts';
import type { FakeScript } from './FakeScript.ts';

export interface FakeProducerDescription {
  readonly id: string;
  readonly kind: MediaKind;
  readonly track: MediaStreamTrack;
  readonly paused: boolean;
  readonly rtpParameters: RtpParameters;
}

/** Producer that sends nothing and records its calls. */
export class FakeProducer implements MediaProducer {
  readonly id: string;
  readonly kind: MediaKind;
  readonly rtpSender = undefined;
  /** Parameters in the request to produce. */
  readonly rtpParameters: RtpParameters;
  /** Result of `getStats()`, for a test to set. */
  stats: RTCStatsReport = new Map() as RTCStatsReport;

  readonly #script: FakeScript;
  readonly #onClosed: () => void;
  readonly #pending = new CancellationScope();
  #track: MediaStreamTrack;
  #paused: boolean;
  #maxSpatialLayer: number | undefined;
  #closed = false;

  constructor(description: FakeProducerDescription, script: FakeScript, onClosed: () => void) {
    this.id = description.id;
    this.kind = description.kind;
    this.rtpParameters = description.rtpParameters;
    this.#track = description.track;
    this.#paused = description.paused;
    this.#script = script;
    this.#onClosed = onClosed;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get track(): MediaStreamTrack {
    return this.#track;
  }

  /** Whether the producer is paused, and would send no RTP. */
  get paused(): boolean {
    return this.#paused;
  }

  /** Argument of the last `setMaxSpatialLayer`. */
  get maxSpatialLayer(): number | undefined {
    return this.#maxSpatialLayer;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  async replaceTrack(track: MediaStreamTrack): Promise<void> {
    this.#assertOpen();
    if (track.kind !== this.kind) throw wrongKind(this.kind);
    if (track.readyState === 'ended') throw new TureenError('invalidState', 'the track has ended');
    await this.#pending.run(this.#script.step('replaceTrack'));
    this.#track = track;
  }

  async setMaxSpatialLayer(spatialLayer: number): Promise<void> {
    this.#assertOpen();
    if (this.kind !== 'video') throw new TureenError('unsupported', 'only video has spatial layers');
    checkSpatialLayer(spatialLayer);
    await this.#pending.run(this.#script.step('setMaxSpatialLayer'));
    this.#maxSpatialLayer = spatialLayer;
  }

  async getStats(): Promise<RTCStatsReport> {
    this.#assertOpen();
    return this.stats;
  }

  /** Number of pending calls. */
  get waiting(): number {
    return this.#pending.size;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pending.close(this.#closedError());
    this.#onClosed();
  }

  #assertOpen(): void {
    if (this.#closed) throw this.#closedError();
  }

  #closedError(): TureenError {
    return new TureenError('closed', `producer ${this.id} is closed`);
  }
}
