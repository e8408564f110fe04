import type { RunningServer } from '@tureen/server';
import type { Sample } from './Report.ts';
import { median } from './takeTurns.ts';

/** Key frames that the server requested before a receiver was connected, and how many receivers got or missed them. */
export type EarlyKeyFrames = RunningServer['registry']['earlyKeyFrames'];

/** Counts what has been added since `before`. */
export function earlyKeyFramesSince(before: EarlyKeyFrames, now: EarlyKeyFrames): EarlyKeyFrames {
  return {
    requested: now.requested - before.requested,
    used: now.used - before.used,
    missed: now.missed - before.missed,
  };
}

/** Describes how often early key frames came too early, and the first frame of the turns with and without a missed one. */
export function earlyKeyFramesText(samples: readonly Sample[]): string {
  const sum = (of: keyof EarlyKeyFrames) =>
    samples.reduce((total, { earlyKeyFrames }) => total + (earlyKeyFrames?.[of] ?? 0), 0);
  const counts = `${sum('requested')} requested, ${sum('used')} used`;
  const missing = samples.filter(({ earlyKeyFrames }) => (earlyKeyFrames?.missed ?? 0) > 0);
  if (missing.length === 0) return `${counts}, none missed`;
  const using = samples.filter(({ earlyKeyFrames: turn }) => turn !== undefined && turn.used > 0 && turn.missed === 0);
  const [withMs, withoutMs] = [missing, using].map((turns) => median(turns.map(({ pictureMs }) => pictureMs)));
  const missed = `${counts}, ${sum('missed')} missed; first frame with a missed one ${withMs?.toFixed()} ms`;
  if (withMs === undefined || withoutMs === undefined || using.length === 0) return `${missed}, no turn without`;
  const costMs = withMs - withoutMs;
  return `${missed}, without ${withoutMs.toFixed()} ms: ${Math.abs(costMs).toFixed()} ms ${costMs < 0 ? 'less' : 'more'}`;
}
