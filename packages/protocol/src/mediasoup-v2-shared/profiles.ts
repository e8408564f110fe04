import * as s from '../common/schema/index.ts';

/** Stream of a simulcast producer that a receiver requests. `default` is the best stream. */
export const preferredProfile = s.picklist(['default', 'low', 'medium', 'high']);
/** Highest stream that a receiver requests. If it is missing, the server sends the next lower stream. */
export type PreferredProfile = s.InferOutput<typeof preferredProfile>;

/** Stream that a receiver gets. `none` while the server sends no stream. `default` for the only stream of a producer. */
export const effectiveProfile = s.picklist(['none', 'default', 'low', 'medium', 'high']);
/** Stream that a receiver gets. Null before the first packet. */
export type EffectiveProfile = s.InferOutput<typeof effectiveProfile>;

/** Stream of a simulcast producer. */
export type StreamProfile = Exclude<PreferredProfile, 'default'>;

/** Profiles of streams, starting with the lowest. */
export const STREAM_PROFILES = ['low', 'medium', 'high'] as const satisfies readonly StreamProfile[];

/** Returns the profiles of `count` streams or spatial layers, starting with the lowest. A single stream is not simulcast and has none. */
export function profilesOf(count: number): StreamProfile[] {
  return count > 1 ? STREAM_PROFILES.slice(0, count) : [];
}

/**
 * Returns the layer of a profile (0 is the lowest) for a producer with these profiles. Falls back to the next lower profile, then to the
 * lowest. Null for `none`.
 */
export function profileToLayer(profile: EffectiveProfile, profiles: readonly StreamProfile[]): number | null {
  if (profile === 'none') return null;
  const wanted = profile === 'default' ? STREAM_PROFILES.length : rank(profile);
  return Math.max(
    profiles.findLastIndex((each) => rank(each) <= wanted),
    0,
  );
}

/** Returns the profile of a layer (0 is the lowest) for a producer with these profiles. Returns `none` for null. */
export function layerToProfile(layer: number | null, profiles: readonly StreamProfile[]): EffectiveProfile {
  if (layer === null) return 'none';
  return profiles[layer] ?? profiles.at(-1) ?? 'default';
}

/** Returns the rank of a profile. 0 is the lowest. */
export function rank(profile: StreamProfile): number {
  return STREAM_PROFILES.indexOf(profile);
}
