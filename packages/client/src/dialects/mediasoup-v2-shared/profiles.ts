import {
  type EffectiveProfile,
  type PreferredProfile,
  STREAM_PROFILES,
  profileToLayer,
} from '@tureen/protocol/mediasoup-v2-shared';
import type { Layers } from '../../room/entityInfo.ts';

/**
 * Returns the layer of a profile, or null for `none`: the server sends nothing. The wire does not carry the profiles of a
 * producer, so each producer counts as having all three.
 */
export function toLayers(profile: EffectiveProfile): Layers | null {
  const spatialLayer = profileToLayer(profile, profile === 'default' ? [] : STREAM_PROFILES);
  return spatialLayer === null ? null : { spatialLayer };
}

/** Returns the profile of a layer. Layers above the highest have the highest profile. */
export function toProfile(spatialLayer: number): PreferredProfile {
  return STREAM_PROFILES[spatialLayer] ?? 'high';
}
