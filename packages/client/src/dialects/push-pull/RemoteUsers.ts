import type { DialectContext, DialectEvent } from '../../room/DialectPort.ts';
import type { Actor, ConsumerOffer, PeerInfo } from '../../room/entityInfo.ts';
import type { PeerNames } from './PeerNames.ts';
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
  readonly names: PeerNames;
  /** Whether ids prove nothing here: elsewhere only a resume token brings a peer back. */
  readonly mayRejoin: () => boolean;
  readonly emit: DialectContext['emit'];
}

type Told = User | ServerData<'newPusher'>[number];

/** There is no consumer at the server before the pull, and nothing to answer. */
const answer = { accept: () => {}, reject: () => {} };

/** Who is there and what they push, from lists that repeat what was said before: tells what is new, in the Room's words. */
export class RemoteUsers {
  readonly #options: DirectoryOptions;
  /** The pushers of each user. */
  readonly #users = new Map<string, Map<string, KnownPusher>>();

  constructor(options: DirectoryOptions) {
    this.#options = options;
  }

  /** Reads the users in the response to join, and an event for each of their pushers but those that the room knows after a resume. */
  enter(
    users: readonly User[],
    isKnown?: (pusherId: string) => boolean,
  ): { peers: readonly PeerInfo[]; events: readonly DialectEvent[] } {
    const { names, mayRejoin } = this.#options;
    this.#users.clear();
    const others = users.filter((user) => !this.#isOwn(user));
    names.keep(new Set(others.map(({ userId }) => userId)));
    if (mayRejoin()) for (const { userId } of others) if (!names.isFormer(userId)) names.takeOver(userId);
    const present = others.filter(({ userId }) => !names.isFormer(userId));
    const events = present.flatMap((user) => {
      const known = new Map<string, KnownPusher>();
      this.#users.set(user.userId, known);
      return this.#addPushers(user, known, isKnown);
    });
    return { peers: present.map((user) => this.#toPeerInfo(user)), events };
  }

  /** newUser, newPusher, userReConnect: a user with pushers, either of which may be known. */
  add(told: Told): void {
    if (this.#isOwn(told)) return;
    const { names, mayRejoin, emit } = this.#options;
    let known = this.#users.get(told.userId);
    if (known === undefined) {
      const former = mayRejoin() ? names.takeOver(told.userId) : null;
      if (former !== null) this.#replace(former, told.userId);
      known = new Map();
      this.#users.set(told.userId, known);
      if (former === null) emit({ type: 'newPeer', peer: this.#toPeerInfo(told) });
    }
    this.#addPushers(told, known).forEach(emit);
  }

  /** userLeave, userLeft. An id that its peer has left for a fresh one is gone already. */
  remove(userId: string, reason: string | undefined): void {
    const { names, emit } = this.#options;
    if (!this.#users.delete(userId)) return;
    emit({ type: 'peerClosed', peerId: names.peerOf(userId), reason });
    names.forget(userId);
  }

  /** userDisconnect. */
  disconnect(userId: string): void {
    if (this.#users.has(userId)) this.#setReconnecting(userId, true);
  }

  /** userReConnect. One whom we had not heard of is new. */
  reconnect(userId: string, userName: string | undefined): void {
    if (this.#isOwn({ userId })) return;
    if (this.#users.has(userId)) this.#setReconnecting(userId, false);
    else this.add({ userId, userName: userName ?? userId, pushers: [] });
  }

  /** The peer that this user id belongs to. */
  peerOf(userId: string): string {
    return this.#options.names.peerOf(userId);
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

  /** Returns an event for each pusher that is new to the session. */
  #addPushers(
    { userId, pushers }: Told,
    known: Map<string, KnownPusher>,
    isKnown = (_pusherId: string) => false,
  ): DialectEvent[] {
    return pushers.flatMap((pusher) => {
      const { pusherId, rtpParam } = pusher;
      if (known.has(pusherId) || this.#options.isOwnPusher(pusherId)) return [];
      known.set(pusherId, { userId, rtpParam });
      return isKnown(pusherId) ? [] : [{ type: 'newConsumer', offer: this.#toOffer(userId, pusher), answer }];
    });
  }

  #isOwn({ userId }: { readonly userId: string }): boolean {
    return this.#options.isOwn(userId);
  }

  #setReconnecting(userId: string, isReconnecting: boolean): void {
    this.#options.names.setReconnecting(userId, isReconnecting);
    const type = isReconnecting ? 'peerReconnecting' : 'peerReconnected';
    this.#options.emit({ type, peerId: this.peerOf(userId) });
  }

  /** A peer has rejoined: what was pushed under its former id is over. */
  #replace(former: string, userId: string): void {
    for (const consumerId of this.#users.get(former)?.keys() ?? [])
      this.#options.emit({ type: 'consumerClosed', consumerId, reason: 'replaced' });
    this.#users.delete(former);
    this.#options.emit({ type: 'peerReconnected', peerId: this.peerOf(userId) });
  }

  #toOffer(userId: string, { pusherId, rtpParam, source, appData, paused }: Pusher): ConsumerOffer {
    const { av_type: kind, codec, payload_type: payloadType, clock_rate: clockRate, ssrc } = rtpParam;
    return {
      id: pusherId,
      producerId: pusherId,
      peerId: this.peerOf(userId),
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

  #toPeerInfo({ userId, userName: displayName, dialect, appData }: Partial<User> & Told): PeerInfo {
    return { id: this.peerOf(userId), displayName, dialect, appData };
  }
}
