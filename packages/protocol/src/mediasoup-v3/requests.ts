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
  maybe,
  mediaKind,
  prepared,
  resumingFields,
  rtpCapabilities,
  rtpParameters,
  sctpCapabilities,
  sctpStreamParameters,
  shape,
  uint32,
} from '../common/index.ts';
import * as v from '../common/kinds.ts';
import { deviceOf } from './peer.ts';
import { extensions } from './responses.ts';

/** Data of what a client sends, read from either variant into one shape. Every text, list and object has a bound. */

const name = v.string(MAX_NAME_LENGTH);
const secret = v.string(MAX_TOKEN_LENGTH);

export const joinRequest = shape({
  /** Missing: the server takes the peer id. */
  displayName: maybe(name),
  device: deviceOf(name),
  /** Missing: this peer receives nothing. */
  rtpCapabilities: maybe(rtpCapabilities),
  /** Missing: no data channels. */
  sctpCapabilities: maybe(sctpCapabilities),
  /** Additive: what this client understands of what it cannot learn from a stock server; only `resumeToken` counts. */
  extensions: maybe(extensions),
  ...resumingFields(
    shape({
      ...heldFields(entityId),
      dataProducers: listOf(entityId),
      dataConsumers: listOf(entityId),
    }),
  ),
  /** Additive: `peerAppData`. */
  appData: maybe(clientAppData),
});

/** `appData.direction` of the notify variant is read into `producing` and `consuming`. */
export const createWebRtcTransportRequest = prepared(
  shape({
    forceTcp: v.nullish(v.boolean(), false),
    producing: v.nullish(v.boolean(), false),
    consuming: v.nullish(v.boolean(), false),
    sctpCapabilities: maybe(sctpCapabilities),
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

export const connectWebRtcTransportRequest = shape({ transportId: entityId, dtlsParameters });

export const produceRequest = shape({
  transportId: entityId,
  kind: mediaKind,
  rtpParameters,
  appData: v.nullish(clientAppData, () => ({})),
  /** Additive: the producer starts paused. */
  paused: maybe(v.boolean()),
});

export const produceDataRequest = shape({
  transportId: entityId,
  sctpStreamParameters,
  label: v.nullish(name, ''),
  protocol: v.nullish(name, ''),
  appData: v.nullish(clientAppData, () => ({})),
});

/** Requests that name one entity of the asking peer's, and nothing else. */
export const transportRequest = shape({ transportId: entityId });
export const producerRequest = shape({ producerId: entityId });
export const consumerRequest = shape({ consumerId: entityId });
export const dataProducerRequest = shape({ dataProducerId: entityId });
export const dataConsumerRequest = shape({ dataConsumerId: entityId });

export const setConsumerPreferredLayersRequest = shape({
  consumerId: entityId,
  /** 0 the lowest. */
  spatialLayer: uint32,
  /** Missing: the highest. */
  temporalLayer: maybe(uint32),
});

export const setConsumerPriorityRequest = shape({
  consumerId: entityId,
  /** 0 to 255, as the worker takes it; 1 is the default of a consumer. */
  priority: integer(0, 255),
});

export const changeDisplayNameRequest = shape({ displayName: name });

/** Our words are the classic ones; the notify variant has `options { up, down, rtt, packetLoss }`. */
export const applyNetworkThrottleRequest = prepared(
  shape({
    secret: maybe(secret),
    /** As the demo's throttle tool takes it: kbit/s. */
    uplink: maybe(v.number()),
    /** kbit/s. */
    downlink: maybe(v.number()),
    /** ms. */
    rtt: maybe(v.number()),
    /** Per cent. */
    packetLoss: maybe(v.number()),
  }),
  ({ options, ...fields }) => {
    const { up, down, ...rest } = Object(options) as Record<string, unknown>;
    return { ...rest, ...fields, uplink: fields.uplink ?? up, downlink: fields.downlink ?? down };
  },
);

export const resetNetworkThrottleRequest = shape({ secret: maybe(secret) });

/** Additive. */
export const textMessageRequest = shape({ text: clientText });
