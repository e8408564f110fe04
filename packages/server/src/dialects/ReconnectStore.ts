import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Peer } from '../rooms/Peer.ts';
import type { Clock } from '../shared/clock.ts';
import type { SerialQueue } from '../shared/SerialQueue.ts';
import type { NotificationBuffer } from './NotificationBuffer.ts';

/** What belongs to a peer whichever connection it has: all that its dialect needs of it. */
export interface KeptContext {
  readonly peer: Peer;
  readonly outbox: NotificationBuffer;
}

/** The connection of a peer. */
export interface PeerLink {
  /** What its client asks over it. */
  readonly queue: SerialQueue;
  /** Another one has taken its place. */
  onReplaced(): void;
}

/** How long peers are kept, and by what time. */
export interface ReconnectStoreOptions {
  readonly clock: Clock;
  /** ms; 0: nobody is kept. */
  readonly graceMs: number;
}

interface DisconnectedPeer<Context> {
  readonly context: Context;
  link: PeerLink;
  /** Undefined once it was used. */
  token: Buffer | undefined;
  hasMediaEnded: boolean;
  cancelWaiting: () => void;
}

/**
 * The peers of one dialect whose clients have a way back: each has one token, good for one return. One that loses its
 * connection lives on for a while, with its transports and all that is on them; nothing is sent to it.
 *
 * | what ends its waiting      | then                                       |
 * | -------------------------- | ------------------------------------------ |
 * | its token, on a connection | it goes on there ({@link ReconnectStore.take}) |
 * | a join under its id        | it is closed, `replaced` (by its room)     |
 * | its media says goodbye     | it is closed, `disconnected`               |
 * | the time                   | it is closed, `disconnected`               |
 * | kick, end of room, worker  | it is closed, as any                       |
 */
export class ReconnectStore<Context extends KeptContext> {
  readonly #clock: Clock;
  readonly #graceMs: number;
  readonly #kept = new WeakMap<Peer, DisconnectedPeer<Context>>();

  constructor({ clock, graceMs }: ReconnectStoreOptions) {
    this.#clock = clock;
    this.#graceMs = graceMs;
  }

  /** Whether anybody is kept. */
  get isKeeping(): boolean {
    return this.#graceMs > 0;
  }

  /** A new token, 128 bits, by which the peer can be taken from this connection; the one before is void. */
  issueToken(context: Context, link: PeerLink): string {
    const kept = this.#kept.get(context.peer) ?? this.#keep(context, link);
    const token = randomBytes(16).toString('base64url');
    kept.token = Buffer.from(token);
    kept.link = link;
    return token;
  }

  /** The peer has lost its connection. Whether it waits for the next; otherwise it is for the caller to close. */
  hold(peer: Peer): boolean {
    const kept = this.#kept.get(peer);
    if (kept?.token === undefined || peer.state !== 'joined' || hasGone(kept)) return false;
    kept.context.outbox.connect(undefined);
    peer.setReconnecting(true);
    kept.cancelWaiting();
    kept.cancelWaiting = this.#clock.after(this.#graceMs, () => {
      peer.close({ reason: 'disconnected' });
    });
    peer.logger.info({ graceMs: this.#graceMs }, 'peer lost its connection, waiting for the next');
    return true;
  }

  /**
   * Takes the peer from the connection that it has, or had: nothing is told or asked there any more. The caller gives it
   * another one, or closes it, if it is not closed by then. Undefined where the token is not its own, or is used.
   */
  async take(peer: Peer | undefined, token: string): Promise<Context | undefined> {
    const kept = peer && this.#kept.get(peer);
    if (kept?.token === undefined || !isSame(kept.token, token)) return undefined;
    kept.token = undefined;
    const { context, link } = kept;
    kept.cancelWaiting();
    context.outbox.connect(undefined);
    context.peer.setReconnecting(true);
    link.onReplaced();
    // What came over the connection before comes to its end first: it may make what the client never heard of.
    await link.queue.run(() => undefined);
    return context;
  }

  #keep(context: Context, link: PeerLink): DisconnectedPeer<Context> {
    const kept: DisconnectedPeer<Context> = {
      context,
      link,
      token: undefined,
      hasMediaEnded: false,
      cancelWaiting() {},
    };
    const { peer } = context;
    this.#kept.set(peer, kept);
    peer.on('transportClosed', ({ reason }) => {
      if (reason === 'dtlsClosed') kept.hasMediaEnded = true;
      // There is nothing left to come back to, or the client itself has said that it goes.
      if (peer.reconnecting) peer.close({ reason: 'disconnected' });
    });
    peer.on('closed', () => {
      kept.cancelWaiting();
    });
    return kept;
  }
}

/** Its media has said goodbye, and none has begun since. */
function hasGone({ context, hasMediaEnded }: DisconnectedPeer<KeptContext>): boolean {
  const transports = [...context.peer.transports.values()];
  return hasMediaEnded && !transports.some(({ dtlsState }) => dtlsState === 'connected');
}

/** In a time that says nothing of where they differ. */
function isSame(expected: Buffer, given: string): boolean {
  const bytes = Buffer.from(given);
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}
