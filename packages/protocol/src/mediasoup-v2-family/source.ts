import { UNKNOWN_SOURCE, type MediaKind, type Source } from '../common/index.ts';

/**
 * Where a track comes from: `appData.source`, with the words of the demo (`mic`, `webcam`, `screen`) put into ours;
 * `unknown` where nothing is said.
 */
export function readSource(appData: unknown, kind: MediaKind): Source {
  const { source } = Object(appData) as { readonly source?: unknown };
  switch (source) {
    case 'mic':
      return 'microphone';
    case 'webcam':
      return 'camera';
    case 'screen':
      return kind === 'audio' ? 'screenAudio' : 'screen';
  }
  return typeof source === 'string' && source !== '' ? source : UNKNOWN_SOURCE;
}
