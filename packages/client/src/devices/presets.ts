import { checkEach, checkOptions } from '../shared/checks/development.ts';
import { invalidArgument } from '../shared/invalidArgument.ts';
import type { ProducerEncoding } from '../media/MediaEngine.ts';

/** One stream of a simulcast producer. */
export interface VideoLayer {
  /** Divisor of width and height. */
  readonly scaleResolutionDownBy: number;
  /** Highest bitrate in bit/s. */
  readonly maxBitrate: number;
}

/** Constraints of a camera or screen, and the encodings for them. */
export interface VideoPreset {
  /** Width in pixels: ideal for a camera, the maximum for a screen. */
  readonly width: number;
  /** Height in pixels: ideal for a camera, the maximum for a screen. */
  readonly height: number;
  /** Frames per second: ideal for a camera, the maximum for a screen. */
  readonly frameRate: number;
  /** Simulcast streams, lowest first. The last has the full size. */
  readonly layers: readonly [VideoLayer, ...VideoLayer[]];
}

/** Name of a camera preset. */
export type VideoPresetName = 'h180' | 'h360' | 'h540' | 'h720' | 'h1080';
/** Name of a screen preset. */
export type ScreenPresetName = 'screen15' | 'screen30';

const layer = (scaleResolutionDownBy: number, maxBitrate: number): VideoLayer => ({
  scaleResolutionDownBy,
  maxBitrate,
});

/** Camera presets, by the height of the picture. Default: `h720`. */
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

/** Screen presets, by frames per second. One stream each, since text that is scaled down cannot be read. Default: `screen15`. */
export const screenPresets: Readonly<Record<ScreenPresetName, VideoPreset>> = {
  screen15: { width: 1920, height: 1080, frameRate: 15, layers: [layer(1, 2_500_000)] },
  screen30: { width: 1920, height: 1080, frameRate: 30, layers: [layer(1, 4_000_000)] },
};

/** Returns the preset of a name, or a preset of the app. Throws `invalidArgument` for an unknown name or a malformed preset. */
export function presetOf(preset: VideoPresetName | ScreenPresetName | VideoPreset): VideoPreset {
  if (typeof preset === 'object' && (preset as VideoPreset | null) !== null) return checkPreset(preset);
  // An app without types may pass anything.
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
  // A preset without layers would send no picture.
  if (!layers?.length) throw invalidArgument('preset.layers', 'Pass one layer or more.');
  checkEach(layers, 'preset.layers');
  return preset;
}

export interface EncodingOptions {
  /** Sends several layers, so that each receiver gets a suitable one. Default true. */
  readonly simulcast?: boolean | undefined;
  /** MIME type of the codec to produce with. VP9 has its layers in one stream (SVC). AV1 has temporal layers only. */
  readonly codec?: string | undefined;
}

/**
 * Returns the encodings to produce a preset with, bitrates in bit/s. `docs/codecs.md` lists the receivers that decode them.
 *
 * @example
 * ```ts
 * const encodings = encodingsFor('h720', { codec: 'video/VP9' });
 * await room.produce(track, { codec: 'video/VP9', encodings });
 * ```
 */
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
