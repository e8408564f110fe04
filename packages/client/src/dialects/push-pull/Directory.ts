import type { Actor, ConsumerOffer, DialectEvent, PeerInfo } from '../../room/ports.ts';
import type { Pusher, RtpParam, ServerData, User } from '@tureen/protocol/push-pull';

/** A pusher that can be pulled, and whose it is. */
export interface KnownPusher {
  readonly userId: string;
  readonly rtpParam: RtpParam;
}

export interface DirectoryOptions {
  /** Whether that is us, or an earlier self that the server still remembers. */
  readonly isOwn: (userId: string) => boolean;
  /** Whether that is a pusher of ours. */
  readonly isOwnPusher: (pusherId: string) => boolean;
  /** The server gave a pusher of ours up for lost. Whether it is to be repaired. */
  readonly onLost: (pusherId: string) => boolean;
  readonly canReceive: (rtpParam: RtpParam) => boolean;
  readonly emit: (event: DialectEvent) => void;
}

type Told = User | ServerData<'newPusher'>[number];

/** There is no consumer at the server before the pull, and nothing to answer. */
const answer = { accept: () => {}, reject: () => {} };

/** Who is there and what they push, from lists that repeat what was said before: tells what is new, in the Room's words. */
export class Directory {
  readonly #options: DirectoryOptions;
  /** The pushers of each user. */
  readonly #users = new Map<string, Map<string, KnownPusher>>();

  constructor(options: DirectoryOptions) {
    this.#options = options;
  }

  /** The answer to join: its users, and, as news, what they push. After a loss without what the room knows of. */
  enter(users: readonly User[], isKnown?: (pusherId: string) => boolean): PeerInfo[] {
    this.#users.clear();
    const peers = new Map<string, PeerInfo>();
    for (const user of users) {
      if (this.#isOwn(user)) continue;
      this.#users.set(user.userId, new Map());
      peers.set(user.userId, toPeerInfo(user));
    }
    for (const user of users) this.add(user, isKnown);
    return [...peers.values()];
  }

  /** newUser, newPusher, userReConnect: a user with pushers, either of which may be known. */
  add(told: Told, isKnown = (_pusherId: string) => false): void {
    if (this.#isOwn(told)) return;
    let known = this.#users.get(told.userId);
    if (known === undefined) {
      known = new Map();
      this.#users.set(told.userId, known);
      this.#options.emit({ type: 'newPeer', peer: toPeerInfo(told) });
    }
    for (const pusher of told.pushers) {
      if (known.has(pusher.pusherId) || this.#options.isOwnPusher(pusher.pusherId)) continue;
      known.set(pusher.pusherId, { userId: told.userId, rtpParam: pusher.rtpParam });
      if (isKnown(pusher.pusherId)) continue;
      this.#options.emit({ type: 'newConsumer', offer: this.#toOffer(told.userId, pusher), answer });
    }
  }

  /** userLeave, userLeft. */
  remove(userId: string, reason: string | undefined): void {
    if (this.#users.delete(userId)) this.#options.emit({ type: 'peerClosed', peerId: userId, reason });
  }

  /** userDisconnect. */
  disconnect(userId: string): void {
    if (this.#users.has(userId)) this.#options.emit({ type: 'peerReconnecting', peerId: userId });
  }

  /** userReConnect. One whom we had not heard of is new. */
  reconnect(userId: string, userName: string | undefined): void {
    if (this.#isOwn({ userId })) return;
    if (this.#users.has(userId)) this.#options.emit({ type: 'peerReconnected', peerId: userId });
    else this.add({ userId, userName: userName ?? userId, pushers: [] });
  }

  /** pusherClosed, pusherPaused, pusherResumed: of a pusher of ours, or of someone else's. */
  change(
    what: 'Closed' | 'Paused' | 'Resumed',
    { pusherIds, by, reason }: { pusherIds: readonly string[]; by?: Actor; reason?: string },
  ): void {
    const { emit, isOwnPusher, onLost } = this.#options;
    for (const id of pusherIds) {
      if (reason === 'connectionLost' && onLost(id)) continue;
      if (isOwnPusher(id)) emit({ type: `producer${what}`, producerId: id, by: by ?? 'server', reason });
      else {
        if (what === 'Closed') for (const pushers of this.#users.values()) pushers.delete(id);
        emit({ type: `consumer${what}`, consumerId: id, by: by ?? 'remote', reason });
      }
    }
  }

  find(pusherId: string): KnownPusher | undefined {
    for (const pushers of this.#users.values()) {
      const found = pushers.get(pusherId);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #isOwn({ userId }: { readonly userId: string }): boolean {
    return this.#options.isOwn(userId);
  }

  #toOffer(userId: string, { pusherId, rtpParam, source, appData, paused }: Pusher): ConsumerOffer {
    const { av_type: kind, codec, payload_type: payloadType, clock_rate: clockRate, ssrc } = rtpParam;
    return {
      id: pusherId,
      producerId: pusherId,
      peerId: userId,
      kind,
      // What is pulled goes by rtpParam itself.
      rtpParameters: { codecs: [{ mimeType: `${kind}/${codec}`, payloadType, clockRate }], encodings: [{ ssrc }] },
      type: 'simple',
      source: source ?? 'unknown',
      remotePaused: paused ?? false,
      appData,
      supported: this.#options.canReceive(rtpParam),
    };
  }
}

function toPeerInfo({ userId: id, userName: displayName, dialect, appData }: Partial<User> & Told): PeerInfo {
  return { id, displayName, dialect, appData };
}
