import type { Peer } from '../../rooms/Peer.ts';
import type { PeerEvents } from '../../rooms/PeerEvents.ts';
import type { Producer } from '../../rooms/Producer.ts';
import type { Notifier } from './Notifier.ts';
import { isAnnounced, toPushers, toUser } from './toWire.ts';

/** Parts of a {@link UserNotifier}. */
export interface UserNotifierOptions {
  readonly roomId: string;
  readonly peer: Peer;
  readonly notifier: Notifier;
}

/** Notifies one user of the events of its peer. */
export class UserNotifier {
  readonly #roomId: string;
  readonly #peer: Peer;
  readonly #notifier: Notifier;
  /** Peers with new producers that are not announced yet. */
  readonly #pushing = new Set<Peer>();

  constructor({ roomId, peer, notifier }: UserNotifierOptions) {
    this.#roomId = roomId;
    this.#peer = peer;
    this.#notifier = notifier;
    this.#notifyOfUsers();
    this.#notifyOfPushers();
    this.#notifyOfOwn();
  }

  /** Notifies the user that the server changed its own pushers. */
  notifyOwn(
    method: 'pusherClosed' | 'pusherPaused' | 'pusherResumed',
    producers: readonly Producer[],
    reason?: string,
  ): void {
    this.#notifier.notify(method, {
      roomId: this.#roomId,
      userId: this.#peer.id,
      pusherIds: producers.map(({ id }) => id),
      by: 'server',
      ...(reason === undefined ? {} : { reason }),
    });
  }

  #notifyOfUsers(): void {
    const roomId = this.#roomId;
    const notifier = this.#notifier;
    const peer = this.#peer;
    peer.on('newPeer', (event) => {
      notifier.notifyShared(event, 'newUser', () => [toUser(event.peer, notifier)]);
    });
    peer.on('peerClosed', (event) => {
      const userId = event.peer.id;
      const reason = notifier.extensions.size > 0 ? { reason: event.reason } : {};
      notifier.notifyShared(event, 'userLeave', () => [{ roomId, userId, ...reason }]);
    });
    peer.on('peerReconnecting', (event) => {
      notifier.notifyShared(event, 'userDisconnect', () => ({ roomId, userId: event.peer.id }));
    });
    peer.on('peerReconnected', (event) => {
      const { id: userId, displayName: userName } = event.peer;
      notifier.notifyShared(event, 'userReConnect', () => ({ roomId, userId, userName }));
    });
    peer.on('textMessage', (event) => {
      const { id: userId, displayName: userName } = event.peer;
      notifier.notifyShared(event, 'textMessage', () => ({ roomId, userId, userName, message: event.text }));
    });
  }

  #notifyOfPushers(): void {
    const peer = this.#peer;
    peer.on('newProducer', (event) => {
      if (isAnnounced(event.producer, this.#notifier)) this.#handleNewProducer(event);
    });
    peer.on('remoteProducerClosed', (event) => {
      // The notification of the user's leave is enough.
      if (event.reason !== 'peerClosed') this.#notifyOf('pusherClosed', event, 'remote');
    });
    peer.on('remoteProducerPaused', (event) => {
      this.#notifyOf('pusherPaused', event, event.by);
    });
    peer.on('remoteProducerResumed', (event) => {
      this.#notifyOf('pusherResumed', event, event.by);
    });
  }

  #notifyOfOwn(): void {
    const peer = this.#peer;
    peer.on('producerClosed', ({ producer, reason }) => {
      this.notifyOwn('pusherClosed', [producer], reason);
    });
    peer.on('producerPaused', ({ producer }) => {
      this.notifyOwn('pusherPaused', [producer]);
    });
    peer.on('producerResumed', ({ producer }) => {
      this.notifyOwn('pusherResumed', [producer]);
    });
  }

  /** Announces producers that were created together in one notification. */
  #handleNewProducer(event: PeerEvents['newProducer']): void {
    const { peer: pushing } = event.producer;
    if (this.#pushing.has(pushing)) return;
    this.#pushing.add(pushing);
    queueMicrotask(() => {
      this.#pushing.delete(pushing);
      const { id: userId, displayName: userName, state } = pushing;
      if (state !== 'joined' || this.#peer.state !== 'joined') return;
      const notifier = this.#notifier;
      // The new producers may have closed meanwhile.
      if (toPushers(pushing, notifier).length === 0) return;
      // Every user handles the same event first, and reaches this point in the same microtask phase.
      notifier.notifyShared(event, 'newPusher', () => {
        return [{ roomId: this.#roomId, userId, userName, pushers: toPushers(pushing, notifier) }];
      });
    });
  }

  #notifyOf(
    method: 'pusherClosed' | 'pusherPaused' | 'pusherResumed',
    event: { readonly producer: Producer },
    by: 'remote' | 'server',
  ): void {
    const { producer } = event;
    this.#notifier.notifyShared(event, method, () => {
      return { roomId: this.#roomId, userId: producer.peer.id, pusherIds: [producer.id], by };
    });
  }
}
