import type { ConsumerOffer } from '../room/entityInfo.ts';

/**
 * Returns the stream ID of a consumer. Microphone and camera of a peer share a stream and stay in sync; the screen has its own.
 */
export function streamIdOf({ peerId, source }: Pick<ConsumerOffer, 'peerId' | 'source'>): string {
  return `${peerId}-${source === 'screen' || source === 'screenAudio' ? 'screen' : 'main'}`;
}
