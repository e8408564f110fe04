import type { types } from 'mediasoup';
import { emitOn, TypedEmitter } from '@tureen/kernel';
import type { MediaSpeechEvents, MediaSpeechObserver } from '../port/MediaSpeechObserver.ts';
import type { MediaContext } from './MediaContext.ts';
import type { WorkerCalls } from './WorkerCalls.ts';

/** Combines both observers of mediasoup: for audio levels, and for the active speaker. */
export class MediasoupSpeechObserver extends TypedEmitter<MediaSpeechEvents> implements MediaSpeechObserver {
  readonly #levels: types.AudioLevelObserver;
  readonly #speaker: types.ActiveSpeakerObserver;
  readonly #calls: WorkerCalls;

  constructor(
    levels: types.AudioLevelObserver,
    speaker: types.ActiveSpeakerObserver,
    { calls, onListenerError }: MediaContext,
  ) {
    super({ onListenerError });
    this.#levels = levels;
    this.#calls = calls;
    this.#speaker = speaker;
    levels.on('volumes', (volumes) => {
      emitOn(this, 'volumes', {
        volumes: volumes.map(({ producer, volume }) => ({ producerId: producer.id, volume })),
      });
    });
    levels.on('silence', () => {
      emitOn(this, 'volumes', { volumes: [] });
    });
    speaker.on('dominantspeaker', ({ producer }) => {
      emitOn(this, 'dominantSpeaker', { producerId: producer.id });
    });
  }

  async add(producerId: string): Promise<void> {
    await this.#calls.run(() =>
      Promise.all([this.#levels.addProducer({ producerId }), this.#speaker.addProducer({ producerId })]),
    );
  }
}
