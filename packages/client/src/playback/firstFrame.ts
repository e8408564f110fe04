/** `HTMLMediaElement.HAVE_FUTURE_DATA`, which Node lacks. */
const HAVE_FUTURE_DATA = 3;

/**
 * Calls `fn` once, asynchronously, when `element` shows its next frame (video track) or plays (audio track). Returns a function
 * that cancels the call. Waits for the frame: `playing` fires without a frame when audio plays already.
 */
export function onFirstFrame(element: HTMLMediaElement, kind: string, fn: () => void): () => void {
  const video = element as Partial<HTMLVideoElement>;
  if (kind === 'video' && video.requestVideoFrameCallback !== undefined)
    return onceFrame(video as HTMLVideoElement, fn);
  const isPlaying = () => !element.paused && element.readyState >= HAVE_FUTURE_DATA;
  if (kind === 'video')
    return onceTrue(element, ['playing', 'timeupdate'], () => isPlaying() && !!video.videoWidth, fn);
  return onceTrue(element, ['playing'], isPlaying, fn);
}

function onceFrame(video: HTMLVideoElement, fn: () => void): () => void {
  // Chromium shows the first frame of an element that may not play, and fires the event.
  const check = () => {
    if (video.paused) handle = video.requestVideoFrameCallback(check);
    else fn();
  };
  let handle = video.requestVideoFrameCallback(check);
  return () => {
    video.cancelVideoFrameCallback(handle);
  };
}

function onceTrue(element: HTMLMediaElement, events: string[], isTrue: () => boolean, fn: () => void): () => void {
  const cancel = () => {
    isWanted = false;
    for (const event of events) element.removeEventListener(event, check);
  };
  const check = () => {
    if (!isWanted || !isTrue()) return;
    cancel();
    fn();
  };
  let isWanted = true;
  for (const event of events) element.addEventListener(event, check);
  queueMicrotask(check);
  return cancel;
}
