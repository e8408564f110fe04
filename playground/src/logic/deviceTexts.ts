import type { DeviceChangeReason, Producer, TrackFailure } from '@tureen/client';

/** What a notice says of one's own camera or microphone. */
export type DeviceState = Pick<Producer, 'loss' | 'paused'> & {
  readonly source: 'camera' | 'microphone';
  readonly muted: boolean;
};

const losses: Readonly<Record<TrackFailure, (what: string) => string>> = {
  deviceLost: (what) => `Your ${what} is gone. It comes back when one is plugged in.`,
  permissionDenied: (what) => `Your ${what} is blocked. Allow it beside the address of this page.`,
  deviceInUse: (what) => `Your ${what} is in use by another program.`,
  trackEnded: (what) => `Your ${what} has stopped.`,
};

/** What is wrong with it; null while nothing is. Who has muted it is not told that it gives no sound. */
export function deviceTrouble({ source, loss, paused, muted }: DeviceState): string | null {
  if (loss !== null) return losses[loss](source);
  if (!muted || paused) return null;
  return source === 'camera' ? 'Your camera gives no picture just now.' : 'Your microphone gives no sound just now.';
}

/** What is told once when another device is used; null for one's own choice. */
export function deviceNews(source: string, label: string, reason: DeviceChangeReason): string | null {
  if (reason === 'local') return null;
  const what = source === 'camera' ? 'camera' : 'microphone';
  if (reason === 'trackEnded' || reason === 'muted') return `Your ${what} was started again`;
  return `Your ${what} is now ${label === '' ? 'another one' : `“${label}”`}`;
}
