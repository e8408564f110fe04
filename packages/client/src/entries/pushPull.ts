import { PushPullDialect } from '../dialects/push-pull/PushPullDialect.ts';
import type { PushPullOptions } from '../dialects/push-pull/options.ts';
import {
  PeerConnectionEngine,
  type PeerConnectionEngineOptions,
} from '../media/peerConnection/PeerConnectionEngine.ts';
import type { PeerConnectionMedia } from '../media/PeerConnectionMedia.ts';
import type { Dialect } from '../room/DialectPort.ts';
import { checkOptions, checkParts } from '../shared/checks/development.ts';

export interface PushPullEntryOptions extends PushPullOptions {
  /**
   * STUN and TURN servers of the default engine, as this protocol cannot name any. They win over those in `media.configuration`.
   * A server that the browser refuses is dropped with a warning. Default none.
   */
  readonly iceServers?: readonly RTCIceServer[] | undefined;
  /** What moves the media. Default: the browser's RTCPeerConnection, with `media` as its options. */
  readonly engine?: PeerConnectionMedia | undefined;
  /** Options of the default engine. */
  readonly media?: Omit<PeerConnectionEngineOptions, 'profile'> | undefined;
}

/** The dialect of RTCPilot, over an RTCPeerConnection per push and per pull. */
export function pushPull(given: PushPullEntryOptions = {}): Dialect {
  checkOptions(given);
  checkParts(given);
  const { engine, media, iceServers, ...options } = given;
  const configuration = { ...media?.configuration, ...(iceServers && { iceServers: [...iceServers] }) };
  return new PushPullDialect(
    engine ?? new PeerConnectionEngine({ ...media, configuration, profile: options.profile }),
    options,
  );
}
