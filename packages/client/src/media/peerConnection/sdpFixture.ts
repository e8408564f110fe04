import { readFileSync } from 'node:fs';

import type { PulledRtp } from '../PeerConnectionMedia.ts';

export { answerTo } from './answerFixture.ts';

/** Names of recorded offers of Chromium 156 and Firefox 153. */
export const recordedOffers = [
  'chromium-pull-audio-video',
  'chromium-pull-video',
  'chromium-push-audio',
  'chromium-push-h264',
  'chromium-push-joint',
  'chromium-push-simulcast',
  'chromium-push-video',
  'chromium-push-video-gathered',
  'firefox-pull-audio-video',
  'firefox-pull-video',
  'firefox-push-audio',
  'firefox-push-simulcast',
  'firefox-push-video',
  'firefox-push-video-gathered',
  'firefox-push-vp8',
] as const;

/** Returns a recorded offer, with the line ends of a browser. */
export function recordedOffer(name: (typeof recordedOffers)[number]): string {
  return readFileSync(new URL(`fixtures/${name}.sdp`, import.meta.url), 'utf8').replace(/\r?\n/g, '\r\n');
}

/** Opus, VP8 and H264 as publishers may send them. */
export const opus: PulledRtp = {
  codec: 'opus',
  clock_rate: 48000,
  channel: 2,
  fmtp_param: 'minptime=10;useinbandfec=1',
  payload_type: 109,
  mid_ext_id: 3,
  tcc_ext_id: 7,
};
export const vp8: PulledRtp = {
  codec: 'VP8',
  clock_rate: 90000,
  fmtp_param: '',
  payload_type: 120,
  rtx_payload_type: 124,
  mid_ext_id: 3,
  tcc_ext_id: 7,
  abs_send_time_ext_id: 4,
};
export const h264: PulledRtp = {
  ...vp8,
  codec: 'H264',
  fmtp_param: 'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1',
  payload_type: 126,
  rtx_payload_type: 127,
};
