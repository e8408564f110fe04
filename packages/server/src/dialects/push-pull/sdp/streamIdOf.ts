import { createHash } from 'node:crypto';
import type { Producer } from '../../../rooms/Producer.ts';

/**
 * What the SDP calls the stream of a producer: one for a peer's camera and microphone, another for its screen and the sound of
 * that. A digest, as the peer's id is a text that its owner chose.
 */
export function streamIdOf({ peer, appData }: Pick<Producer, 'peer' | 'appData'>): string {
  const { source } = Object(appData) as { readonly source?: unknown };
  const isScreen = source === 'screen' || source === 'screenAudio';
  return createHash('sha256')
    .update(`${isScreen ? 'screen' : 'main'} ${peer.id}`)
    .digest('base64url')
    .slice(0, 22);
}
