import type { Peer } from '../../rooms/Peer.ts';
import type { PeerEvents } from '../../rooms/PeerEvents.ts';
import type { Producer } from '../../rooms/Producer.ts';
import type { Outbox } from './Outbox.ts';
import { isAnnounced, toPushers, toUser } from './toWire.ts';

/** What a {@link UserAnnouncer} is made of. */
export interface UserAnnouncerOptions {
  readonly roomId: string;
  readonly peer: Peer;
  readonly outbox: Outbox;
}

/** Puts what a user is told into the dialect's words. */
export class UserAnnouncer {
  readonly #roomId: string;
  readonly #peer: Peer;
  readonly #outbox: Outbox;
  /** Of whom there is something new to pull. */
  readonly #pushing = new Set<Peer>();

  constructor({ roomId, peer, outbox }: UserAnnouncerOptions) {
    this.#roomId = roomId;
    this.#peer = peer;
    this.#outbox = outbox;
    this.#announceUsers();
    this.#announcePushers();
    this.#announceOwn();
  }

  /** Tells the user of its own pushers: the server's doing. */
  tellOwn(
    method: 'pusherClosed' | 'pusherPaused' | 'pusherResumed',
    producers: readonly Producer[],
    reason?: string,
  ): void {
    this.#outbox.tell(method, {
      roomId: this.#roomId,
      userId: this.#peer.id,
      pusherIds: producers.map(({ id }) => id),
      by: 'server',
      ...(reason === undefined ? {} : { reason }),
    });
  }

  #announceUsers(): void {
    const roomId = this.#roomId;
    const outbox = this.#outbox;
    const peer = this.#peer;
    peer.on('newPeer', ({ peer: other }) => {
      outbox.tell('newUser', [toUser(other, outbox)]);
    });
    peer.on('peerClosed', ({ peer: { id: userId }, reason }) => {
      outbox.tell('userLeave', [{ roomId, userId, ...(outbox.extensions.size > 0 ? { reason } : {}) }]);
    });
    peer.on('peerReconnecting', ({ peer: { id: userId } }) => {
      outbox.tell('userDisconnect', { roomId, userId });
    });
    peer.on('peerReconnected', ({ peer: { id: userId, displayName: userName } }) => {
      outbox.tell('userReConnect', { roomId, userId, userName });
    });
    peer.on('textMessage', ({ peer: { id: userId, displayName: userName }, text: message }) => {
      outbox.tell('textMessage', { roomId, userId, userName, message });
    });
  }

  #announcePushers(): void {
    const peer = this.#peer;
    peer.on('newProducer', ({ producer }) => {
      if (isAnnounced(producer, this.#outbox)) this.#handleNewProducer(producer.peer);
    });
    peer.on('remoteProducerClosed', ({ producer, reason }) => {
      // Of one that goes altogether there is one word.
      if (reason !== 'peerClosed') this.#tellOf('pusherClosed', { producer, by: 'remote' });
    });
    peer.on('remoteProducerPaused', (event) => {
      this.#tellOf('pusherPaused', event);
    });
    peer.on('remoteProducerResumed', (event) => {
      this.#tellOf('pusherResumed', event);
    });
  }

  #announceOwn(): void {
    const peer = this.#peer;
    peer.on('producerClosed', ({ producer, reason }) => {
      this.tellOwn('pusherClosed', [producer], reason);
    });
    peer.on('producerPaused', ({ producer }) => {
      this.tellOwn('pusherPaused', [producer]);
    });
    peer.on('producerResumed', ({ producer }) => {
      this.tellOwn('pusherResumed', [producer]);
    });
  }

  /** What is pushed together becomes known in one turn, and is told in one message. */
  #handleNewProducer(pushing: Peer): void {
    if (this.#pushing.has(pushing)) return;
    this.#pushing.add(pushing);
    queueMicrotask(() => {
      this.#pushing.delete(pushing);
      const { id: userId, displayName: userName, state } = pushing;
      if (state !== 'joined' || this.#peer.state !== 'joined') return;
      const pushers = toPushers(pushing, this.#outbox);
      // What was new may have closed in the meantime.
      if (pushers.length === 0) return;
      this.#outbox.tell('newPusher', [{ roomId: this.#roomId, userId, userName, pushers }]);
    });
  }

  #tellOf(
    method: 'pusherClosed' | 'pusherPaused' | 'pusherResumed',
    { producer, by }: PeerEvents['remoteProducerPaused'],
  ): void {
    this.#outbox.tell(method, { roomId: this.#roomId, userId: producer.peer.id, pusherIds: [producer.id], by });
  }
}
