import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock, SerialQueue } from '@tureen/kernel';
import type { Peer } from '../rooms/Peer.ts';
import type { NotificationBuffer } from './NotificationBuffer.ts';

/** What a dialect keeps of a peer, whichever connection the peer has. */
export interface ResumableContext {
  readonly peer: Peer;
  readonly notifier: NotificationBuffer;
}

/** The connection of a peer. */
export interface PeerLink {
  /** Requests that came over the connection. */
  readonly queue: SerialQueue;
  /** The peer has another connection now. */
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
  /** Undefined once used. */
  token: Buffer | undefined;
  hasMediaEnded: boolean;
  cancelGrace: () => void;
}

/**
 * The peers of one dialect that can be resumed. Each has one token, which is good for one resume. A peer that is disconnected
 * keeps its transports, producers and consumers for the grace period; notifications to it are dropped.
 *
 * | end of the grace period        | outcome                                                              |
 * | ------------------------------ | -------------------------------------------------------------------- |
 * | its token, on a new connection | the peer resumes on that connection ({@link ReconnectStore.detach})   |
 * | a join under its ID            | the room closes the peer, `replaced`                                 |
 * | DTLS close of its media        | the peer closes, `disconnected`                                      |
 * | the period is over             | the peer closes, `disconnected`                                      |
 * | kick, end of room or worker    | the peer closes, as any peer                                         |
 */
export class ReconnectStore<Context extends ResumableContext> {
  readonly #clock: Clock;
  readonly #graceMs: number;
  readonly #peers = new WeakMap<Peer, ResumablePeer<Context>>();

  constructor({ clock, graceMs }: ReconnectStoreOptions) {
    this.#clock = clock;
    this.#graceMs = graceMs;
  }

  /** Whether disconnected peers are kept. */
  get isEnabled(): boolean {
    return this.#graceMs > 0;
  }

  /** Returns a new token of 128 bits with which another connection can resume the peer. An earlier token becomes void. */
  issueToken(context: Context, link: PeerLink): string {
    const entry = this.#peers.get(context.peer) ?? this.#add(context, link);
    const token = randomBytes(16).toString('base64url');
    entry.token = Buffer.from(token);
    entry.link = link;
    return token;
  }

  /** Keeps a peer that lost its connection for the grace period. Returns false where the caller has to close the peer. */
  keep(peer: Peer): boolean {
    const entry = this.#peers.get(peer);
    if (entry?.token === undefined || peer.state !== 'joined' || isGone(entry)) return false;
    entry.context.notifier.connect(undefined);
    peer.setReconnecting(true);
    entry.cancelGrace();
    entry.cancelGrace = this.#clock.after(this.#graceMs, () => {
      peer.close({ reason: 'disconnected' });
    });
    peer.logger.info({ graceMs: this.#graceMs }, 'peer lost its connection, waiting for the next');
    return true;
  }

  /**
   * Detaches the peer from its connection, or former connection, which gets no more notifications. The caller attaches another
   * connection or closes the peer, if it is still open. Resolves to undefined where the token is used or is not the peer's.
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
    // Pending requests of the former connection finish first: they may make what the client does not know of.
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
      // No media is left to resume, or the client closed its media itself.
      if (peer.reconnecting) peer.close({ reason: 'disconnected' });
    });
    peer.on('closed', () => {
      entry.cancelGrace();
    });
    return entry;
  }
}

/** Whether the client closed its media, and has not connected other media since. */
function isGone({ context, hasMediaEnded }: ResumablePeer<ResumableContext>): boolean {
  const transports = [...context.peer.transports.values()];
  return hasMediaEnded && !transports.some(({ dtlsState }) => dtlsState === 'connected');
}

/** Compares in constant time. */
function isSame(expected: Buffer, given: string): boolean {
  const bytes = Buffer.from(given);
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}
