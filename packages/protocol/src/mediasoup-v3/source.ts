import { UNKNOWN_SOURCE, type AppData, type MediaKind, type Source } from '../common/index.ts';
import type { Variant } from './variants.ts';

/**
 * Reads where a track comes from: `appData.source`, with the words of the two demos put into ours (`audio`, `video` and
 * `screensharing`; `share: true` in the classic one). Else `unknown`; with `isByKind`, the microphone or the camera where
 * `appData` has neither key, as the classic demo sends them.
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
 * Writes the source in `appData` in the words that the variant's programs read: `share: true` beside it for what comes from a
 * screen (`classic`), or `audio`, `video` and `screensharing` in its place (`notify`). {@link readSource} reads each back.
 */
export function writeSource(data: AppData, kind: MediaKind, variant: Variant): AppData {
  const { source } = data;
  if (variant === 'classic') return source === 'screen' || source === 'screenAudio' ? { share: true, ...data } : data;
  if (source === 'microphone') return { ...data, source: 'audio' };
  if (source === 'camera') return { ...data, source: 'video' };
  return source === (kind === 'audio' ? 'screenAudio' : 'screen') ? { ...data, source: 'screensharing' } : data;
}

/** Writes which channel a data producer is: the notify variant goes by `appData.channel`, the classic one by the label. */
export function writeChannel(data: AppData, label: string, variant: Variant): AppData {
  return variant === 'notify' ? { ...data, channel: data.channel ?? label } : data;
}
