import { randomCname } from '@tureen/protocol/common';
import type { MediaProducer } from '../engine/port/MediaProducer.ts';
import { closeUnlessOpen } from './closeUnlessOpen.ts';
import { DataProducer } from './DataProducer.ts';
import type { Peer } from './Peer.ts';
import type { ProduceDataOptions, ProduceOptions, ResumableIds } from './PeerOptions.ts';
import type { Permissions } from './permissions.ts';
import { Producer } from './Producer.ts';
import { Allowance } from './Allowance.ts';
import type { RoomAccess, RoomResources } from './RoomAccess.ts';
import { RoomError } from './RoomError.ts';
import type { Transport } from './Transport.ts';

/** Parts of {@link PeerProducers}. */
export interface PeerProducersOptions {
  readonly owner: Peer;
  readonly room: RoomAccess;
  readonly resources: RoomResources;
}

/** Producers and data producers of one peer, within their limits. */
export class PeerProducers {
  readonly #owner: Peer;
  readonly #room: RoomAccess;
  readonly #resources: RoomResources;
  readonly #producers = new Map<string, Producer>();
  readonly #dataProducers = new Map<string, DataProducer>();
  readonly #allowance: Allowance;
  readonly #dataAllowance: Allowance;
  /**
   * CNAME of all media that the peer sends, for all receivers. Never the client's own, which may be missing, malformed, or a
   * text that a person chose.
   */
  readonly #cname = randomCname();

  constructor({ owner, room, resources }: PeerProducersOptions) {
    this.#owner = owner;
    this.#room = room;
    this.#resources = resources;
    const { maxProducersPerPeer } = resources.limits;
    const tooManyProducers = () => new RoomError('tooManyProducers');
    this.#allowance = new Allowance(maxProducersPerPeer, tooManyProducers);
    this.#dataAllowance = new Allowance(maxProducersPerPeer, tooManyProducers);
  }

  get producers(): ReadonlyMap<string, Producer> {
    return this.#producers;
  }

  get dataProducers(): ReadonlyMap<string, DataProducer> {
    return this.#dataProducers;
  }

  /** Creates a producer. @throws RoomError `notJoined`, `hiddenPeer`, `notPermitted`, `tooManyProducers`, `closed`; MediaError. */
  async produce(transport: Transport, options: ProduceOptions): Promise<Producer> {
    this.#owner.assertMay('publish');
    const media = await this.#makeProducer(transport, options);
    return this.#addProducer(transport, options, media);
  }

  /** Creates several producers, all or none. The other peers are notified of all at once. @throws As {@link produce}. */
  async produceTogether(transport: Transport, requested: readonly ProduceOptions[]): Promise<readonly Producer[]> {
    this.#owner.assertMay('publish');
    const made: MediaProducer[] = [];
    try {
      for (const options of requested) made.push(await this.#makeProducer(transport, options));
      // The transport may have closed after the first producer was created.
      if (transport.closed) throw new RoomError('closed');
    } catch (error) {
      for (const media of made) {
        media.close();
        this.#allowance.release();
      }
      throw error;
    }
    return requested.map((options, index) => this.#addProducer(transport, options, made[index]!));
  }

  /** Creates a data producer. @throws As {@link produce}. */
  async produceData(transport: Transport, options: ProduceDataOptions): Promise<DataProducer> {
    this.#owner.assertMay('publishData');
    const { sctpStreamParameters, label, protocol, appData } = options;
    const media = await this.#dataAllowance.use(async () =>
      closeUnlessOpen(await transport.media.produceData({ sctpStreamParameters, label, protocol }), transport.closed),
    );
    const dataProducer = new DataProducer({
      media,
      peer: this.#owner,
      appData,
      clock: this.#resources.clock,
      onClosed: () => {
        this.#dataProducers.delete(dataProducer.id);
        this.#dataAllowance.release();
        transport.removeChild(dataProducer);
      },
    });
    this.#dataProducers.set(dataProducer.id, dataProducer);
    transport.addChild(dataProducer);
    this.#room.report('dataProducerAdded', { dataProducer });
    return dataProducer;
  }

  /** Closes producers that the client of a resumed peer no longer has. */
  retainOnly({ producers, dataProducers }: Pick<ResumableIds, 'producers' | 'dataProducers'>): void {
    for (const producer of [...this.#producers.values()]) if (!producers.has(producer.id)) producer.close('owner');
    for (const dataProducer of [...this.#dataProducers.values()])
      if (!dataProducers.has(dataProducer.id)) dataProducer.close();
  }

  /** Closes producers that the peer is no longer permitted to have. */
  closeForbidden({ publish, publishData }: Permissions): void {
    if (!publish) for (const producer of [...this.#producers.values()]) producer.close('server', 'notPermitted');
    if (!publishData) for (const dataProducer of [...this.#dataProducers.values()]) dataProducer.close();
  }

  #makeProducer(transport: Transport, { kind, rtpParameters, paused = false }: ProduceOptions): Promise<MediaProducer> {
    const named = { ...rtpParameters, rtcp: { ...rtpParameters.rtcp, cname: this.#cname } };
    return this.#allowance.use(async () =>
      closeUnlessOpen(await transport.media.produce({ kind, rtpParameters: named, paused }), transport.closed),
    );
  }

  #addProducer(transport: Transport, { paused = false, appData }: ProduceOptions, media: MediaProducer): Producer {
    const producer = new Producer({
      media,
      peer: this.#owner,
      transport,
      paused,
      appData,
      clock: this.#resources.clock,
      onClosed: (_producer, reason) => {
        this.#producers.delete(producer.id);
        this.#allowance.release();
        transport.removeChild(producer);
        this.#room.report('producerClosed', { producer, reason });
      },
      onPausedChanged: (_producer, by) => {
        this.#room.report('producerPaused', { producer, by });
      },
    });
    this.#producers.set(producer.id, producer);
    transport.addChild(producer);
    this.#room.report('producerAdded', { producer });
    return producer;
  }
}
