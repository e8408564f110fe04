import type { AppData } from '@tureen/protocol/common';
import type { DataProducer } from './local/DataProducer.ts';
import type { Producer } from './local/Producer.ts';
import type { Consumer } from './remote/Consumer.ts';
import type { DataConsumer } from './remote/DataConsumer.ts';
import type { Peer } from './remote/Peer.ts';

/**
 * Types of `appData` in a room, e.g. `Room<{ peer: Profile; producer: TrackInfo }>`. The SDK does not check received data against
 * these types: another program wrote the data. Without a type, received `appData` is `unknown`.
 */
export interface RoomAppData {
  /** Type that peers pass to `join()`; the type of `peer.appData`. */
  readonly peer?: unknown;
  /** Type that peers pass to `produce()` and the `enable` calls; the type of `producer.appData` and `consumer.appData`. */
  readonly producer?: unknown;
  /** Type that peers pass to `produceData()`; the type of `dataProducer.appData` and `dataConsumer.appData`. */
  readonly dataProducer?: unknown;
}

/** Object that is not an array. Interfaces extend this type, but not `AppData`. */
type PlainObject = object & { readonly [Symbol.iterator]?: never };
/** `Given` where an app can send it, otherwise any plain object. */
type Sendable<Given> = Given extends PlainObject ? Given : AppData;
/** Types that an app may name in a call instead of `Sendable<Given>`. */
export type SendableLimit<Given> = Given extends PlainObject ? Given : AppData | PlainObject;

/** Type of `appData` in `produce()`. */
export type ProducerAppData<Types extends RoomAppData> = Sendable<Types['producer']>;
/** Type of `appData` in `produceData()`. */
export type DataProducerAppData<Types extends RoomAppData> = Sendable<Types['dataProducer']>;

/** Type of the peers of a `Room<Types>`. */
export type PeerOf<Types extends RoomAppData> = Peer<Types['peer'], Types>;
/** Type of the consumers of a `Room<Types>`. */
export type ConsumerOf<Types extends RoomAppData> = Consumer<Types['producer'], Types>;
/** Type of the data consumers of a `Room<Types>`. */
export type DataConsumerOf<Types extends RoomAppData> = DataConsumer<Types['dataProducer'], Types>;
/** Type of the producers of a `Room<Types>`. */
export type ProducerOf<Types extends RoomAppData> = Producer<ProducerAppData<Types>>;
/** Type of the data producers of a `Room<Types>`. */
export type DataProducerOf<Types extends RoomAppData> = DataProducer<DataProducerAppData<Types>>;
