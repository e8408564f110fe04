import { checkEach, checkOptions } from '../shared/checks/development.ts';
import { invalidArgument } from '../shared/invalidArgument.ts';
import type { ProducerEncoding } from '../media/MediaEngine.ts';

/** One stream of a simulcast producer. */
export interface VideoLayer {
  /** By how much width and height are divided. */
  readonly scaleResolutionDownBy: number;
  /** bit/s. */
  readonly maxBitrate: number;
}

/** Constraints of a camera or screen, and the encodings for them. */
export interface VideoPreset {
  /** Ideal size in pixels: the device chooses the nearest. */
  readonly width: number;
  /** Pixels, ideal. */
  readonly height: number;
  /** Frames a second, ideal. */
  readonly frameRate: number;
  /** Lowest first; the last is the whole picture. */
  readonly layers: readonly [VideoLayer, ...VideoLayer[]];
}

export type VideoPresetName = 'h180' | 'h360' | 'h540' | 'h720' | 'h1080';
export type ScreenPresetName = 'screen15' | 'screen30';

const layer = (scaleResolutionDownBy: number, maxBitrate: number): VideoLayer => ({
  scaleResolutionDownBy,
  maxBitrate,
});

/** Cameras, by the height of the picture. Default: `h720`. */
export const videoPresets: Readonly<Record<VideoPresetName, VideoPreset>> = {
  h180: { width: 320, height: 180, frameRate: 15, layers: [layer(1, 150_000)] },
  h360: { width: 640, height: 360, frameRate: 24, layers: [layer(2, 150_000), layer(1, 500_000)] },
  h540: { width: 960, height: 540, frameRate: 24, layers: [layer(2, 250_000), layer(1, 900_000)] },
  h720: {
    width: 1280,
    height: 720,
    frameRate: 30,
    layers: [layer(4, 150_000), layer(2, 500_000), layer(1, 1_500_000)],
  },
  h1080: {
    width: 1920,
    height: 1080,
    frameRate: 30,
    layers: [layer(4, 200_000), layer(2, 800_000), layer(1, 3_000_000)],
  },
};

/** Screens, by frames a second: one stream, since text that is scaled down cannot be read. Default: `screen15`. */
export const screenPresets: Readonly<Record<ScreenPresetName, VideoPreset>> = {
  screen15: { width: 1920, height: 1080, frameRate: 15, layers: [layer(1, 2_500_000)] },
  screen30: { width: 1920, height: 1080, frameRate: 30, layers: [layer(1, 4_000_000)] },
};

/** Returns the preset of a name, or a preset of the app. Throws `invalidArgument` for an unknown name, and for a malformed preset. */
export function presetOf(preset: VideoPresetName | ScreenPresetName | VideoPreset): VideoPreset {
  if (typeof preset === 'object' && (preset as VideoPreset | null) !== null) return checkPreset(preset);
  // From a caller without types, anything.
  const all: Readonly<Record<string, VideoPreset>> = { ...videoPresets, ...screenPresets };
  const name = typeof preset === 'object' ? 'null' : String(preset);
  const found = Object.hasOwn(all, name) ? all[name] : undefined;
  if (found !== undefined) return found;
  throw invalidArgument(
    'preset',
    `Pass one of ${Object.keys(all).join(', ')}, or your own.`,
    `there is no preset '${name}'`,
  );
}

function checkPreset(preset: VideoPreset): VideoPreset {
  checkOptions(preset, 'preset');
  const { layers } = preset as Partial<VideoPreset>;
  // Without a layer there is no picture.
  if (!layers?.length) throw invalidArgument('preset.layers', 'Pass one layer or more.');
  checkEach(layers, 'preset.layers');
  return preset;
}

export interface EncodingOptions {
  /** Sends layers, so that each receiver gets a suitable one. Default true. */
  readonly simulcast?: boolean | undefined;
  /** MIME type of the codec that will be named. VP9 has its layers in one stream (SVC). AV1 has temporal layers only. */
  readonly codec?: string | undefined;
}

/** Returns the encodings to produce a preset with. Bitrates in bit/s. `docs/codecs.md` lists the receivers that decode them. */
export function encodingsFor(
  preset: VideoPresetName | ScreenPresetName | VideoPreset,
  options: EncodingOptions = {},
): ProducerEncoding[] {
  checkOptions(options);
  const { simulcast = true, codec } = options;
  const { layers } = presetOf(preset);
  const { maxBitrate } = layers.at(-1) ?? layers[0];
  const name = codec?.toLowerCase();
  if (!simulcast || layers.length === 1 || name === 'video/av1') return [{ maxBitrate, scalabilityMode: 'L1T3' }];
  if (name === 'video/vp9') return [{ maxBitrate, scalabilityMode: `L${Math.min(layers.length, 3)}T3_KEY` }];
  // Chromium makes three temporal layers of each; Firefox ignores the mode.
  return layers.map((one) => ({ ...one, scalabilityMode: 'L1T3' }));
}
