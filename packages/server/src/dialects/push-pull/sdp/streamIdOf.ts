import { createHash } from 'node:crypto';
import type { Producer } from '../../../rooms/Producer.ts';

/**
 * Returns the stream ID of a producer for the SDP. A peer's camera and microphone share one ID, its screen and the screen's
 * sound another. The ID is a digest, because the client chooses its peer ID.
 */
export function streamIdOf({ peer, appData }: Pick<Producer, 'peer' | 'appData'>): string {
  const { source } = Object(appData) as { readonly source?: unknown };
  const isScreen = source === 'screen' || source === 'screenAudio';
  return createHash('sha256')
    .update(`${isScreen ? 'screen' : 'main'} ${peer.id}`)
    .digest('base64url')
    .slice(0, 22);
}
