import {
  appData,
  entityId,
  maybe,
  mediaKind,
  prepared,
  remotePeerId as peerId,
  renamed,
  rtpParameters,
  sctpStreamParameters,
  shape,
  uint32,
} from '../common/index.ts';
import * as v from '../common/kinds.ts';
import { peer } from './peer.ts';

/** Data of what a server sends of its own accord, requests and notifications, read from either variant into one shape. */

/** 0 (unusable) to 10 (perfect), as the worker counts. */
const consumerScore = shape({
  score: v.number(),
  /** Of the stream of the producer that is being sent. */
  producerScore: v.number(),
  /** Of all streams of the producer, in the order of its encodings. */
  producerScores: v.nullish(v.array(v.number()), () => []),
});
/** Scores of one consumer, 0 (unusable) to 10 (perfect). */
export type ConsumerScore = v.InferOutput<typeof consumerScore>;

const producerScore = shape({
  ssrc: maybe(uint32),
  rid: maybe(v.string()),
  encodingIdx: maybe(uint32),
  score: v.number(),
});
/** Score of one stream of a producer, 0 (unusable) to 10 (perfect). */
export type ProducerScore = v.InferOutput<typeof producerScore>;

/** Rejecting it, or not answering, leaves the consumer paused for good: a stock server does not offer it again. */
export const newConsumerRequest = prepared(
  shape({
    id: entityId,
    peerId,
    producerId: entityId,
    kind: mediaKind,
    rtpParameters: v.loosely(rtpParameters),
    /** What the server can choose among: nothing, streams, or layers of one stream. */
    type: v.fallback(v.picklist(['simple', 'simulcast', 'svc']), 'simple'),
    /** Paused at its source. */
    producerPaused: v.nullish(v.boolean(), false),
    /** The producer's, and the peer's id. */
    appData: v.nullish(appData, () => ({})),
    /** `notify` only. */
    transportId: maybe(entityId),
    /** `notify` only; `consumerScore` on the wire. */
    score: maybe(consumerScore),
  }),
  ({ consumerId, consumerScore: score, ...fields }) => ({
    ...fields,
    id: fields.id ?? consumerId,
    score: fields.score ?? score,
  }),
);
/** newConsumer, read. */
export type NewConsumer = v.InferOutput<typeof newConsumerRequest>;

export const newDataConsumerRequest = renamed(
  shape({
    id: entityId,
    /** Null: the server itself speaks (the demo's bot). */
    peerId: v.nullish(peerId, null),
    dataProducerId: entityId,
    sctpStreamParameters,
    label: v.nullish(v.string(), ''),
    protocol: v.nullish(v.string(), ''),
    appData: v.nullish(appData, () => ({})),
    /** `notify` only. */
    transportId: maybe(entityId),
  }),
  'dataConsumerId',
  'id',
);
/** newDataConsumer, read. */
export type NewDataConsumer = v.InferOutput<typeof newDataConsumerRequest>;

export const versionNotification = shape({ version: v.string() });

/** `notify` wraps the peer. */
export const newPeerNotification = v.pipe(
  v.unknown(),
  v.transform((input) => (Object(input) as Record<string, unknown>).peer ?? input),
  peer,
);

/** Whatever names a peer and nothing else. */
export const peerNotification = shape({ peerId });

/** `reason` and `appData` are additive. */
export const peerClosedNotification = shape({ peerId, reason: maybe(v.string()), appData: maybe(appData) });

export const peerDisplayNameChangedNotification = shape({
  peerId,
  displayName: v.string(),
  oldDisplayName: maybe(v.string()),
});

export const producerScoreNotification = shape({ producerId: entityId, score: v.array(producerScore) });
export const consumerScoreNotification = shape({ consumerId: entityId, score: consumerScore });

/** `reason` is additive. */
export const consumerClosedNotification = shape({ consumerId: entityId, reason: maybe(v.string()) });
export const dataConsumerClosedNotification = shape({ dataConsumerId: entityId, reason: maybe(v.string()) });
/** Whatever names a consumer and nothing else. */
export const consumerNotification = shape({ consumerId: entityId });

/** classic has both layers beside the id, null where nothing is sent; notify has `layers`, or leaves it out. */
export const consumerLayersChangedNotification = prepared(
  shape({
    consumerId: entityId,
    /** What is being sent; null: nothing. */
    layers: v.nullish(shape({ spatialLayer: uint32, temporalLayer: maybe(uint32) }), null),
  }),
  (fields) => {
    const { spatialLayer, temporalLayer, layers } = fields;
    const read: Record<string, unknown> = {
      layers: layers ?? (typeof spatialLayer === 'number' ? { spatialLayer, temporalLayer } : null),
    };
    // What rest syntax would do, in a fraction of the time: this arrives often.
    for (const name in fields)
      if (!(name in read) && name !== 'spatialLayer' && name !== 'temporalLayer') read[name] = fields[name];
    return read;
  },
);

export const activeSpeakerNotification = shape({
  /** Null: nobody. */
  peerId: v.nullish(peerId, null),
  /** dBov, -127 to 0; classic only. */
  volume: maybe(v.number()),
});

export const speakingPeersNotification = shape({
  /** dBov, -127 to 0; the loudest first. Empty: nobody. */
  peerVolumes: v.array(shape({ peerId, volume: v.number() })),
});

/** bit/s. */
export const downlinkBweNotification = shape({
  desiredBitrate: v.number(),
  effectiveDesiredBitrate: v.number(),
  availableBitrate: v.number(),
});

const actor = v.fallback(v.picklist(['remote', 'server', 'unknown']), 'unknown');

/** Additive: what was done to a producer of the receiver's, and by whom: another peer (`remote`) or the server. */
export const producerNotification = shape({
  producerId: entityId,
  by: maybe(actor),
  reason: maybe(v.string()),
});

/** Additive. */
export const transportClosedNotification = shape({ transportId: entityId, reason: maybe(v.string()) });

/** Additive. `peerId` is the author's, set by the server. */
export const textMessageNotification = shape({ peerId, text: v.string() });

/** Additive: a producer for which there will be no consumer, as the receiver lacks its codec. */
/** To the receiver with `dataConsumerId`; to the sender with `dataProducerId`, and `peerId` of the receiver. */
export const messagesLostNotification = shape({
  dataConsumerId: maybe(entityId),
  dataProducerId: maybe(entityId),
  peerId: maybe(peerId),
  count: uint32,
});

export const consumerUnsupportedNotification = shape({
  peerId,
  producerId: entityId,
  kind: mediaKind,
  reason: maybe(v.string()),
});

/** Additive: sent just before close code 4000. `reason` is one of `endReasons`, `detail` a text for people. */
export const roomClosedNotification = shape({
  reason: maybe(v.string()),
  detail: maybe(v.string()),
  appData: maybe(appData),
});
