import {
  dtlsParameters,
  entityId,
  iceCandidate,
  iceParameters,
  type IceServer,
  MAX_EXTENSIONS,
  MAX_NAME_LENGTH,
  maybe,
  renamed,
  resumedFields,
  rtpCapabilities,
  sctpParameters,
  shape,
} from '../common/index.ts';
import * as v from '../common/kinds.ts';
import { peer } from './peer.ts';
import { EXTENSIONS, type Extension } from './variants.ts';

/** Answers of the server, read from either variant into one shape. */

/** Reads `schema` from under `key` (notify), or bare (classic). */
/* @__NO_SIDE_EFFECTS__ */
function unwrapped<Schema extends v.GenericSchema>(
  key: string,
  schema: Schema,
): v.GenericSchema<unknown, v.InferOutput<Schema>> {
  return v.pipe(
    v.unknown(),
    v.transform((input) => (Object(input) as Record<string, unknown>)[key] ?? input),
    schema as v.GenericSchema<unknown, v.InferOutput<Schema>>,
  );
}

export const routerRtpCapabilitiesResponse = unwrapped('routerRtpCapabilities', rtpCapabilities);

/** Whatever a newer server may announce is read past. */
export const extensions: v.GenericSchema<unknown, Extension[]> = v.pipe(
  v.array(v.fallback(v.string(MAX_NAME_LENGTH), ''), MAX_EXTENSIONS),
  v.transform((names) => EXTENSIONS.filter((name) => names.includes(name))),
);

export const joinResponse = shape({
  /** Who is there already; without whoever asks. */
  peers: v.array(peer),
  /** Additive: good for one resume; the answer to that brings the next. */
  resumeToken: maybe(v.string()),
  /** Additive: what this server speaks beyond the demo. */
  extensions: maybe(extensions),
  /** Additive: what lives on of what a resuming client said it holds. */
  resumed: maybe(
    shape({ ...resumedFields(entityId), dataProducers: v.array(entityId), dataConsumers: v.array(entityId) }),
  ),
});
/** The answer to join, read. */
export type JoinResponse = v.InferOutput<typeof joinResponse>;

export const transportResponse = renamed(
  shape({
    id: entityId,
    iceParameters,
    iceCandidates: v.array(iceCandidate),
    dtlsParameters,
    /** Where data channels were asked for. */
    sctpParameters: maybe(sctpParameters),
    /** 2060-io's server and ours. Read as they come: the browser judges each, and a bad one must not cost the transport. */
    iceServers: maybe(v.array(v.custom<IceServer>(() => true, 'Expected ICE server'))),
  }),
  'transportId',
  'id',
);
/** The answer to createWebRtcTransport, read. */
export type TransportResponse = v.InferOutput<typeof transportResponse>;

export const iceParametersResponse = unwrapped('iceParameters', iceParameters);

const idResponse = shape({ id: entityId });
export const producerResponse = renamed(idResponse, 'producerId', 'id');
export const dataProducerResponse = renamed(idResponse, 'dataProducerId', 'id');

/** The worker's own objects, each with at least `type` and `timestamp` (ms). */
export type Stats = Record<string, unknown>[];
export const statsResponse: v.GenericSchema<unknown, Stats> = unwrapped('stats', v.array(v.looseObject({})));

export const rtcStatsUrlResponse = shape({
  /** Missing or empty: none. */
  rtcstatsUrl: maybe(v.string()),
});
