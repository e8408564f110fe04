import type { DeviceChangeReason, Producer, TrackFailure } from '@tureen/client';

/** State of a local camera or microphone. */
export type DeviceState = Pick<Producer, 'loss' | 'paused'> & {
  readonly source: 'camera' | 'microphone';
  readonly muted: boolean;
};

const losses: Readonly<Record<TrackFailure, (what: string) => string>> = {
  deviceLost: (what) => `Your ${what} was unplugged. Connect a ${what} to continue.`,
  permissionDenied: (what) => `Your ${what} is blocked. Allow it beside the address of this page.`,
  deviceInUse: (what) => `Your ${what} is in use by another program.`,
  trackEnded: (what) => `Your ${what} has stopped.`,
};

/** Describes the problem of a device. Null without a problem, and for a muted track that the user has paused. */
export function deviceTrouble({ source, loss, paused, muted }: DeviceState): string | null {
  if (loss !== null) return losses[loss](source);
  if (!muted || paused) return null;
  return source === 'camera' ? 'Your camera is sending no picture.' : 'Your microphone is sending no sound.';
}

/** Returns the notice about a switch to another device. Null where the user chose the device. */
export function deviceChangeText(source: string, label: string, reason: DeviceChangeReason): string | null {
  if (reason === 'local') return null;
  const what = source === 'camera' ? 'camera' : 'microphone';
  if (reason === 'trackEnded' || reason === 'muted') return `Your ${what} was restarted`;
  return `Your ${what} is now ${label === '' ? 'a different device' : `“${label}”`}`;
}
