import type { Logger } from 'pino';
import type { Clock } from '@tureen/kernel';
import { MediaError } from '../../engine/port/MediaError.ts';
import type { Consumer } from '../../rooms/Consumer.ts';
import type { Peer } from '../../rooms/Peer.ts';
import type { Producer } from '../../rooms/Producer.ts';
import type { Transport } from '../../rooms/Transport.ts';
import { timeouts } from './options.ts';
import type { PullConnection } from './PullConnection.ts';

/** IDs of pushers that a client still has when it resumes. */
export interface ResumedPushers {
  readonly producers: ReadonlySet<string>;
  readonly consumers: ReadonlySet<string>;
}

/** Parts of {@link MediaConnections}. */
export interface MediaConnectionsOptions {
  readonly peer: Peer;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether the client may offer again on an empty pull connection. */
  readonly mayOfferAgain: () => boolean;
  /** Called where a connection failed, with its producers, which closed. */
  readonly onUnpushed: (producers: readonly Producer[]) => void;
  /** Called where a connection failed. `isGoodbye`: the client closed the connection, or its DTLS failed. */
  readonly onEnded: (isGoodbye: boolean) => void;
}

/**
 * Media connections of one user: one for each push, and one for each pull that is not an offer on an earlier connection.
 * Consumers start once their connection is up. An empty connection, or a connection that the client lost, closes.
 */
export class MediaConnections {
  readonly #peer: Peer;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #mayOfferAgain: () => boolean;
  readonly #onUnpushed: (producers: readonly Producer[]) => void;
  readonly #onEnded: (isGoodbye: boolean) => void;
  /** Cancels the deadline of a connection that is not up. */
  readonly #deadlines = new Map<Transport, () => void>();
  /** Pull connections, by the key of their offers. */
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

  /** Whether at least one connection is up. */
  get isAlive(): boolean {
    return [...this.#peer.transports.values()].some(
      ({ iceState, dtlsState }) => dtlsState === 'connected' && iceState !== 'disconnected',
    );
  }

  /** Whether the client may offer again on a pull connection. */
  get mayOfferAgain(): boolean {
    return this.#mayOfferAgain();
  }

  /** Starts the consumers of a connection once it is up. Sets a deadline for that. */
  expect(transport: Transport): void {
    if (transport.dtlsState === 'connected') this.#startConsumers(transport);
    else this.#setDeadline(transport, timeouts.setUpConnectionMs);
  }

  /** Finds the connection on which the client offers again. */
  pullConnection(key: string, targetUserId: string): PullConnection | undefined {
    const known = this.#pulls.get(key);
    return known?.targetUserId === targetUserId && !known.transport.closed ? known : undefined;
  }

  /** Keeps a connection for later offers. Closes earlier empty connections to the same user. */
  addPullConnection(key: string, added: PullConnection): void {
    for (const { targetUserId, transport } of [...this.#pulls.values()])
      if (targetUserId === added.targetUserId && transport !== added.transport) this.#closeEmpty(transport);
    this.#pulls.set(key, added);
    this.#forgetClosed();
  }

  /** Closes an empty connection, unless the client may offer again on it. */
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

  /** Removes closed connections: their producers would keep users who left in memory. */
  #forgetClosed(): void {
    for (const [key, { transport }] of [...this.#pulls]) if (transport.closed) this.#pulls.delete(key);
  }

  /**
   * Closes connections that are not up yet, for a client with a new signaling connection. If a response was lost with the
   * earlier connection, the client does not know of the push.
   */
  endUnfinished(): void {
    for (const transport of [...this.#peer.transports.values()])
      if (transport.dtlsState !== 'connected') this.#end(transport);
  }

  /** Retains only the media of a resuming client: its own pushers, and the pushers that it pulls. */
  retainOnly({ producers, consumers }: ResumedPushers): void {
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
    // DTLS cannot restart after a failed handshake or a close.
    if (dtlsState === 'failed' || dtlsState === 'closed') this.#end(transport);
    else if (iceState === 'disconnected') this.#setDeadline(transport, timeouts.deadConnectionMs);
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
        // The consumer closed while the worker started it.
        if (error instanceof MediaError && error.code === 'closed') return;
        this.#logger.warn({ err: error, consumerId: consumer.id }, 'cannot start the consumer');
      });
    }
  }

  #end(transport: Transport): void {
    this.#settle(transport);
    if (transport.closed) return;
    const { dtlsState } = transport;
    const producers = [...this.#peer.sending.producers.values()].filter((producer) => producer.transport === transport);
    this.#logger.debug({ transportId: transport.id }, 'closing failed media connection');
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
