import type { Logger } from 'pino';
import { type Clock, SerialQueue } from '@tureen/kernel';
import type { Peer } from '../../rooms/Peer.ts';
import type { PeerClosing } from '../../rooms/PeerEvents.ts';
import type { Connection } from '../Connection.ts';
import { MediaConnections } from './MediaConnections.ts';
import type { ResumedPushers } from './MediaConnections.ts';
import { timeouts } from './options.ts';
import { Notifier } from './Notifier.ts';
import { UserNotifier } from './UserNotifier.ts';

/** Signaling connection of a user. */
export interface UserLink {
  readonly connection: Connection;
  /** Called when the user has another connection. */
  onReplaced(): void;
  /** Called when the peer of the user closed. */
  onUserClosed(closing: PeerClosing): void;
}

/** Parts of a {@link PushPullUser}. */
export interface PushPullUserOptions {
  readonly roomId: string;
  readonly peer: Peer;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Grace period of a disconnected user that can resume, in ms; 0: none. */
  readonly graceMs: number;
  /** Whether the server behaves as RTCPilot. */
  readonly isRtcPilot: boolean;
}

/** User in one room. A user exists for a while without a connection, so that its client can reconnect and keep its media. */
export class PushPullUser {
  readonly roomId: string;
  readonly peer: Peer;
  readonly notifier: Notifier;
  /** Requests of the user over all its connections, in order. */
  readonly requests = new SerialQueue();
  readonly connections: MediaConnections;
  readonly #clock: Clock;
  readonly #graceMs: number;
  #link: UserLink | undefined;
  #cancelWaiting = () => {};

  constructor({ roomId, peer, clock, logger, graceMs, isRtcPilot }: PushPullUserOptions) {
    this.notifier = new Notifier(isRtcPilot);
    this.roomId = roomId;
    this.peer = peer;
    this.#clock = clock;
    this.#graceMs = graceMs;
    const announcer = new UserNotifier({ roomId, peer, notifier: this.notifier });
    this.connections = new MediaConnections({
      peer,
      clock,
      logger,
      mayOfferAgain: () => this.notifier.extensions.size === 0,
      onUnpushed: (producers) => {
        announcer.notifyOwn('pusherClosed', producers, 'connectionLost');
      },
      onEnded: (isGoodbye) => {
        if (this.isConnected || this.connections.isAlive) return;
        // The media cannot be resumed.
        if (isGoodbye || !this.#canResume) peer.close({ reason: 'disconnected' });
      },
    });
    peer.on('closed', (closing) => {
      this.#handleClosed(closing);
    });
  }

  get isConnected(): boolean {
    return this.#link !== undefined;
  }

  /**
   * Attaches a connection, which replaces an earlier one. `retained`: media that the client still has. Notifications are
   * held until you call the returned function, after the response to the join.
   */
  attach(link: UserLink, retained?: ResumedPushers): () => void {
    const former = this.#link;
    this.#link = link;
    const { connection } = link;
    this.notifier.connect(connection);
    this.peer.signalingRoundTrip.handleConnection((onMeasured) => {
      connection.measureRoundTrip(onMeasured);
    });
    const afterSent = this.notifier.hold();
    this.touch();
    if (former === link) return afterSent;
    if (former !== undefined) {
      this.peer.setReconnecting(true);
      former.onReplaced();
    }
    if (this.peer.state !== 'joined') return afterSent;
    if (retained === undefined) this.connections.endUnfinished();
    else this.connections.retainOnly(retained);
    this.peer.setReconnecting(false);
    return afterSent;
  }

  /** Keeps a disconnected user: for the grace period if it can resume and did not leave, otherwise while its media flows. */
  handleConnectionLost(link: UserLink, isGoodbye: boolean): void {
    if (this.#link !== link || this.peer.state !== 'joined') return;
    this.#link = undefined;
    this.notifier.connect(undefined);
    const canResume = this.#canResume;
    if (canResume ? isGoodbye : !this.connections.isAlive) {
      this.peer.close({ reason: 'disconnected' });
      return;
    }
    this.peer.setReconnecting(true);
    this.#wait(canResume ? this.#graceMs : timeouts.reconnectMs, () => {
      this.peer.close({ reason: 'disconnected' });
    });
  }

  /** Restarts the heartbeat deadline: the user sent a message. Has no effect on a disconnected user. */
  touch(): void {
    if (!this.isConnected) return;
    this.#wait(timeouts.forgetUserMs, () => {
      // The user's media is up: browsers throttle the timers of a hidden page.
      if (this.connections.isAlive) this.touch();
      else this.peer.close({ reason: 'forgotten' });
    });
  }

  get #canResume(): boolean {
    return this.#graceMs > 0 && this.notifier.extensions.has('resumeToken');
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
