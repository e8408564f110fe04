import type { types } from 'mediasoup';
import { emitOn, TypedEmitter } from '@tureen/kernel';
import type { MediaProducer, MediaProducerEvents } from '../port/MediaProducer.ts';
import type { MediaStats } from '../port/MediaTransport.ts';
import { KeyFrameWaits } from './KeyFrameWaits.ts';
import type { MediaContext } from './MediaContext.ts';
import type { WorkerCalls } from './WorkerCalls.ts';

/** Further parts of a {@link MediasoupProducer}. */
export interface MediasoupProducerOptions {
  readonly keyFrameRequestDelayMs: number;
  /** Requests a key frame of a producer that has no consumer. */
  readonly requestKeyFrame: (producer: types.Producer) => Promise<void>;
}

/** Producer of mediasoup. */
export class MediasoupProducer extends TypedEmitter<MediaProducerEvents> implements MediaProducer {
  readonly keyFrameRequestDelayMs: number;
  readonly #producer: types.Producer;
  readonly #calls: WorkerCalls;
  readonly #requestKeyFrame: (producer: types.Producer) => Promise<void>;
  readonly #waits = new KeyFrameWaits();

  constructor(producer: types.Producer, options: MediasoupProducerOptions, { calls, onListenerError }: MediaContext) {
    super({ onListenerError });
    this.#producer = producer;
    this.#calls = calls;
    this.keyFrameRequestDelayMs = options.keyFrameRequestDelayMs;
    this.#requestKeyFrame = options.requestKeyFrame;
    producer.on('score', (score) => {
      emitOn(this, 'score', { score });
    });
    producer.on('trace', (trace) => {
      const keyFrame = this.#waits.read(trace);
      if (keyFrame !== undefined) emitOn(this, 'keyFrame', keyFrame);
    });
  }

  get id() {
    return this.#producer.id;
  }

  get kind() {
    return this.#producer.kind;
  }

  get type() {
    return this.#producer.type;
  }

  get rtpParameters() {
    return this.#producer.rtpParameters;
  }

  get consumableRtpParameters() {
    return this.#producer.consumableRtpParameters;
  }

  pause(): Promise<void> {
    return this.#calls.run(() => this.#producer.pause());
  }

  resume(): Promise<void> {
    return this.#calls.run(() => this.#producer.resume());
  }

  watchKeyFrames(): Promise<void> {
    return this.#calls.run(() => this.#producer.enableTraceEvent(['keyframe', 'pli', 'fir']));
  }

  requestKeyFrame(): Promise<void> {
    return this.#calls.run(() => this.#requestKeyFrame(this.#producer));
  }

  getStats(): Promise<MediaStats> {
    return this.#calls.run(() => this.#producer.getStats());
  }

  close(): void {
    this.#producer.close();
    this.removeAllListeners();
  }
}
