import {
  type EffectiveProfile,
  type PreferredProfile,
  STREAM_PROFILES,
  profileToLayer,
} from '@tureen/protocol/mediasoup-v2-shared';
import type { Layers } from '../../room/entityInfo.ts';

/**
 * Returns the layer of a profile. Null for `none`: the server sends nothing. Messages do not carry the profiles of a producer, so
 * each producer counts as having all three.
 */
export function toLayers(profile: EffectiveProfile): Layers | null {
  const spatialLayer = profileToLayer(profile, profile === 'default' ? [] : STREAM_PROFILES);
  return spatialLayer === null ? null : { spatialLayer };
}

/** Returns the profile of a layer. A layer above the highest has the highest profile. */
export function toProfile(spatialLayer: number): PreferredProfile {
  return STREAM_PROFILES[spatialLayer] ?? 'high';
}
