import type { SctpStreamParameters } from '@tureen/protocol/common';
import type { types } from 'mediasoup';
import { emitOn, TypedEmitter } from '@tureen/kernel';
import type { MediaDataConsumer, MediaDataConsumerEvents } from '../port/MediaDataChannels.ts';
import type { MediaStats } from '../port/MediaTransport.ts';
import type { MediaContext } from './MediaContext.ts';
import type { WorkerCalls } from './WorkerCalls.ts';

/** DataConsumer of mediasoup, on a transport with SCTP. */
export class MediasoupDataConsumer extends TypedEmitter<MediaDataConsumerEvents> implements MediaDataConsumer {
  readonly sctpStreamParameters: SctpStreamParameters;
  readonly #dataConsumer: types.DataConsumer;
  readonly #calls: WorkerCalls;

  constructor(
    dataConsumer: types.DataConsumer,
    sctpStreamParameters: SctpStreamParameters,
    { calls, onListenerError }: MediaContext,
  ) {
    super({ onListenerError });
    this.#dataConsumer = dataConsumer;
    this.#calls = calls;
    this.sctpStreamParameters = sctpStreamParameters;
    // The worker sends this event for each message that it drops.
    dataConsumer.on('sctpsendbufferfull', () => {
      emitOn(this, 'messageLost', {});
    });
  }

  get id() {
    return this.#dataConsumer.id;
  }

  get label() {
    return this.#dataConsumer.label;
  }

  get protocol() {
    return this.#dataConsumer.protocol;
  }

  pause(): Promise<void> {
    return this.#calls.run(() => this.#dataConsumer.pause());
  }

  resume(): Promise<void> {
    return this.#calls.run(() => this.#dataConsumer.resume());
  }

  getStats(): Promise<MediaStats> {
    return this.#calls.run(() => this.#dataConsumer.getStats());
  }

  close(): void {
    this.#dataConsumer.close();
    this.removeAllListeners();
  }
}
