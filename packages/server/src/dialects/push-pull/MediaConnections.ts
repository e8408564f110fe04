import type { Logger } from 'pino';
import { MediaError } from '../../engine/MediaBackend.ts';
import type { Consumer } from '../../rooms/Consumer.ts';
import type { Peer } from '../../rooms/Peer.ts';
import type { Producer } from '../../rooms/Producer.ts';
import type { Transport } from '../../rooms/Transport.ts';
import type { Clock } from '../../shared/clock.ts';
import { patience } from './options.ts';
import type { PullConnection } from './PullConnection.ts';

/** Ids of pushers: what a client that comes back still has. */
export interface Held {
  readonly producers: ReadonlySet<string>;
  readonly consumers: ReadonlySet<string>;
}

/** What {@link MediaConnections} work with. */
export interface MediaConnectionsOptions {
  readonly peer: Peer;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether the client may offer again on a connection for pulling, although nothing is left on it. */
  readonly mayOfferAgain: () => boolean;
  /** What was pushed on a connection that is dead. It has come to its end. */
  readonly onUnpushed: (producers: readonly Producer[]) => void;
  /** A connection is dead; the client may have said goodbye. */
  readonly onEnded: (isGoodbye: boolean) => void;
}

/**
 * The connections of one user: one for each push, and one for each pull that is not an offer on a connection made before. Media
 * flows once a connection stands. A connection that carries nothing any more, or whose client is gone, ends.
 */
export class MediaConnections {
  readonly #peer: Peer;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #mayOfferAgain: () => boolean;
  readonly #onUnpushed: (producers: readonly Producer[]) => void;
  readonly #onEnded: (isGoodbye: boolean) => void;
  /** What ends the waiting for a connection that is not there, or not any more. */
  readonly #deadlines = new Map<Transport, () => void>();
  /** Connections for pulling, by the key of their offers. */
  readonly #pulls = new Map<string, PullConnection>();

