import { readSettings } from '../logic/settings.ts';

/** Returns whether the browser lets a page choose the speaker. */
export function canChooseSpeaker(): boolean {
  return 'setSinkId' in HTMLMediaElement.prototype;
}

/** Plays the element on the speaker in the settings. */
export function applySpeaker(element: HTMLMediaElement): void {
  const { speakerId } = readSettings();
  if (!canChooseSpeaker() || element.sinkId === speakerId) return;
  // The speaker may be unplugged. The system default keeps playing then.
  element.setSinkId(speakerId).catch(() => {});
}
