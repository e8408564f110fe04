import type { Peer } from '../../rooms/Peer.ts';
import type { PeerEvents } from '../../rooms/PeerEvents.ts';
import type { Producer } from '../../rooms/Producer.ts';
import type { Notifier } from './Notifier.ts';
import { isAnnounced, toPushers, toUser } from './toWire.ts';

/** What a {@link UserAnnouncer} is made of. */
export interface UserAnnouncerOptions {
  readonly roomId: string;
  readonly peer: Peer;
  readonly outbox: Notifier;
}

/** Puts what a user is told into the dialect's words. */
export class UserAnnouncer {
  readonly #roomId: string;
  readonly #peer: Peer;
  readonly #outbox: Notifier;
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
    peer.on('newPeer', (event) => {
      outbox.tellShared(event, 'newUser', () => [toUser(event.peer, outbox)]);
    });
    peer.on('peerClosed', (event) => {
      const userId = event.peer.id;
      const reason = outbox.extensions.size > 0 ? { reason: event.reason } : {};
      outbox.tellShared(event, 'userLeave', () => [{ roomId, userId, ...reason }]);
    });
    peer.on('peerReconnecting', (event) => {
      outbox.tellShared(event, 'userDisconnect', () => ({ roomId, userId: event.peer.id }));
    });
    peer.on('peerReconnected', (event) => {
      const { id: userId, displayName: userName } = event.peer;
      outbox.tellShared(event, 'userReConnect', () => ({ roomId, userId, userName }));
    });
    peer.on('textMessage', (event) => {
      const { id: userId, displayName: userName } = event.peer;
      outbox.tellShared(event, 'textMessage', () => ({ roomId, userId, userName, message: event.text }));
    });
  }

  #announcePushers(): void {
    const peer = this.#peer;
    peer.on('newProducer', (event) => {
      if (isAnnounced(event.producer, this.#outbox)) this.#handleNewProducer(event);
    });
    peer.on('remoteProducerClosed', (event) => {
      // Of one that goes altogether there is one word.
      if (event.reason !== 'peerClosed') this.#tellOf('pusherClosed', event, 'remote');
    });
    peer.on('remoteProducerPaused', (event) => {
      this.#tellOf('pusherPaused', event, event.by);
    });
    peer.on('remoteProducerResumed', (event) => {
      this.#tellOf('pusherResumed', event, event.by);
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
  #handleNewProducer(event: PeerEvents['newProducer']): void {
    const { peer: pushing } = event.producer;
    if (this.#pushing.has(pushing)) return;
    this.#pushing.add(pushing);
    queueMicrotask(() => {
      this.#pushing.delete(pushing);
      const { id: userId, displayName: userName, state } = pushing;
      if (state !== 'joined' || this.#peer.state !== 'joined') return;
      const outbox = this.#outbox;
      // What was new may have closed in the meantime.
      if (toPushers(pushing, outbox).length === 0) return;
      // Every user hears of the same event first, and comes to this point in the same turn.
      outbox.tellShared(event, 'newPusher', () => {
        return [{ roomId: this.#roomId, userId, userName, pushers: toPushers(pushing, outbox) }];
      });
    });
  }

  #tellOf(
    method: 'pusherClosed' | 'pusherPaused' | 'pusherResumed',
    event: { readonly producer: Producer },
    by: 'remote' | 'server',
  ): void {
    const { producer } = event;
    this.#outbox.tellShared(event, method, () => {
      return { roomId: this.#roomId, userId: producer.peer.id, pusherIds: [producer.id], by };
    });
  }
}