  constructor({ peer, clock, logger, mayOfferAgain, onUnpushed, onEnded }: MediaConnectionsOptions) {
    this.#peer = peer;
    this.#clock = clock;
    this.#logger = logger;
    this.#mayOfferAgain = mayOfferAgain;
    this.#onUnpushed = onUnpushed;
    this.#onEnded = onEnded;
    peer.on('transportStateChanged', ({ transport }) => {
      this.#handleState(transport);
    });
    peer.on('consumerClosed', ({ consumer }) => {
      this.prune(consumer.transport);
    });
    peer.on('producerClosed', ({ producer }) => {
      this.prune(producer.transport);
    });
    peer.on('transportClosed', ({ transport }) => {
      this.#settle(transport);
      this.#forgetClosed();
    });
    peer.on('peerClosed', ({ peer: { id } }) => {
      for (const { targetUserId, transport } of [...this.#pulls.values()])
        if (targetUserId === id) this.#closeEmpty(transport);
    });
    peer.on('closed', () => {
      for (const transport of this.#deadlines.keys()) this.#settle(transport);
      this.#pulls.clear();
    });
  }

  /** Whether the client is there on one of them. */
  get isAlive(): boolean {
    return [...this.#peer.transports.values()].some(
      ({ iceState, dtlsState }) => dtlsState === 'connected' && iceState !== 'disconnected',
    );
  }

  /** Whether the client may offer again on a connection for pulling. */
  get mayOfferAgain(): boolean {
    return this.#mayOfferAgain();
  }

  /** The answer is on its way: a client that is not connected has some time to be there. */
  expect(transport: Transport): void {
    if (transport.dtlsState === 'connected') this.#startConsumers(transport);
    else this.#setDeadline(transport, patience.setUpConnectionMs);
  }

  /** The connection on which the client offers again. */
  pullConnection(key: string, targetUserId: string): PullConnection | undefined {
    const known = this.#pulls.get(key);
    return known?.targetUserId === targetUserId && !known.transport.closed ? known : undefined;
  }

  /** Keeps a connection for the client to offer again. Ends the user's former ones to that target that carry nothing. */
  addPullConnection(key: string, added: PullConnection): void {
    for (const { targetUserId, transport } of [...this.#pulls.values()])
      if (targetUserId === added.targetUserId && transport !== added.transport) this.#closeEmpty(transport);
    this.#pulls.set(key, added);
    this.#forgetClosed();
  }

  /** Ends a connection that carries nothing any more, unless the client may offer again on it. */
  prune(transport: Transport): void {
    const isPull = [...this.#pulls.values()].some((pull) => pull.transport === transport);
    if (isPull && this.#mayOfferAgain()) return;
    this.#closeEmpty(transport);
  }

  #closeEmpty(transport: Transport): void {
    if (transport.closed || this.#children().some((child) => child.transport === transport)) return;
    this.#settle(transport);
    transport.close('owner');
    this.#forgetClosed();
  }

  /** A connection names producers, and these their peers: what is over must not keep users in memory who have left. */
  #forgetClosed(): void {
    for (const [key, { transport }] of [...this.#pulls]) if (transport.closed) this.#pulls.delete(key);
  }

  /**
   * The client comes back on another signalling connection: what is not there yet never will be. An answer that was lost
   * with the connection before stands for a push that its client does not know of.
   */
  endUnfinished(): void {
    for (const transport of [...this.#peer.transports.values()])
      if (transport.dtlsState !== 'connected') this.#end(transport);
  }

  /**
   * The client comes back and goes on with these: pushers of its own, and pushers that it pulls. The rest it does not know of,
   * or has given up.
   */
  keepOnly({ producers, consumers }: Held): void {
    for (const consumer of [...this.#peer.receiving.consumers.values()])
      if (!consumers.has(consumer.producer.id)) consumer.close('owner');
    for (const producer of [...this.#peer.sending.producers.values()])
      if (!producers.has(producer.id)) producer.close('owner');
    for (const transport of [...this.#peer.transports.values()]) this.prune(transport);
  }

  #children(): readonly (Producer | Consumer)[] {
    const { sending, receiving } = this.#peer;
    return [...sending.producers.values(), ...receiving.consumers.values()];
  }

  #handleState(transport: Transport): void {
    const { iceState, dtlsState } = transport;
    if (transport.closed) return;
    // A handshake that failed, or a client that said goodbye, does not come back.
    if (dtlsState === 'failed' || dtlsState === 'closed') this.#end(transport);
    else if (iceState === 'disconnected') this.#setDeadline(transport, patience.deadConnectionMs);
    else if (dtlsState === 'connected') this.#handleConnected(transport);
  }

  #handleConnected(transport: Transport): void {
    this.#settle(transport);
    this.#startConsumers(transport);
  }

  #startConsumers(transport: Transport): void {
    for (const consumer of this.#peer.receiving.consumers.values()) {
      if (consumer.transport !== transport) continue;
      consumer.accept().catch((error: unknown) => {
        // It closed while the worker was asked.
        if (error instanceof MediaError && error.code === 'closed') return;
        this.#logger.warn({ err: error, consumerId: consumer.id }, 'consumer could not be started');
      });
    }
  }

  #end(transport: Transport): void {
    this.#settle(transport);
    if (transport.closed) return;
    const { dtlsState } = transport;
    const producers = [...this.#peer.sending.producers.values()].filter((producer) => producer.transport === transport);
    this.#logger.debug({ transportId: transport.id }, 'media connection is over');
    transport.close('owner');
    this.#forgetClosed();
    if (producers.length > 0) this.#onUnpushed(producers);
    this.#onEnded(dtlsState === 'closed' || dtlsState === 'failed');
  }

  #setDeadline(transport: Transport, ms: number): void {
    this.#settle(transport);
    this.#deadlines.set(
      transport,
      this.#clock.after(ms, () => {
        this.#end(transport);
      }),
    );
  }

  #settle(transport: Transport): void {
    this.#deadlines.get(transport)?.();
    this.#deadlines.delete(transport);
  }
}
