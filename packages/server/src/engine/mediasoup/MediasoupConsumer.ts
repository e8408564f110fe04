import type { types } from 'mediasoup';
import { emitOn, TypedEmitter } from '@tureen/kernel';
import type { ConsumerScore, Layers, MediaConsumer, MediaConsumerEvents } from '../port/MediaConsumer.ts';
import type { MediaProducerType } from '../port/MediaProducer.ts';
import type { MediaStats } from '../port/MediaTransport.ts';
import type { MediaContext } from './MediaContext.ts';
import type { WorkerCalls } from './WorkerCalls.ts';

/** The worker receives layers and priority as one byte, in which larger values would wrap around. */
const MAX_BYTE = 255;

/** Consumer of mediasoup. */
export class MediasoupConsumer extends TypedEmitter<MediaConsumerEvents> implements MediaConsumer {
  readonly #consumer: types.Consumer;
  readonly #calls: WorkerCalls;
  /** Latest score. mediasoup clones its own for each read. */
  #score: ConsumerScore;

  constructor(consumer: types.Consumer, { calls, onListenerError }: MediaContext) {
    super({ onListenerError });
    this.#consumer = consumer;
    this.#calls = calls;
    this.#score = consumer.score;
    consumer.on('score', (score) => {
      this.#score = score;
      emitOn(this, 'score', { score });
    });
    consumer.on('layerschange', (layers) => {
      emitOn(this, 'layersChanged', { layers: layers ?? null });
    });
  }

  get id() {
    return this.#consumer.id;
  }

  get type(): MediaProducerType {
    const { type } = this.#consumer;
    // Only the engine creates pipes between workers, never for a client.
    return type === 'pipe' ? 'simple' : type;
  }

  get rtpParameters() {
    return this.#consumer.rtpParameters;
  }

  get score(): ConsumerScore {
    return this.#score;
  }

  get preferredLayers(): Layers | undefined {
    return this.#consumer.preferredLayers;
  }

  get currentLayers(): Layers | undefined {
    return this.#consumer.currentLayers;
  }

  pause(): Promise<void> {
    return this.#calls.run(() => this.#consumer.pause());
  }

  resume(): Promise<void> {
    return this.#calls.run(() => this.#consumer.resume());
  }

  setPreferredLayers({ spatialLayer, temporalLayer }: Layers): Promise<void> {
    return this.#calls.run(() =>
      this.#consumer.setPreferredLayers({
        spatialLayer: Math.min(spatialLayer, MAX_BYTE),
        ...(temporalLayer === undefined ? {} : { temporalLayer: Math.min(temporalLayer, MAX_BYTE) }),
      }),
    );
  }

  setPriority(priority: number): Promise<void> {
    return this.#calls.run(() => this.#consumer.setPriority(Math.min(Math.max(priority, 1), MAX_BYTE)));
  }

  requestKeyFrame(): Promise<void> {
    return this.#calls.run(() => this.#consumer.requestKeyFrame());
  }

  getStats(): Promise<MediaStats> {
    return this.#calls.run(() => this.#consumer.getStats());
  }

  close(): void {
    this.#consumer.close();
    this.removeAllListeners();
  }
}
