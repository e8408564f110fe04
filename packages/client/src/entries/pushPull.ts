import { PushPullDialect } from '../dialects/push-pull/PushPullDialect.ts';
import type { PushPullOptions } from '../dialects/push-pull/options.ts';
import {
  PeerConnectionEngine,
  type PeerConnectionEngineOptions,
} from '../media/peerConnection/PeerConnectionEngine.ts';
import type { PeerConnectionMedia } from '../media/PeerConnectionMedia.ts';
import type { Dialect } from '../room/ports.ts';

export interface PushPullEntryOptions extends PushPullOptions {
  /** What moves the media. Default: the browser's RTCPeerConnection, with `media` as its options. */
  readonly engine?: PeerConnectionMedia | undefined;
  /** Options of the default engine. */
  readonly media?: Omit<PeerConnectionEngineOptions, 'profile'> | undefined;
}

/** The dialect of RTCPilot, over an RTCPeerConnection per push and per pull. */
export function pushPull({ engine, media, ...options }: PushPullEntryOptions = {}): Dialect {
  return new PushPullDialect(engine ?? new PeerConnectionEngine({ ...media, profile: options.profile }), options);
}
