import { UNKNOWN_SOURCE, type AppData, type MediaKind, type Source } from '../common/index.ts';
import type { Variant } from './variants.ts';

/**
 * Reads the source of a track from `appData.source`, and maps the values of the two demos (`audio`, `video` and `screensharing`; `share:
 * true` in the classic variant). If both keys are missing, returns `unknown` or, with `isByKind`, microphone or camera by the kind of the
 * track, as the classic demo does.
 */
export function readSource(data: AppData, kind: MediaKind, isByKind = false): Source {
  const { source, share } = data;
  const screen = kind === 'audio' ? 'screenAudio' : 'screen';
  switch (source) {
    case 'audio':
      return 'microphone';
    case 'video':
      return 'camera';
    case 'screensharing':
      return screen;
  }
  if (typeof source === 'string' && source !== '') return source;
  if (share === true) return screen;
  if (!isByKind || (source ?? share ?? null) !== null) return UNKNOWN_SOURCE;
  return kind === 'audio' ? 'microphone' : 'camera';
}

/**
 * Writes the source into `appData` for programs of a variant. `classic`: adds `share: true` for a screen. `notify`: replaces the source by
 * `audio`, `video` or `screensharing`. {@link readSource} reads both.
 */
export function writeSource(data: AppData, kind: MediaKind, variant: Variant): AppData {
  const { source } = data;
  if (variant === 'classic') return source === 'screen' || source === 'screenAudio' ? { share: true, ...data } : data;
  if (source === 'microphone') return { ...data, source: 'audio' };
  if (source === 'camera') return { ...data, source: 'video' };
  return source === (kind === 'audio' ? 'screenAudio' : 'screen') ? { ...data, source: 'screensharing' } : data;
}

/** Writes the channel of a data producer: `appData.channel` in the notify variant. The classic variant reads the label. */
export function writeChannel(data: AppData, label: string, variant: Variant): AppData {
  return variant === 'notify' ? { ...data, channel: data.channel ?? label } : data;
}
