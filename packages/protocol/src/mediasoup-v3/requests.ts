import {
  clientAppData,
  clientText,
  dtlsParameters,
  entityId,
  heldFields,
  integer,
  listOf,
  MAX_NAME_LENGTH,
  MAX_TOKEN_LENGTH,
  mediaKind,
  resumingFields,
  rtpCapabilities,
  rtpParameters,
  sctpCapabilities,
  sctpStreamParameters,
  uint32,
} from '../common/index.ts';
import * as s from '../common/schema/index.ts';
import { deviceOf } from './peer.ts';
import { extensions } from './responses.ts';

// Data of client messages, read from either variant into one form. Every text, list and object has a bound.

const name = s.string(MAX_NAME_LENGTH);
const secret = s.string(MAX_TOKEN_LENGTH);

export const joinRequest = s.object({
  /** Default: the peer ID. */
  displayName: s.optional(name),
  device: deviceOf(name),
  /** Missing if this peer consumes no media. */
  rtpCapabilities: s.optional(rtpCapabilities),
  /** Missing if this peer has no data channels. */
  sctpCapabilities: s.optional(sctpCapabilities),
  /** Additive: extensions that this client supports. Servers read `resumeToken` and `earlyMedia` only. */
  extensions: s.optional(extensions),
  ...resumingFields(
    s.object({
      ...heldFields(entityId),
      dataProducers: listOf(entityId),
      dataConsumers: listOf(entityId),
    }),
  ),
  /** Additive: `peerAppData`. */
  appData: s.optional(clientAppData),
});

/** Maps `appData.direction` of the notify variant to `producing` and `consuming`. */
export const createWebRtcTransportRequest = s.preprocess(
  s.object({
    forceTcp: s.withDefault(s.boolean(), false),
    producing: s.withDefault(s.boolean(), false),
    consuming: s.withDefault(s.boolean(), false),
    sctpCapabilities: s.optional(sctpCapabilities),
  }),
  ({ appData: attached, ...fields }) => {
    const { direction } = Object(attached) as Record<string, unknown>;
    return {
      ...fields,
      producing: fields.producing ?? direction === 'producer',
      consuming: fields.consuming ?? direction === 'consumer',
    };
  },
);

export const connectWebRtcTransportRequest = s.object({ transportId: entityId, dtlsParameters });

export const produceRequest = s.object({
  transportId: entityId,
  kind: mediaKind,
  rtpParameters,
  appData: s.withDefault(clientAppData, () => ({})),
  /** Additive: the producer starts paused. */
  paused: s.optional(s.boolean()),
});

export const produceDataRequest = s.object({
  transportId: entityId,
  sctpStreamParameters,
  label: s.withDefault(name, ''),
  protocol: s.withDefault(name, ''),
  appData: s.withDefault(clientAppData, () => ({})),
});

// Requests with the ID of one entity of the requesting peer.
export const transportRequest = s.object({ transportId: entityId });
export const producerRequest = s.object({ producerId: entityId });
export const consumerRequest = s.object({ consumerId: entityId });
export const dataProducerRequest = s.object({ dataProducerId: entityId });
export const dataConsumerRequest = s.object({ dataConsumerId: entityId });

export const setConsumerPreferredLayersRequest = s.object({
  consumerId: entityId,
  /** 0 is the lowest layer. */
  spatialLayer: uint32,
  /** Default: the highest layer. */
  temporalLayer: s.optional(uint32),
});

export const setConsumerPriorityRequest = s.object({
  consumerId: entityId,
  /** 0 to 255, as in the worker. Consumers start with 1. */
  priority: integer(0, 255),
});

export const changeDisplayNameRequest = s.object({ displayName: name });

/** Reads the classic form, and `options { up, down, rtt, packetLoss }` of the notify variant. */
export const applyNetworkThrottleRequest = s.preprocess(
  s.object({
    secret: s.optional(secret),
    /** In kbit/s, the unit of the demo's throttle tool. */
    uplink: s.optional(s.number()),
    /** In kbit/s. */
    downlink: s.optional(s.number()),
    /** In ms. */
    rtt: s.optional(s.number()),
    /** In percent. */
    packetLoss: s.optional(s.number()),
  }),
  ({ options, ...fields }) => {
    const { up, down, ...rest } = Object(options) as Record<string, unknown>;
    return { ...rest, ...fields, uplink: fields.uplink ?? up, downlink: fields.downlink ?? down };
  },
);

export const resetNetworkThrottleRequest = s.object({ secret: s.optional(secret) });

/** Additive: a text to all peers. */
export const textMessageRequest = s.object({ text: clientText });
