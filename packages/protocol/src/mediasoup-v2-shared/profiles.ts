import * as s from '../common/schema/index.ts';

/** Stream of a simulcast producer that a receiver requests. `default` is the best one. */
export const preferredProfile = s.picklist(['default', 'low', 'medium', 'high']);
/** Stream that a receiver requests at most: the server sends the next lower one where it is missing. */
export type PreferredProfile = s.InferOutput<typeof preferredProfile>;

/** Stream that a receiver gets: `none` while the server sends no stream, `default` for the only stream of a producer. */
export const effectiveProfile = s.picklist(['none', 'default', 'low', 'medium', 'high']);
/** Stream that a receiver gets; null before the first packet. */
export type EffectiveProfile = s.InferOutput<typeof effectiveProfile>;

/** A stream of a simulcast producer. */
export type StreamProfile = Exclude<PreferredProfile, 'default'>;

/** All profiles of streams, from the lowest. */
export const STREAM_PROFILES = ['low', 'medium', 'high'] as const satisfies readonly StreamProfile[];

/** Returns the profiles of `count` streams or spatial layers, from the lowest. A single stream, which is no simulcast, has none. */
export function profilesOf(count: number): StreamProfile[] {
  return count > 1 ? STREAM_PROFILES.slice(0, count) : [];
}

/**
 * Returns the layer, 0 the lowest, of a profile for a producer with these profiles: that one, else the next lower one, else the
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

/** Returns the profile of a layer, 0 the lowest, of a producer with these profiles; `none` for null. */
export function layerToProfile(layer: number | null, profiles: readonly StreamProfile[]): EffectiveProfile {
  if (layer === null) return 'none';
  return profiles[layer] ?? profiles.at(-1) ?? 'default';
}

/** Returns the rank of a profile, 0 the lowest. */
export function rank(profile: StreamProfile): number {
  return STREAM_PROFILES.indexOf(profile);
}
