import { systemClock } from '@tureen/kernel';
import { blackWidth as size } from '../PeerConnectionMedia.ts';

/** ms between two frames: whoever joins late has to wait for one. */
const intervalMs = 1000;

/**
 * A tiny black picture, for a video section without a track. RTCPilot's own client plays sound and picture of a user in one
 * `<video>`, and a browser starts neither before the first frame. Null where there is no canvas. Ends with `stop()`.
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
