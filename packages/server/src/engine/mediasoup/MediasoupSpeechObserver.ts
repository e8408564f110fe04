import type { types } from 'mediasoup';
import { TypedEmitter } from '../../shared/TypedEmitter.ts';
import type { MediaSpeechEvents, MediaSpeechObserver } from '../MediaBackend.ts';
import type { ReportListenerError } from './MediasoupTransport.ts';
import { asked } from './mediaErrors.ts';

/** Both observers of mediasoup at once: the one that measures levels, and the one that picks who leads. */
export class MediasoupSpeechObserver extends TypedEmitter<MediaSpeechEvents> implements MediaSpeechObserver {
  readonly #levels: types.AudioLevelObserver;
  readonly #speaker: types.ActiveSpeakerObserver;

  constructor(
    levels: types.AudioLevelObserver,
    speaker: types.ActiveSpeakerObserver,
    onListenerError: ReportListenerError,
  ) {
    super(onListenerError);
    this.#levels = levels;
    this.#speaker = speaker;
    levels.on('volumes', (volumes) => {
      this.emit('volumes', {
        volumes: volumes.map(({ producer, volume }) => ({ producerId: producer.id, volume })),
      });
    });
    levels.on('silence', () => {
      this.emit('volumes', { volumes: [] });
    });
    speaker.on('dominantspeaker', ({ producer }) => {
      this.emit('dominantSpeaker', { producerId: producer.id });
    });
  }

  async add(producerId: string): Promise<void> {
    await asked(() =>
      Promise.all([this.#levels.addProducer({ producerId }), this.#speaker.addProducer({ producerId })]),
    );
  }
}
