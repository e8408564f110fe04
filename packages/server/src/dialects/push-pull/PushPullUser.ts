import type { Logger } from 'pino';
import type { Peer } from '../../rooms/Peer.ts';
import type { PeerClosing } from '../../rooms/PeerEvents.ts';
import type { Clock } from '../../shared/clock.ts';
import { SerialQueue } from '../../shared/SerialQueue.ts';
import type { Connection } from '../Connection.ts';
import { MediaConnections } from './MediaConnections.ts';
import type { Held } from './MediaConnections.ts';
import { patience } from './options.ts';
import { Notifier } from './Notifier.ts';
import { UserAnnouncer } from './UserAnnouncer.ts';

/** The connection that a user has just now. */
export interface UserLink {
  readonly connection: Connection;
  /** Another connection has taken the user over. */
  onReplaced(): void;
  /** The user's time in the room is over. */
  onUserClosed(closing: PeerClosing): void;
}

/** What a {@link PushPullUser} is made of. */
export interface PushPullUserOptions {
  readonly roomId: string;
  readonly peer: Peer;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long one that knows how to come back is waited for, in ms; 0: not at all. */
  readonly graceMs: number;
  /** Whether the server behaves as RTCPilot does. */
  readonly isRtcPilot: boolean;
}

/** One user in one room. It outlives its connection for a while, so that a client which lost that one goes on with its media. */
export class PushPullUser {
  readonly roomId: string;
  readonly peer: Peer;
  readonly outbox: Notifier;
  /** What it asks, over whichever connection: one after the other. */
  readonly requests = new SerialQueue();
  readonly connections: MediaConnections;
  readonly #clock: Clock;
  readonly #graceMs: number;
  #link: UserLink | undefined;
  #cancelWaiting = () => {};

  constructor({ roomId, peer, clock, logger, graceMs, isRtcPilot }: PushPullUserOptions) {
    this.outbox = new Notifier(isRtcPilot);
    this.roomId = roomId;
    this.peer = peer;
    this.#clock = clock;
    this.#graceMs = graceMs;
    const announcer = new UserAnnouncer({ roomId, peer, outbox: this.outbox });
    this.connections = new MediaConnections({
      peer,
      clock,
      logger,
      mayOfferAgain: () => this.outbox.extensions.size === 0,
      onUnpushed: (producers) => {
        announcer.tellOwn('pusherClosed', producers, 'connectionLost');
      },
      onEnded: (isGoodbye) => {
        if (this.isConnected || this.connections.isAlive) return;
        // There is nothing to come back to.
        if (isGoodbye || !this.#canComeBack) peer.close({ reason: 'disconnected' });
      },
    });
    peer.on('closed', (closing) => {
      this.#handleClosed(closing);
    });
  }

  get isConnected(): boolean {
    return this.#link !== undefined;
  }

  /** It speaks by this connection now; the one before it is done with. `held`: what of its media it goes on with. */
  attach(link: UserLink, held?: Held): void {
    const former = this.#link;
    this.#link = link;
    this.outbox.connect(link.connection);
    this.touch();
    if (former === link) return;
    if (former !== undefined) {
      this.peer.setReconnecting(true);
      former.onReplaced();
    }
    if (this.peer.state !== 'joined') return;
    if (held === undefined) this.connections.endUnfinished();
    else this.connections.keepOnly(held);
    this.peer.setReconnecting(false);
  }

  /** Its connection went away. One that knows how to come back is waited for unless it said goodbye; others while media flows. */
  handleConnectionLost(link: UserLink, isGoodbye: boolean): void {
    if (this.#link !== link || this.peer.state !== 'joined') return;
    this.#link = undefined;
    this.outbox.connect(undefined);
    const canComeBack = this.#canComeBack;
    if (canComeBack ? isGoodbye : !this.connections.isAlive) {
      this.peer.close({ reason: 'disconnected' });
      return;
    }
    this.peer.setReconnecting(true);
    this.#wait(canComeBack ? this.#graceMs : patience.reconnectMs, () => {
      this.peer.close({ reason: 'disconnected' });
    });
  }

  /** It said something. What it said before its connection went away does not count after that. */
  touch(): void {
    if (!this.isConnected) return;
    this.#wait(patience.forgetUserMs, () => {
      // Its media says that it lives: browsers hold back the timers of a page that nobody looks at.
      if (this.connections.isAlive) this.touch();
      else this.peer.close({ reason: 'forgotten' });
    });
  }

  get #canComeBack(): boolean {
    return this.#graceMs > 0 && this.outbox.extensions.has('resumeToken');
  }

  #wait(ms: number, then: () => void): void {
    this.#cancelWaiting();
    this.#cancelWaiting = this.#clock.after(ms, then);
  }

  #handleClosed(closing: PeerClosing): void {
    this.#cancelWaiting();
    const link = this.#link;
    this.#link = undefined;
    link?.onUserClosed(closing);
  }
}
