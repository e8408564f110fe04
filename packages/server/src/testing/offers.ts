import { readFileSync } from 'node:fs';

const folder = new URL('./offers/', import.meta.url);

/**
 * Offers of real browsers, Chromium 156 and Firefox 153. A client aligns an offer to the router before it sends the offer;
 * those are the aligned ones.
 */
export type OfferName = `${'chromium' | 'firefox'}-${
  | `push-${'audio-video' | 'audio' | 'video' | 'simulcast' | 'two-videos' | 'with-data'}`
  | `pull-${'plain' | 'aligned' | 'video-aligned'}`}`;

/** Returns an offer, with the line ends of SDP. */
export function offer(name: OfferName): string {
  return readFileSync(new URL(`${name}.sdp`, folder), 'utf8').replace(/\r?\n/g, '\r\n');
}
