import type { AppData } from '@tureen/protocol/common';
import type { DataProducer } from './local/DataProducer.ts';
import type { Producer } from './local/Producer.ts';
import type { Consumer } from './remote/Consumer.ts';
import type { DataConsumer } from './remote/DataConsumer.ts';
import type { Peer } from './remote/Peer.ts';

/**
 * Types of `appData` in a room, e.g. `Room<{ peer: Profile; producer: TrackInfo }>`. They are a promise of the app: another
 * program wrote what arrives, and the SDK does not check it against them. Without a type, what arrives is `unknown`.
 */
export interface RoomAppData {
  /** What peers give to `join()`: `peer.appData`. */
  readonly peer?: unknown;
  /** What peers give to `produce()` and the `enable` calls: `producer.appData`, `consumer.appData`. */
  readonly producer?: unknown;
  /** What peers give to `produceData()`: `dataProducer.appData`, `dataConsumer.appData`. */
  readonly dataProducer?: unknown;
}

/** An object that is no array. Unlike `AppData`, an interface extends it. */
type PlainObject = object & { readonly [Symbol.iterator]?: never };
/** `Given` where an app can send it, else any plain object. */
type Sendable<Given> = Given extends PlainObject ? Given : AppData;
/** What an app may name in a call in place of `Sendable<Given>`. */
export type SendableLimit<Given> = Given extends PlainObject ? Given : AppData | PlainObject;

/** What this room may pass to `produce()`. */
export type ProducerAppData<Types extends RoomAppData> = Sendable<Types['producer']>;
/** What this room may pass to `produceData()`. */
export type DataProducerAppData<Types extends RoomAppData> = Sendable<Types['dataProducer']>;

/** The peers of a `Room<Types>`. */
export type PeerOf<Types extends RoomAppData> = Peer<Types['peer'], Types>;
/** The consumers of a `Room<Types>`. */
export type ConsumerOf<Types extends RoomAppData> = Consumer<Types['producer'], Types>;
/** The data consumers of a `Room<Types>`. */
export type DataConsumerOf<Types extends RoomAppData> = DataConsumer<Types['dataProducer'], Types>;
/** The producers of a `Room<Types>`. */
export type ProducerOf<Types extends RoomAppData> = Producer<ProducerAppData<Types>>;
/** The data producers of a `Room<Types>`. */
export type DataProducerOf<Types extends RoomAppData> = DataProducer<DataProducerAppData<Types>>;
