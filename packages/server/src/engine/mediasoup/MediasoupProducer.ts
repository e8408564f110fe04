import type { types } from 'mediasoup';
import { emitOn, TypedEmitter } from '@tureen/kernel';
import type { MediaProducer, MediaProducerEvents } from '../port/MediaProducer.ts';
import type { MediaStats } from '../port/MediaTransport.ts';
import type { MediaContext } from './MediaContext.ts';
import type { WorkerCalls } from './WorkerCalls.ts';

/** Producer of mediasoup. */
export class MediasoupProducer extends TypedEmitter<MediaProducerEvents> implements MediaProducer {
  readonly keyFrameRequestDelayMs: number;
  readonly #producer: types.Producer;
  readonly #calls: WorkerCalls;

  constructor(producer: types.Producer, keyFrameRequestDelayMs: number, { calls, onListenerError }: MediaContext) {
    super({ onListenerError });
    this.#producer = producer;
    this.#calls = calls;
    this.keyFrameRequestDelayMs = keyFrameRequestDelayMs;
    producer.on('score', (score) => {
      emitOn(this, 'score', { score });
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

  getStats(): Promise<MediaStats> {
    return this.#calls.run(() => this.#producer.getStats());
  }

  close(): void {
    this.#producer.close();
    this.removeAllListeners();
  }
}
