import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock, SerialQueue } from '@tureen/kernel';
import type { Peer } from '../rooms/Peer.ts';
import type { NotificationBuffer } from './NotificationBuffer.ts';

/** Context that a dialect keeps for a peer across connections. */
export interface ResumableContext {
  readonly peer: Peer;
  readonly notifier: NotificationBuffer;
}

/** Connection of a peer. */
export interface PeerLink {
  /** Requests from the connection. */
  readonly queue: SerialQueue;
  /** Called when the peer has another connection. */
  onReplaced(): void;
}

/** Parts of a {@link ReconnectStore}. */
export interface ReconnectStoreOptions {
  readonly clock: Clock;
  /** Grace period of a disconnected peer, in ms; 0: disconnected peers close at once. */
  readonly graceMs: number;
}

interface ResumablePeer<Context> {
  readonly context: Context;
  link: PeerLink;
  /** Token; undefined once used. */
  token: Buffer | undefined;
  hasMediaEnded: boolean;
  cancelGrace: () => void;
}

/**
 * Peers of one dialect that clients can resume. Each peer has one token, valid for one resume. A disconnected peer keeps its
 * transports, producers and consumers for the grace period; the server drops notifications to the peer.
 *
 * | end of the grace period        | outcome                                                            |
 * | ------------------------------ | ------------------------------------------------------------------ |
 * | its token, on a new connection | the peer resumes on that connection ({@link ReconnectStore.detach}) |
 * | a join under its ID            | the room closes the peer, `replaced`                               |
 * | DTLS close of its media        | the peer closes, `disconnected`                                    |
 * | the period expires             | the peer closes, `disconnected`                                    |
 * | kick, end of room or worker    | the peer closes, as any peer                                       |
 */
export class ReconnectStore<Context extends ResumableContext> {
  readonly #clock: Clock;
  readonly #graceMs: number;
  readonly #peers = new WeakMap<Peer, ResumablePeer<Context>>();

  constructor({ clock, graceMs }: ReconnectStoreOptions) {
    this.#clock = clock;
    this.#graceMs = graceMs;
  }

  /** Whether the server keeps disconnected peers. */
  get isEnabled(): boolean {
    return this.#graceMs > 0;
  }

  /** Returns a new token of 128 bits with which another connection can resume the peer. Invalidates an earlier token. */
  issueToken(context: Context, link: PeerLink): string {
    const entry = this.#peers.get(context.peer) ?? this.#add(context, link);
    const token = randomBytes(16).toString('base64url');
    entry.token = Buffer.from(token);
    entry.link = link;
    return token;
  }

  /** Keeps a disconnected peer for the grace period. Returns false where the caller must close the peer. */
  keep(peer: Peer): boolean {
    const entry = this.#peers.get(peer);
    if (entry?.token === undefined || peer.state !== 'joined' || isGone(entry)) return false;
    entry.context.notifier.connect(undefined);
    peer.setReconnecting(true);
    entry.cancelGrace();
    entry.cancelGrace = this.#clock.after(this.#graceMs, () => {
      peer.close({ reason: 'disconnected' });
    });
    peer.logger.info({ graceMs: this.#graceMs }, 'keeping disconnected peer for the grace period');
    return true;
  }

  /**
   * Detaches the peer from its current or former connection, which gets no more notifications. If the peer is still open,
   * the caller attaches another connection or closes the peer. Resolves to undefined where the token is used or belongs to
   * another peer.
   */
  async detach(peer: Peer | undefined, token: string): Promise<Context | undefined> {
    const entry = peer && this.#peers.get(peer);
    if (entry?.token === undefined || !isSame(entry.token, token)) return undefined;
    entry.token = undefined;
    const { context, link } = entry;
    entry.cancelGrace();
    context.notifier.connect(undefined);
    context.peer.setReconnecting(true);
    link.onReplaced();
    // Pending requests of the former connection finish first: they may create entities that the client does not know of.
    await link.queue.run(() => undefined);
    return context;
  }

  #add(context: Context, link: PeerLink): ResumablePeer<Context> {
    const entry: ResumablePeer<Context> = {
      context,
      link,
      token: undefined,
      hasMediaEnded: false,
      cancelGrace() {},
    };
    const { peer } = context;
    this.#peers.set(peer, entry);
    peer.on('transportClosed', ({ reason }) => {
      if (reason === 'dtlsClosed') entry.hasMediaEnded = true;
      // The media cannot be resumed, or the client closed its media.
      if (peer.reconnecting) peer.close({ reason: 'disconnected' });
    });
    peer.on('closed', () => {
      entry.cancelGrace();
    });
    return entry;
  }
}

/** Returns whether the client closed its media and has connected no other media since. */
function isGone({ context, hasMediaEnded }: ResumablePeer<ResumableContext>): boolean {
  const transports = [...context.peer.transports.values()];
  return hasMediaEnded && !transports.some(({ dtlsState }) => dtlsState === 'connected');
}

/** Compares in constant time. */
function isSame(expected: Buffer, given: string): boolean {
  const bytes = Buffer.from(given);
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}
