import type { Pusher, RtpParam, ServerData, User } from '@tureen/protocol/push-pull';
import type { DialectContext, DialectEvent } from '../../room/DialectPort.ts';
import type { Actor, ConsumerOffer, PeerInfo } from '../../room/entityInfo.ts';
import type { Responder } from '../../signaling/SignalingChannelTypes.ts';
import type { PeerNames } from './PeerNames.ts';

/** Pusher and the user that it belongs to. */
export interface KnownPusher {
  readonly userId: string;
  readonly rtpParam: RtpParam;
}

export interface RemoteUsersOptions {
  /** Returns whether the user is this room, under its current user ID or a former one. */
  readonly isOwn: (userId: string) => boolean;
  /** Returns whether the pusher is one of the room's producers. */
  readonly isOwnPusher: (pusherId: string) => boolean;
  /** The server closed a pusher because its connection failed. Returns whether recovery follows, so that no event is emitted. */
  readonly onConnectionLost: (pusherId: string) => boolean;
  readonly canReceive: (rtpParam: RtpParam) => boolean;
  readonly names: PeerNames;
  /** Returns whether peers rejoin under a fresh user ID. Servers with resume tokens keep the ID. */
  readonly mayRejoin: () => boolean;
  readonly emit: DialectContext['emit'];
}

type AnnouncedUser = User | ServerData<'newPusher'>[number];

/** The server creates no consumer before the pull, and expects no response. */
const noResponder: Responder = { accept: () => {}, reject: () => {} };

/** Users of the room and their pushers. The server's lists repeat known entries, so only new entries emit an event. */
export class RemoteUsers {
  readonly #options: RemoteUsersOptions;
  /** The pushers of each user. */
  readonly #users = new Map<string, Map<string, KnownPusher>>();

  constructor(options: RemoteUsersOptions) {
    this.#options = options;
  }

  /**
   * Reads the users in the response to join. Returns the peers, and an event for each pusher that the room does not know after a
   * resume.
   */
  enter(
    users: readonly User[],
    isKnown?: (pusherId: string) => boolean,
  ): { peers: readonly PeerInfo[]; events: readonly DialectEvent[] } {
    const { names, mayRejoin } = this.#options;
    this.#users.clear();
    const others = users.filter((user) => !this.#isOwn(user));
    names.retainOnly(new Set(others.map(({ userId }) => userId)));
    if (mayRejoin()) for (const { userId } of others) if (!names.isFormer(userId)) names.rejoin(userId);
    const present = others.filter(({ userId }) => !names.isFormer(userId));
    const events = present.flatMap((user) => {
      const known = new Map<string, KnownPusher>();
      this.#users.set(user.userId, known);
      return this.#addPushers(user, known, isKnown);
    });
    return { peers: present.map((user) => this.#toPeerInfo(user)), events };
  }

  /** Handles newUser, newPusher and userReConnect: a user with pushers. The user or the pushers may be known. */
  add(user: AnnouncedUser): void {
    if (this.#isOwn(user)) return;
    const { names, mayRejoin, emit } = this.#options;
    let known = this.#users.get(user.userId);
    if (known === undefined) {
      const former = mayRejoin() ? names.rejoin(user.userId) : null;
      if (former !== null) this.#replace(former, user.userId);
      known = new Map();
      this.#users.set(user.userId, known);
      if (former === null) emit({ type: 'newPeer', peer: this.#toPeerInfo(user) });
    }
    this.#addPushers(user, known).forEach(emit);
  }

  /** Handles userLeave and userLeft. The former ID of a peer that rejoined is no longer listed. */
  remove(userId: string, reason: string | undefined): void {
    const { names, emit } = this.#options;
    if (!this.#users.delete(userId)) return;
    emit({ type: 'peerClosed', peerId: names.peerOf(userId), reason });
    names.forget(userId);
  }

  /** Handles userDisconnect. */
  disconnect(userId: string): void {
    if (this.#users.has(userId)) this.#setReconnecting(userId, true);
  }

  /** Handles userReConnect. An unknown user is new. */
  reconnect(userId: string, userName: string | undefined): void {
    if (this.#isOwn({ userId })) return;
    if (this.#users.has(userId)) this.#setReconnecting(userId, false);
    else this.add({ userId, userName: userName ?? userId, pushers: [] });
  }

  /** Returns the peer that a user ID belongs to. */
  peerOf(userId: string): string {
    return this.#options.names.peerOf(userId);
  }

  /** Handles pusherClosed, pusherPaused and pusherResumed, of the room's own pushers or of a remote user's. */
  changePushers(
    change: 'Closed' | 'Paused' | 'Resumed',
    { pusherIds, by, reason }: { pusherIds: readonly string[]; by?: Actor; reason?: string },
  ): void {
    const { emit, isOwnPusher, onConnectionLost } = this.#options;
    for (const id of pusherIds) {
      if (reason === 'connectionLost' && onConnectionLost(id)) continue;
      if (isOwnPusher(id)) emit({ type: `producer${change}`, producerId: id, by: by ?? 'server', reason });
      else {
        if (change === 'Closed') for (const pushers of this.#users.values()) pushers.delete(id);
        // Only a close needs the reason: a pusher is the producer of its consumer.
        emit({ type: `consumer${change}`, consumerId: id, by: by ?? 'remote', reason: reason ?? 'producerClosed' });
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
    { userId, pushers }: AnnouncedUser,
    known: Map<string, KnownPusher>,
    isKnown = (_pusherId: string) => false,
  ): DialectEvent[] {
    return pushers.flatMap((pusher) => {
      const { pusherId, rtpParam } = pusher;
      if (known.has(pusherId) || this.#options.isOwnPusher(pusherId)) return [];
      known.set(pusherId, { userId, rtpParam });
      return isKnown(pusherId)
        ? []
        : [{ type: 'newConsumer', offer: this.#toOffer(userId, pusher), answer: noResponder }];
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

  /** Handles a peer that rejoined: closes the consumers of its former user ID. */
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
      // The pull uses rtpParam instead.
      rtpParameters: { codecs: [{ mimeType: `${kind}/${codec}`, payloadType, clockRate }], encodings: [{ ssrc }] },
      type: 'simple',
      source: source ?? 'unknown',
      remotePaused: paused ?? false,
      appData,
      supported: this.#options.canReceive(rtpParam),
    };
  }

  #toPeerInfo({ userId, userName: displayName, dialect, appData }: Partial<User> & AnnouncedUser): PeerInfo {
    return { id: this.peerOf(userId), displayName, dialect, appData };
  }
}
