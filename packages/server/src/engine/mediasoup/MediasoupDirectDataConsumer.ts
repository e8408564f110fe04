import type { types } from 'mediasoup';
import { emitOn, TypedEmitter } from '@tureen/kernel';
import type { MediaDirectDataConsumer, MediaDirectDataConsumerEvents } from '../port/MediaDirectTransport.ts';
import type { MediaContext } from './MediaContext.ts';
import type { WorkerCalls } from './WorkerCalls.ts';

/** Payload protocol ID of a data channel message with text that is not empty. */
const PPID_TEXT = 51;

/** DataConsumer of mediasoup on a direct transport. */
export class MediasoupDirectDataConsumer
  extends TypedEmitter<MediaDirectDataConsumerEvents>
  implements MediaDirectDataConsumer
{
  readonly #dataConsumer: types.DataConsumer;
  readonly #calls: WorkerCalls;

  constructor(dataConsumer: types.DataConsumer, { calls, onListenerError }: MediaContext) {
    super({ onListenerError });
    this.#dataConsumer = dataConsumer;
    this.#calls = calls;
    dataConsumer.on('message', (message, ppid) => {
      emitOn(this, 'message', { text: ppid === PPID_TEXT ? message.toString() : null });
    });
    dataConsumer.observer.on('close', () => {
      emitOn(this, 'closed', {});
      this.removeAllListeners();
    });
  }

  pause(): Promise<void> {
    return this.#calls.run(() => this.#dataConsumer.pause());
  }

  resume(): Promise<void> {
    return this.#calls.run(() => this.#dataConsumer.resume());
  }

  close(): void {
    this.#dataConsumer.close();
  }
}
