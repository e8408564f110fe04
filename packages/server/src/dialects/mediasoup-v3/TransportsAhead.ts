import type { Logger } from 'pino';
import type { Peer } from '../../rooms/Peer.ts';
import type { CreateTransportOptions } from '../../rooms/PeerOptions.ts';
import type { Transport } from '../../rooms/Transport.ts';
import type { Notifier } from './Notifier.ts';
import type { MediasoupV3Settings } from './options.ts';
import { toWireTransport } from './toWire.ts';

/** Parts of {@link TransportsAhead}. */
export interface TransportsAheadOptions {
  readonly peer: Peer;
  readonly notifier: Notifier;
  readonly settings: MediasoupV3Settings;
  readonly logger: Logger;
  readonly forceTcp: boolean;
}

/**
 * The two transports of a client, created before the client requests them and sent with the capabilities of the router. Where one cannot be
 * created, the client gets no welcome, and learns the reason from the response to its own request.
 */
export class TransportsAhead {
  readonly #options: TransportsAheadOptions;
  readonly #created: Promise<Transport[]>;
  #failure: unknown;

  constructor(options: TransportsAheadOptions) {
    this.#options = options;
    this.#created = this.#create();
  }

  /** Rejects with the reason where a transport could not be created. */
  async assertCreated(): Promise<void> {
    await this.#created;
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  /** Returns the transport for the client's request, once. Undefined where there is none for these options. */
  async take(wanted: CreateTransportOptions): Promise<Transport | undefined> {
    if (wanted.forceTcp !== this.#options.forceTcp || wanted.enableSctp !== true) return undefined;
    const transports = await this.#created;
    const index = transports.findIndex(
      ({ isProducing, isConsuming, closed }) =>
        isProducing === wanted.isProducing && isConsuming === wanted.isConsuming && !closed,
    );
    return index === -1 ? undefined : transports.splice(index, 1)[0];
  }

  async #create(): Promise<Transport[]> {
    const { peer, notifier, settings, logger, forceTcp } = this.#options;
    const create = (isProducing: boolean) =>
      peer.createTransport({ isProducing, isConsuming: !isProducing, forceTcp, enableSctp: true });
    const outcomes = await Promise.allSettled([create(true), create(false)]);
    const transports = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const [send, recv] = transports;
    if (send === undefined || recv === undefined) {
      for (const transport of transports) transport.close('owner');
      this.#failure = outcomes.find((outcome) => outcome.status === 'rejected')?.reason;
      logger.debug({ peerId: peer.id }, 'sending no welcome: a transport could not be created');
      return [];
    }
    notifier.notify('welcome', {
      routerRtpCapabilities: peer.room.rtpCapabilities,
      sendTransport: toWireTransport(send, settings),
      recvTransport: toWireTransport(recv, settings),
    });
    return transports;
  }
}
