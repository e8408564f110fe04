import { systemClock } from '@tureen/kernel';
import { blackWidth as size } from '../PeerConnectionMedia.ts';

/** Interval of frames in ms. A late joiner waits for the next frame. */
const intervalMs = 1000;

/**
 * Creates a tiny black video track, for a section without a track. RTCPilot's own client plays audio and video of a user in one
 * `<video>`, and a browser plays neither before the first frame. Null without a canvas. Ends with `stop()`.
 */
export function createBlackTrack(): MediaStreamTrack | null {
  if (typeof document === 'undefined') return null;
  const canvas = Object.assign(document.createElement('canvas'), { width: size, height: size });
  const context = canvas.getContext('2d');
  if (!('captureStream' in canvas)) return null;
  const [track = null] = canvas.captureStream().getVideoTracks();
  const draw = () => {
    if (track?.readyState !== 'live') return;
    context?.fillRect(0, 0, size, size);
    systemClock.after(intervalMs, draw);
  };
  draw();
  return track;
}
