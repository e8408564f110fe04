import { PushPullDialect } from '../dialects/push-pull/PushPullDialect.ts';
import type { PushPullOptions } from '../dialects/push-pull/options.ts';
import { peerConnectionEngine } from '../media/peerConnection/PeerConnectionEngine.ts';
import type { PeerConnectionMedia } from '../media/PeerConnectionMedia.ts';
import type { Dialect } from '../room/DialectPort.ts';
import { checkOptions, checkParts } from '../shared/checks/development.ts';

/** Options of `pushPull()`. */
export interface PushPullEntryOptions extends PushPullOptions {
  /** Engine for the media. Default: `peerConnectionEngine()` of `@tureen/client/ports`, over the browser's RTCPeerConnection. */
  readonly engine?: PeerConnectionMedia | undefined;
}

/**
 * Creates the dialect of RTCPilot, with one RTCPeerConnection per push and per pull. Throws `invalidArgument`.
 *
 * @example
 * ```ts
 * const dialect = pushPull({ profile: 'rtcpilot', iceServers: [{ urls: 'stun:stun.example' }] });
 * ```
 */
export function pushPull(given: PushPullEntryOptions = {}): Dialect {
  checkOptions(given);
  checkParts(given);
  const { engine = peerConnectionEngine(), ...options } = given;
  return new PushPullDialect(engine, options);
}
