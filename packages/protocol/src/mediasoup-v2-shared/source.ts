import { UNKNOWN_SOURCE, type MediaKind, type Source } from '../common/index.ts';

/**
 * Reads the source of a track from `appData.source`, and maps the values of the demo (`mic`, `webcam`, `screen`). A missing source reads as
 * `unknown` or, with `isByKind`, as microphone or camera by the kind of the track.
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
