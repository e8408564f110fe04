import {
  appData,
  entityId,
  mediaKind,
  remotePeerId as peerId,
  rtpCapabilities,
  rtpParameters,
  sctpStreamParameters,
  uint32,
} from '../common/index.ts';
import * as s from '../common/schema/index.ts';
import { peer } from './peer.ts';
import { transportResponse } from './responses.ts';

// Data of the requests and notifications of a server, read from either variant into one form.

/** Scores from 0 (unusable) to 10 (perfect), as in the media worker. */
const consumerScore = s.object({
  score: s.number(),
  /** Score of the producer's stream that the server forwards. */
  producerScore: s.number(),
  /** Scores of all streams of the producer, in the order of its encodings. */
  producerScores: s.withDefault(s.array(s.number()), () => []),
});
/** Scores of one consumer, 0 (unusable) to 10 (perfect). */
export type ConsumerScore = s.InferOutput<typeof consumerScore>;

const producerScore = s.object({
  ssrc: s.optional(uint32),
  rid: s.optional(s.string()),
  encodingIdx: s.optional(uint32),
  score: s.number(),
});
/** Score of one stream of a producer, 0 (unusable) to 10 (perfect). */
export type ProducerScore = s.InferOutput<typeof producerScore>;

/** If the client's response is not successful, the consumer stays paused. A stock server does not offer it again. */
export const newConsumerRequest = s.preprocess(
  s.object({
    id: entityId,
    peerId,
    producerId: entityId,
    kind: mediaKind,
    rtpParameters: s.withoutGrammar(rtpParameters),
    /** Choice of the server: one stream, several streams, or layers of one stream. */
    type: s.fallback(s.picklist(['simple', 'simulcast', 'svc']), 'simple'),
    /** Whether the sender or the server has paused the producer. */
    producerPaused: s.withDefault(s.boolean(), false),
    /** appData of the producer, and the peer ID. */
    appData: s.withDefault(appData, () => ({})),
    /** Only in the notify variant. */
    transportId: s.optional(entityId),
    /** Only in the notify variant, as `consumerScore` on the wire. */
    score: s.optional(consumerScore),
  }),
  ({ consumerId, consumerScore: score, ...fields }) => ({
    ...fields,
    id: fields.id ?? consumerId,
    score: fields.score ?? score,
  }),
);
/** newConsumer, after reading. */
export type NewConsumer = s.InferOutput<typeof newConsumerRequest>;

export const newDataConsumerRequest = s.withAlias(
  s.object({
    id: entityId,
    /** Null for a data producer of the server itself (the demo's bot). */
    peerId: s.withDefault(peerId, null),
    dataProducerId: entityId,
    sctpStreamParameters,
    label: s.withDefault(s.string(), ''),
    protocol: s.withDefault(s.string(), ''),
    appData: s.withDefault(appData, () => ({})),
    /** Only in the notify variant. */
    transportId: s.optional(entityId),
  }),
  'dataConsumerId',
  'id',
);
/** newDataConsumer, after reading. */
export type NewDataConsumer = s.InferOutput<typeof newDataConsumerRequest>;

/**
 * Additive: sent as the connection opens, to a client that has `WELCOME_PARAM` in its URL. Answers getRouterRtpCapabilities and the first
 * two requests for transports in advance. The requests still get their responses, with the same transports.
 */
export const welcomeNotification = s.object({
  routerRtpCapabilities: rtpCapabilities,
  sendTransport: transportResponse,
  recvTransport: transportResponse,
});

export const versionNotification = s.object({ version: s.string() });

/** The notify variant wraps the peer. */
export const newPeerNotification = s.pipe(
  s.unknown(),
  s.transform((input) => (Object(input) as Record<string, unknown>).peer ?? input),
  peer,
);

/** ID of a peer. */
export const peerNotification = s.object({ peerId });

/** `reason` and `appData` are additive. */
export const peerClosedNotification = s.object({
  peerId,
  reason: s.optional(s.string()),
  appData: s.optional(appData),
});

export const peerDisplayNameChangedNotification = s.object({
  peerId,
  displayName: s.string(),
  oldDisplayName: s.optional(s.string()),
});

export const producerScoreNotification = s.object({ producerId: entityId, score: s.array(producerScore) });
export const consumerScoreNotification = s.object({ consumerId: entityId, score: consumerScore });

/** `reason` is additive. */
export const consumerClosedNotification = s.object({ consumerId: entityId, reason: s.optional(s.string()) });
export const dataConsumerClosedNotification = s.object({ dataConsumerId: entityId, reason: s.optional(s.string()) });
/** ID of a consumer. */
export const consumerNotification = s.object({ consumerId: entityId });

/** The classic variant has both layers next to the ID, or null. The notify variant has `layers`, or omits it. */
export const consumerLayersChangedNotification = s.preprocess(
  s.object({
    consumerId: entityId,
    /** Layers that the server forwards. Null if none. */
    layers: s.withDefault(s.object({ spatialLayer: uint32, temporalLayer: s.optional(uint32) }), null),
  }),
  (fields) => {
    const { spatialLayer, temporalLayer, layers } = fields;
    const read: Record<string, unknown> = {
      layers: layers ?? (typeof spatialLayer === 'number' ? { spatialLayer, temporalLayer } : null),
    };
    // Like rest syntax, but much faster: this message arrives often.
    for (const name in fields)
      if (!(name in read) && name !== 'spatialLayer' && name !== 'temporalLayer') read[name] = fields[name];
    return read;
  },
);

export const activeSpeakerNotification = s.object({
  /** Null if no peer is speaking. */
  peerId: s.withDefault(peerId, null),
  /** In dBov, -127 to 0. Only in the classic variant. */
  volume: s.optional(s.number()),
});

export const speakingPeersNotification = s.object({
  /** In dBov, -127 to 0, loudest first. Empty if no peer is speaking. */
  peerVolumes: s.array(s.object({ peerId, volume: s.number() })),
});

/** In bit/s. */
export const downlinkBweNotification = s.object({
  desiredBitrate: s.number(),
  effectiveDesiredBitrate: s.number(),
  availableBitrate: s.number(),
});

const actor = s.fallback(s.picklist(['remote', 'server', 'unknown']), 'unknown');

/** Additive: another peer (`remote`) or the server closed, paused or resumed a producer of the receiver. */
export const producerNotification = s.object({
  producerId: entityId,
  by: s.optional(actor),
  reason: s.optional(s.string()),
});

/** Additive: the server closed a transport of the receiver. */
export const transportClosedNotification = s.object({ transportId: entityId, reason: s.optional(s.string()) });

/** Additive. `peerId` is the sender, set by the server. */
export const textMessageNotification = s.object({ peerId, text: s.string() });

/** Additive. Has `dataConsumerId` for the receiver, and `dataProducerId` and the receiver's `peerId` for the sender. */
export const messagesLostNotification = s.object({
  dataConsumerId: s.optional(entityId),
  dataProducerId: s.optional(entityId),
  peerId: s.optional(peerId),
  count: uint32,
});

/** Additive: the receiver gets no consumer for this producer, because the receiver lacks the codec. */
export const consumerUnsupportedNotification = s.object({
  peerId,
  producerId: entityId,
  kind: mediaKind,
  reason: s.optional(s.string()),
});

/** Additive: sent just before close code 4000. `reason` is one of `endReasons`, and `detail` a text for people. */
export const roomClosedNotification = s.object({
  reason: s.optional(s.string()),
  detail: s.optional(s.string()),
  appData: s.optional(appData),
});
