import * as s from '../common/schema/index.ts';

/** What a receiver may ask for: one of the streams of a simulcast producer, or `default`: the best there is. */
export const preferredProfile = s.picklist(['default', 'low', 'medium', 'high']);
/** What a receiver may ask for; a cap, as the server sends the next lower one where that one is not there. */
export type PreferredProfile = s.InferOutput<typeof preferredProfile>;

/** What a receiver is being sent: `none`: nothing at the moment; `default`: the only stream of a producer. */
export const effectiveProfile = s.picklist(['none', 'default', 'low', 'medium', 'high']);
/** What a receiver is being sent; before the first packet it is null. */
export type EffectiveProfile = s.InferOutput<typeof effectiveProfile>;

/** A stream of a simulcast producer. */
export type StreamProfile = Exclude<PreferredProfile, 'default'>;

/** All profiles that a stream can have, from the lowest. */
export const STREAM_PROFILES = ['low', 'medium', 'high'] as const satisfies readonly StreamProfile[];

/** Names for so many streams, or spatial layers, from the lowest; none for a single one, which is no simulcast. */
export function profilesOf(count: number): StreamProfile[] {
  return count > 1 ? STREAM_PROFILES.slice(0, count) : [];
}

/**
 * The layer, 0 the lowest, that a profile means for a producer with these profiles: that one, else the next lower one,
 * else the lowest. Null: nothing (`none`).
 */
export function profileToLayer(profile: EffectiveProfile, profiles: readonly StreamProfile[]): number | null {
  if (profile === 'none') return null;
  const wanted = profile === 'default' ? STREAM_PROFILES.length : rank(profile);
  return Math.max(
    profiles.findLastIndex((each) => rank(each) <= wanted),
    0,
  );
}

/** What a layer, 0 the lowest, is called in a producer with these profiles; null is nothing being sent. */
export function layerToProfile(layer: number | null, profiles: readonly StreamProfile[]): EffectiveProfile {
  if (layer === null) return 'none';
  return profiles[layer] ?? profiles.at(-1) ?? 'default';
}

/** Place of a profile among all, 0 the lowest. */
export function rank(profile: StreamProfile): number {
  return STREAM_PROFILES.indexOf(profile);
}
