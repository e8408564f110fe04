import type { PeerConnectionMedia } from '../../media/PeerConnectionMedia.ts';
import type { Dialect, DialectContext, DialectSession, RoomIdentity } from '../../room/DialectPort.ts';
import { toCapabilities } from './capabilities.ts';
import type { PushPullOptions } from './options.ts';
import { PushPullSession } from './PushPullSession.ts';
import { UserIdentity } from './UserIdentity.ts';

/** The protocol of RTCPilot: one connection per push, one per pull. */
export class PushPullDialect implements Dialect {
  readonly name = 'push-pull';
  readonly capabilities = toCapabilities(new Set());
  readonly #media: PeerConnectionMedia;
  readonly #options: PushPullOptions;
  /** By room: they outlive its sessions. */
  readonly #selves = new WeakMap<RoomIdentity, UserIdentity>();

  constructor(media: PeerConnectionMedia, options: PushPullOptions = {}) {
    this.#media = media;
    this.#options = options;
  }

  /** Every message says who and where. */
  connectParams(): Record<string, string> {
    return {};
  }

  open(context: DialectContext): DialectSession {
    const { identity } = context;
    const { profile, reconnect } = this.#options;
    const comesBackAnew = (reconnect ?? (profile === 'rtcpilot' ? 'rejoin' : 'resume')) === 'rejoin';
    const selves = this.#selves.get(identity) ?? new UserIdentity(identity.peerId, comesBackAnew);
    this.#selves.set(identity, selves);
    return new PushPullSession(context, this.#media, selves, this.#options);
  }
}
