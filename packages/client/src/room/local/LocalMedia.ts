import {
  type CameraOptions,
  type MicrophoneOptions,
  type ScreenOptions,
  captureCamera,
  captureMicrophone,
  captureScreen,
} from '../../devices/capture.ts';
import type { LocalTrack } from '../../devices/LocalTrack.ts';
import { encodingsFor } from '../../devices/presets.ts';
import type { ProducerCodecOptions } from '../../media/MediaEngine.ts';
import { TureenError } from '../../shared/errors.ts';
import type { Producer } from './Producer.ts';
import { type LocalProducers, checkPublishing } from './LocalProducers.ts';
import type { ProduceOptions } from '../RoomTypes.ts';

type Publishing = Omit<ProduceOptions, 'source' | 'ownership'>;

/** Options of `room.enableMicrophone()`: how to capture, and how to send. */
export type MicrophoneProduceOptions = MicrophoneOptions & Publishing;
/** Options of `room.enableCamera()`. Encodings default to those of `encodingsFor()`. */
export type CameraProduceOptions = CameraOptions & Publishing & { readonly simulcast?: boolean | undefined };
/** Options of `room.enableScreenShare()`. `appData` and `paused` are for picture and sound. */
export type ScreenShareOptions = ScreenOptions &
  Publishing & {
    readonly simulcast?: boolean | undefined;
    /** How the sound is encoded; `codecOptions` are for the picture. Default stereo at 128 kbit/s, without DTX. */
    readonly audioCodecOptions?: ProducerCodecOptions | undefined;
  };

/** A shared screen: its picture, and its sound where the browser gives any. */
export interface ScreenShare {
  readonly video: Producer;
  readonly audio: Producer | null;
  /** Ends both. */
  close(): Promise<void>;
}

/** Captures and sends in one call. One producer per source: a second wish for the camera is the first one, resumed. */
export class LocalMedia {
  readonly #localProducers: LocalProducers;
  /** By source, and the call of the app that it belongs to. */
  readonly #starting = new Map<string, Promise<Producer>>();

  constructor(localProducers: LocalProducers) {
    this.#localProducers = localProducers;
  }

  enableMicrophone(options: MicrophoneProduceOptions): Promise<Producer> {
    return this.#enable('microphone', options, async () => ({
      local: await captureMicrophone(options),
      // Speech tolerates loss, and silence need not be sent.
      codecOptions: { opusFec: true, opusDtx: true, ...options.codecOptions },
    }));
  }

  enableCamera(options: CameraProduceOptions): Promise<Producer> {
    const { preset = 'h720', codec, simulcast } = options;
    return this.#enable('camera', options, async () => ({
      // First: where it throws, no camera is left on.
      encodings: options.encodings ?? encodingsFor(preset, { codec, simulcast }),
      local: await captureCamera(options),
    }));
  }

  async enableScreenShare(options: ScreenShareOptions): Promise<ScreenShare> {
    const { preset = 'screen15', codec, simulcast } = options;
    checkPublishing({ ...options, source: 'screen' });
    const { ends } = this.#localProducers;
    const encodings = options.encodings ?? encodingsFor(preset, { codec, simulcast });
    const { video: screen, audio: sound } = await captureScreen(options);
    let heard: Producer | null = null;
    // The browser's button ends the picture; the sound ends with it.
    const closeSound = () => {
      void heard?.close().catch(() => {});
    };
    try {
      this.#assertSince(ends);
      const publishing = { ...options, source: 'screen', encodings };
      const shared = await this.#localProducers.produce(screen, publishing, closeSound);
      this.#assertSince(ends);
      heard =
        sound === null
          ? null
          : await this.#localProducers.produce(sound, {
              appData: options.appData,
              paused: options.paused,
              source: 'screenAudio',
              codecOptions: {
                opusStereo: true,
                opusDtx: false,
                opusMaxAverageBitrate: 128_000,
                ...options.audioCodecOptions,
              },
            });
      return {
        video: shared,
        audio: heard,
        close: async () => {
          await Promise.all([shared.close(), heard?.close()]);
        },
      };
    } catch (error) {
      screen.stop();
      sound?.stop();
      await this.#localProducers.producerOf('screen')?.close();
      throw error;
    }
  }

  async #enable(
    source: 'camera' | 'microphone',
    options: Publishing & { signal?: AbortSignal | undefined },
    capture: () => Promise<Pick<ProduceOptions, 'encodings' | 'codecOptions'> & { local: LocalTrack }>,
  ): Promise<Producer> {
    const there = this.#localProducers.producerOf(source);
    const { ends } = this.#localProducers;
    const key = `${source} ${ends}`;
    const starting = this.#starting.get(key);
    if (starting !== undefined) return starting;
    if (there !== null) {
      await there.resume();
      return there;
    }
    const start = (async () => {
      checkPublishing({ ...options, source });
      const { local, ...publishing } = await capture();
      try {
        this.#assertSince(ends);
        return await this.#localProducers.produce(local, { ...options, ...publishing, source });
      } catch (error) {
        local.stop();
        throw error;
      }
    })().finally(() => this.#starting.delete(key));
    this.#starting.set(key, start);
    return start;
  }

  /** The browser may ask for long: what it gives belongs to the call that it was asked in. */
  #assertSince(ends: number): void {
    if (this.#localProducers.ends !== ends) throw new TureenError('closed', 'the room was left meanwhile');
  }
}
