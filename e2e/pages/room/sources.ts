/** A picture that changes its hue ten times a second, so that a receiver can tell that it is live. */
export function movingPicture(width = 640, height = 360): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d')!;
  const [track] = canvas.captureStream(20).getVideoTracks();
  const draw = () => {
    if (track!.readyState === 'ended') return;
    const step = Math.floor(performance.now() / 100);
    context.fillStyle = `hsl(${(step * 60) % 360} 100% 50%)`;
    context.fillRect(0, 0, width, height);
    context.fillStyle = 'white';
    context.font = `${height / 4}px sans-serif`;
    context.fillText(String(step % 1000), width / 8, height / 2);
    requestAnimationFrame(draw);
  };
  draw();
  return track!;
}

/**
 * Audio of the browser's fake microphone: Chromium beeps, Firefox hums. Unprocessed, because noise suppression removes tones. Not from an
 * AudioContext, which does not run in a Firefox without a sound card.
 */
export async function tone(): Promise<MediaStreamTrack> {
  const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  return (await navigator.mediaDevices.getUserMedia({ audio })).getAudioTracks()[0]!;
}

/** Frames in which a live picture has shown three hues, however slow the machine is. */
const WATCHED_FRAMES = 30;

/** Watches the next frames of the element. Returns their hues, of twelve, as soon as there are three, at the latest after 30 frames. */
export function watchHues(video: HTMLVideoElement): Promise<number[]> {
  const canvas = document.createElement('canvas');
  canvas.width = 16;
  canvas.height = 16;
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const seen = new Set<number>();
  return new Promise((resolve) => {
    let frames = 0;
    const look = () => {
      frames += 1;
      context.drawImage(video, 0, 0, 16, 16);
      // A corner, because the middle shows a number.
      const [red = 0, green = 0, blue = 0] = context.getImageData(14, 14, 1, 1).data;
      const hue = hueOf(red, green, blue);
      if (hue !== null) seen.add(Math.round(hue / 30) % 12);
      if (seen.size >= 3 || frames === WATCHED_FRAMES) resolve([...seen]);
      else video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
  });
}

/** Hue in degrees. Null for gray. */
function hueOf(red: number, green: number, blue: number): number | null {
  const max = Math.max(red, green, blue);
  const range = max - Math.min(red, green, blue);
  if (range < 40) return null;
  if (max === red) return (((green - blue) / range + 6) % 6) * 60;
  if (max === green) return ((blue - red) / range + 2) * 60;
  return ((red - green) / range + 4) * 60;
}
