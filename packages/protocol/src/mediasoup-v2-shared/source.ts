import { UNKNOWN_SOURCE, type MediaKind, type Source } from '../common/index.ts';

/**
 * Where a track comes from: `appData.source`, with the words of the demo (`mic`, `webcam`, `screen`) put into ours;
 * `unknown` where nothing is said; with `isByKind`, the microphone or the camera where there is no such key.
 */
export function readSource(appData: unknown, kind: MediaKind, isByKind = false): Source {
  const { source } = Object(appData) as { readonly source?: unknown };
  switch (source) {
    case 'mic':
      return 'microphone';
    case 'webcam':
      return 'camera';
    case 'screen':
      return kind === 'audio' ? 'screenAudio' : 'screen';
  }
  if (typeof source === 'string' && source !== '') return source;
  if (!isByKind || (source ?? null) !== null) return UNKNOWN_SOURCE;
  return kind === 'audio' ? 'microphone' : 'camera';
}
