import {
  type EffectiveProfile,
  type PreferredProfile,
  STREAM_PROFILES,
  profileToLayer,
} from '@tureen/protocol/mediasoup-v2-shared';
import type { Layers } from '../../room/entityInfo.ts';

/**
 * A profile as a layer. Which profiles a producer has is not on the wire, so they count as if it had all three; null for
 * nothing, which is what `none` says of what reaches us.
 */
export function toLayers(profile: EffectiveProfile): Layers | null {
  const spatialLayer = profileToLayer(profile, profile === 'default' ? [] : STREAM_PROFILES);
  return spatialLayer === null ? null : { spatialLayer };
}

/** A layer as a profile; above the highest there is no other. */
export function toProfile(spatialLayer: number): PreferredProfile {
  return STREAM_PROFILES[spatialLayer] ?? 'high';
}
