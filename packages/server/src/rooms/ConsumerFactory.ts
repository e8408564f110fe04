import type { RtpCapabilities } from '@tureen/protocol/common';
import type { Logger } from 'pino';
import { Consumer } from './Consumer.ts';
import { DataConsumer } from './DataConsumer.ts';
import type { DataProducer } from './DataProducer.ts';
import type { DataReceiver } from './DataReceivers.ts';
import type { Peer } from './Peer.ts';
import type { Producer } from './Producer.ts';
import { Allowance } from './Allowance.ts';
import type { RoomResources } from './RoomAccess.ts';
import { RoomError } from './RoomError.ts';
import type { Transport } from './Transport.ts';

/** Parts of a {@link ConsumerFactory}. */
export interface ConsumerFactoryOptions {
  readonly owner: Peer;
  /** Owner, as data producers wait for it. */
  readonly receiver: DataReceiver;
  readonly resources: RoomResources;
  readonly logger: Logger;
  /** Called where the worker dropped messages to the owner. */
  readonly onMessagesLost: (count: number) => void;
  /** Called where a consumer of that source closed. `isUnwanted`: the owner closed it. */
  readonly onClosed: (source: Producer | DataProducer, isUnwanted: boolean) => void;
}

/** Options of a new consumer. */
export interface CreateConsumerOptions {
  readonly transport: Transport;
  /** Capabilities of the owner for this producer. */
  readonly rtpCapabilities: RtpCapabilities;
  /** Media section in which the client expects the consumer. Default: the engine's choice. */
  readonly mid?: string | undefined;
  /** Payload type of the codec, on a transport that renumbers. */
  readonly payloadType?: number | undefined;
}

/** Creates the consumers and data consumers of one peer, within their limits, and keeps them until they close. */
export class ConsumerFactory {
  readonly consumers = new Map<string, Consumer>();
  readonly dataConsumers = new Map<string, DataConsumer>();
  readonly allowance: Allowance;
  readonly dataAllowance: Allowance;
  readonly #options: ConsumerFactoryOptions;

  constructor(options: ConsumerFactoryOptions) {
    this.#options = options;
    const { maxConsumersPerPeer } = options.resources.limits;
    const tooManyConsumers = () => new RoomError('tooManyConsumers');
    this.allowance = new Allowance(maxConsumersPerPeer, tooManyConsumers);
    this.dataAllowance = new Allowance(maxConsumersPerPeer, tooManyConsumers);
  }

  /**
   * Creates a consumer. Resolves to undefined where the producer or the transport closed meanwhile. @throws RoomError
   * `tooManyConsumers`; MediaError.
   */
  async create(producer: Producer, options: CreateConsumerOptions): Promise<Consumer | undefined> {
    const { owner, logger, onClosed } = this.#options;
    const { transport, rtpCapabilities, mid, payloadType } = options;
    const media = await this.allowance.use(() =>
      transport.media.consume({ producerId: producer.id, rtpCapabilities, paused: true, mid, payloadType }),
    );
    if (producer.closed || transport.closed) {
      media.close();
      this.allowance.release();
      onClosed(producer, false);
      return undefined;
    }
    const consumer = new Consumer({
      media,
      producer,
      owner,
      transport,
      onClosed: (_consumer, isUnwanted) => {
        this.consumers.delete(consumer.id);
        producer.removeConsumer(consumer);
        transport.removeChild(consumer);
        this.allowance.release();
        onClosed(producer, isUnwanted);
      },
    });
    this.consumers.set(consumer.id, consumer);
    producer.addConsumer(consumer);
    transport.addChild(consumer);
    logger.debug({ consumerId: consumer.id, producerId: producer.id, kind: consumer.kind }, 'created consumer');
    return consumer;
  }

  /** Creates a data consumer. Resolves and rejects as {@link create} does. */
  async createData(dataProducer: DataProducer, transport: Transport): Promise<DataConsumer | undefined> {
    const { owner, receiver, resources, onMessagesLost, onClosed } = this.#options;
    const media = await this.dataAllowance.use(() =>
      transport.media.consumeData({ dataProducerId: dataProducer.id, paused: true }),
    );
    if (dataProducer.closed || transport.closed) {
      media.close();
      this.dataAllowance.release();
      onClosed(dataProducer, false);
      return undefined;
    }
    const dataConsumer = new DataConsumer({
      media,
      dataProducer,
      owner,
      transport,
      clock: resources.clock,
      receiver,
      onLost: onMessagesLost,
      onClosed: (_dataConsumer, isUnwanted) => {
        this.dataConsumers.delete(dataConsumer.id);
        dataProducer.removeConsumer(dataConsumer);
        transport.removeChild(dataConsumer);
        this.dataAllowance.release();
        onClosed(dataProducer, isUnwanted);
      },
    });
    this.dataConsumers.set(dataConsumer.id, dataConsumer);
    dataProducer.addConsumer(dataConsumer);
    transport.addChild(dataConsumer);
    return dataConsumer;
  }
}
