import { readSettings } from '../logic/settings.ts';

/** Not every browser lets a page choose. */
export function canChooseSpeaker(): boolean {
  return 'setSinkId' in HTMLMediaElement.prototype;
}

/** Plays the element on the speaker of the settings. */
export function applySpeaker(element: HTMLMediaElement): void {
  const { speakerId } = readSettings();
  if (!canChooseSpeaker() || element.sinkId === speakerId) return;
  // It is not plugged in any more: the system's own goes on playing.
  element.setSinkId(speakerId).catch(() => {});
}
