import type { AppData } from '@tureen/protocol/common';
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
import type { LocalProducers } from './LocalProducers.ts';
import { checkCodecOptions } from '../checks.ts';
import { checkPublishing } from './checkPublishing.ts';
import type { ProduceOptions } from '../options.ts';

type Publishing<ProducerAppData extends object> = Omit<ProduceOptions<ProducerAppData>, 'source' | 'ownership'>;

/** Options of `room.enableMicrophone()`, for the capture and for the producer. */
export type MicrophoneProduceOptions<ProducerAppData extends object = AppData> = MicrophoneOptions &
  Publishing<ProducerAppData>;
/** Options of `room.enableCamera()`. Default `encodings`: those of `encodingsFor()`. */
export type CameraProduceOptions<ProducerAppData extends object = AppData> = CameraOptions &
  Publishing<ProducerAppData> & { readonly simulcast?: boolean | undefined };
/** Options of `room.enableScreenShare()`. `appData` and `paused` apply to picture and sound. */
export type ScreenShareOptions<ProducerAppData extends object = AppData> = ScreenOptions &
  Publishing<ProducerAppData> & {
    readonly simulcast?: boolean | undefined;
    /** Encoder settings of the sound; `codecOptions` apply to the picture. Default: stereo at 128 kbit/s, without DTX. */
    readonly audioCodecOptions?: ProducerCodecOptions | undefined;
  };

/** Producers of a shared screen. */
export interface ScreenShare<ProducerAppData extends object = AppData> {
  /** Producer of the picture. */
  readonly video: Producer<ProducerAppData>;
  /** Producer of the sound. Null where the browser captured none. */
  readonly audio: Producer<ProducerAppData> | null;
  /** Closes both producers. */
  close(): Promise<void>;
}

/** Captures and produces in one call. Keeps one producer per source: a second call for the camera resumes the first producer. */
export class LocalMedia {
  readonly #localProducers: LocalProducers;
  /** Pending calls by source, with the epoch in which they began. */
  readonly #starting = new Map<string, { readonly signal: AbortSignal; readonly done: Promise<Producer> }>();

  constructor(localProducers: LocalProducers) {
    this.#localProducers = localProducers;
  }

  /** Whether the browser captures a camera or microphone that is not published yet. */
  get isCapturing(): boolean {
    return this.#starting.size > 0;
  }

  enableMicrophone(options: MicrophoneProduceOptions): Promise<Producer> {
    return this.#enable('microphone', options, async () => ({
      local: await captureMicrophone(options),
      // Speech tolerates packet loss, and silence costs no bandwidth.
      codecOptions: { opusFec: true, opusDtx: true, ...options.codecOptions },
    }));
  }

  enableCamera(options: CameraProduceOptions): Promise<Producer> {
    const { preset = 'h720', codec, simulcast } = options;
    return this.#enable('camera', options, async () => ({
      // Before the capture: a throw must not leave a camera on.
      encodings: options.encodings ?? encodingsFor(preset, { codec, simulcast }),
      local: await captureCamera(options),
    }));
  }

  async enableScreenShare(options: ScreenShareOptions): Promise<ScreenShare> {
    const { preset = 'screen15', codec, simulcast } = options;
    checkPublishing({ ...options, source: 'screen' });
    checkCodecOptions(options.audioCodecOptions, 'audioCodecOptions');
    const { signal } = this.#localProducers.epoch;
    const encodings = options.encodings ?? encodingsFor(preset, { codec, simulcast });
    this.#localProducers.expectTrack();
    const { video: screen, audio: sound } = await captureScreen(options);
    let video: Producer | null = null;
    let audio: Producer | null = null;
    try {
      assertCurrent(signal);
      // The browser's "stop sharing" button ends the picture; the sound closes with it.
      video = await this.#localProducers.produce(screen, { ...options, source: 'screen', encodings }, () => {
        void audio?.close().catch(() => {});
      });
      assertCurrent(signal);
      audio =
        sound === null
          ? null
          : await this.#localProducers.produce(sound, {
              appData: options.appData,
              paused: options.paused,
              signal: options.signal,
              source: 'screenAudio',
              codecOptions: {
                opusStereo: true,
                opusDtx: false,
                opusMaxAverageBitrate: 128_000,
                ...options.audioCodecOptions,
              },
            });
      // The picture may have ended while the sound was being published.
      if (video.closed) await audio?.close();
      return screenShareOf(video, audio);
    } catch (error) {
      screen.stop();
      sound?.stop();
      // A picture that was not published has closed already.
      await video?.close().catch(() => {});
      throw error;
    }
  }

  async #enable(
    source: 'camera' | 'microphone',
    options: Publishing<AppData> & { signal?: AbortSignal | undefined },
    capture: () => Promise<Pick<ProduceOptions, 'encodings' | 'codecOptions'> & { local: LocalTrack }>,
  ): Promise<Producer> {
    const existing = this.#localProducers.producerOf(source);
    const { signal } = this.#localProducers.epoch;
    const starting = this.#starting.get(source);
    if (starting?.signal === signal) return starting.done;
    if (existing !== null) {
      await existing.resume();
      return existing;
    }
    const done = (async () => {
      checkPublishing({ ...options, source });
      this.#localProducers.expectTrack();
      const { local, ...publishing } = await capture();
      try {
        assertCurrent(signal);
        return await this.#localProducers.produce(local, { ...options, ...publishing, source });
      } catch (error) {
        local.stop();
        throw error;
      }
    })().finally(() => {
      if (this.#starting.get(source)?.done === done) this.#starting.delete(source);
    });
    this.#starting.set(source, { signal, done });
    return done;
  }
}

function screenShareOf(video: Producer, audio: Producer | null): ScreenShare {
  return {
    video,
    audio,
    close: async () => {
      await Promise.all([video.close(), audio?.close()]);
    },
  };
}

/** Throws `closed` where the room was left: the user may answer the browser's prompt much later. */
function assertCurrent(epoch: AbortSignal): void {
  if (epoch.aborted) throw new TureenError('closed', 'the room was left during the call');
}
