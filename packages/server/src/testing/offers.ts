import { readFileSync } from 'node:fs';

const folder = new URL('./offers/', import.meta.url);

/** Offers of real browsers, Chromium 156 and Firefox 153; the aligned ones as a client makes them before it sends them. */
export type OfferName = `${'chromium' | 'firefox'}-${
  | `push-${'audio-video' | 'audio' | 'video' | 'simulcast' | 'two-videos' | 'with-data'}`
  | `pull-${'plain' | 'aligned' | 'video-aligned'}`}`;

/** One of them, with the line ends of SDP. */
export function offer(name: OfferName): string {
  return readFileSync(new URL(`${name}.sdp`, folder), 'utf8').replace(/\r?\n/g, '\r\n');
}
