import { randomCname } from '@tureen/protocol/common';
import type { MediaProducer } from '../engine/MediaBackend.ts';
import { DataProducer } from './DataProducer.ts';
import { Allowance, TRANSPORTS_PER_PEER } from './limits.ts';
import type { Peer, PeerHost } from './Peer.ts';
import type { CreateTransportOptions, PeerHolds, ProduceDataOptions, ProduceOptions } from './PeerOptions.ts';
import { Producer } from './Producer.ts';
import { RoomError } from './RoomError.ts';
import { Transport } from './Transport.ts';

/** What {@link PeerMedia} is made of. */
export interface PeerMediaOptions {
  readonly owner: Peer;
  /** Makes transports, and hears of what is sent. */
  readonly host: PeerHost;
  readonly extraTransports?: number | undefined;
  readonly defaultMaxTransports?: number | undefined;
}

/** One peer's transports and what it sends on them, within their number. What ends while it is being made is closed at once. */
export class PeerMedia {
  readonly transports = new Map<string, Transport>();
  readonly producers = new Map<string, Producer>();
  readonly dataProducers = new Map<string, DataProducer>();
  readonly #owner: Peer;
  readonly #host: PeerHost;
  readonly #transportAllowance: Allowance;
  readonly #producerAllowance: Allowance;
  readonly #dataProducerAllowance: Allowance;
  /**
   * The CNAME of all that the peer sends, towards whoever receives it. Never the client's: that may be missing, malformed, or
   * text that a person chose.
   */
  readonly #cname = randomCname();
  #closed = false;

  constructor(options: PeerMediaOptions) {
    const { owner, host, extraTransports = 0, defaultMaxTransports = TRANSPORTS_PER_PEER } = options;
    this.#owner = owner;
    this.#host = host;
    const { maxTransportsPerPeer = defaultMaxTransports, maxProducersPerPeer } = host.limits;
    const tooManyProducers = () => new RoomError('tooManyProducers');
    this.#transportAllowance = new Allowance(
      maxTransportsPerPeer + extraTransports,
      () => new RoomError('tooManyTransports'),
    );
    this.#producerAllowance = new Allowance(maxProducersPerPeer, tooManyProducers);
    this.#dataProducerAllowance = new Allowance(maxProducersPerPeer, tooManyProducers);
  }

  async createTransport(options: CreateTransportOptions): Promise<Transport> {
    const { isProducing, isConsuming, forceTcp = false, enableSctp = false, renumbers } = options;
    const { clock, limits } = this.#host;
    if (options.mayReplace && this.#transportAllowance.isSpent) this.#replacedBy(options)?.close('server', 'replaced');
    const media = await this.#transportAllowance.spend(async () => {
      const made = await this.#host.router.createWebRtcTransport({
        forceTcp,
        enableSctp,
        reportBwe: isConsuming,
        renumbers,
      });
      return ifStillWanted(made, this.#closed);
    });
    const transport = new Transport({
      media,
      owner: this.#owner,
      isProducing,
      isConsuming,
      clock,
      dtlsTimeoutMs: options.dtlsTimeoutMs ?? limits.dtlsTimeoutMs,
      onClosed: () => {
        this.transports.delete(transport.id);
        this.#transportAllowance.giveBack();
      },
    });
    this.transports.set(transport.id, transport);
    return transport;
  }

  /**
   * The oldest transport for the same purpose that the client has no more use for: connected once, and now lost or empty.
   * A client that replaces a transport has no way to say so in some dialects.
   */
  #replacedBy({ isProducing, isConsuming }: CreateTransportOptions): Transport | undefined {
    return [...this.transports.values()].find(
      (transport) =>
        transport.isProducing === isProducing && transport.isConsuming === isConsuming && transport.isAbandoned,
    );
  }

  async produce(transport: Transport, options: ProduceOptions): Promise<Producer> {
    const media = await this.#makeProducer(transport, options);
    return this.#addProducer(transport, options, media);
  }

  /** All of them or none, and known to the others in one go. */
  async produceTogether(transport: Transport, wanted: readonly ProduceOptions[]): Promise<readonly Producer[]> {
    const made: MediaProducer[] = [];
    try {
      for (const options of wanted) made.push(await this.#makeProducer(transport, options));
      // What was made first may have waited long enough for the end.
      if (transport.closed) throw new RoomError('closed');
    } catch (error) {
      for (const media of made) {
        media.close();
        this.#producerAllowance.giveBack();
      }
      throw error;
    }
    return wanted.map((options, index) => this.#addProducer(transport, options, made[index]!));
  }

  #makeProducer(transport: Transport, { kind, rtpParameters, paused = false }: ProduceOptions): Promise<MediaProducer> {
    const named = { ...rtpParameters, rtcp: { ...rtpParameters.rtcp, cname: this.#cname } };
    return this.#producerAllowance.spend(async () =>
      ifStillWanted(await transport.media.produce({ kind, rtpParameters: named, paused }), transport.closed),
    );
  }

  #addProducer(transport: Transport, { paused = false, appData }: ProduceOptions, media: MediaProducer): Producer {
    const producer = new Producer({
      media,
      peer: this.#owner,
      transport,
      paused,
      appData,
      clock: this.#host.clock,
      onClosed: (_producer, reason) => {
        this.producers.delete(producer.id);
        this.#producerAllowance.giveBack();
        transport.removeChild(producer);
        this.#host.handleProducerClosed(producer, reason);
      },
      onPausedChanged: (_producer, by) => {
        this.#host.handleProducerPaused(producer, by);
      },
    });
    this.producers.set(producer.id, producer);
    transport.addChild(producer);
    this.#host.handleProducer(producer);
    return producer;
  }

  async produceData(transport: Transport, options: ProduceDataOptions): Promise<DataProducer> {
    const { sctpStreamParameters, label, protocol, appData } = options;
    const media = await this.#dataProducerAllowance.spend(async () =>
      ifStillWanted(await transport.media.produceData({ sctpStreamParameters, label, protocol }), transport.closed),
    );
    const dataProducer = new DataProducer({
      media,
      peer: this.#owner,
      appData,
      clock: this.#host.clock,
      onClosed: () => {
        this.dataProducers.delete(dataProducer.id);
        this.#dataProducerAllowance.giveBack();
        transport.removeChild(dataProducer);
      },
    });
    this.dataProducers.set(dataProducer.id, dataProducer);
    transport.addChild(dataProducer);
    this.#host.handleDataProducer(dataProducer);
    return dataProducer;
  }

  /** Closes what its client does not know of. */
  keepOnly(holds: PeerHolds): void {
    for (const producer of [...this.producers.values()]) if (!holds.producers.has(producer.id)) producer.close('owner');
    for (const dataProducer of [...this.dataProducers.values()])
      if (!holds.dataProducers.has(dataProducer.id)) dataProducer.close();
  }

  /** The peer is gone; `isMediaGone` where the router went with it. */
  close(isMediaGone: boolean): void {
    this.#closed = true;
    for (const transport of this.transports.values()) transport.parentClosed('peerClosed', isMediaGone);
  }
}

/** Its owner may have closed while the worker was asked. */
function ifStillWanted<Media extends { close(): void }>(media: Media, isOwnerClosed: boolean): Media {
  if (!isOwnerClosed) return media;
  media.close();
  throw new RoomError('closed');
}
