import {
  dtlsParameters,
  entityId,
  iceCandidate,
  iceParameters,
  type IceServer,
  resumedFields,
  rtpCapabilities,
  sctpParameters,
} from '../common/index.ts';
import { extensionsOf } from '../common/extensions.ts';
import * as s from '../common/schema/index.ts';
import { peer } from './peer.ts';
import { EXTENSIONS } from './variants.ts';

/** Answers of the server, read from either variant into one shape. */

/** Reads `schema` from under `key` (notify), or bare (classic). */
/* @__NO_SIDE_EFFECTS__ */
function unwrapped<Schema extends s.AnySchema>(key: string, schema: Schema): s.Schema<unknown, s.InferOutput<Schema>> {
  return s.pipe(
    s.unknown(),
    s.transform((input) => (Object(input) as Record<string, unknown>)[key] ?? input),
    schema as s.Schema<unknown, s.InferOutput<Schema>>,
  );
}

export const routerRtpCapabilitiesResponse = unwrapped('routerRtpCapabilities', rtpCapabilities);

/** The extensions that the other end announces. */
export const extensions = /* @__PURE__ */ extensionsOf(EXTENSIONS);

export const joinResponse = s.object({
  /** Who is there already; without whoever asks. */
  peers: s.array(peer),
  /** Additive: good for one resume; the answer to that brings the next. */
  resumeToken: s.optional(s.string()),
  /** Additive: what this server speaks beyond the demo. */
  extensions: s.optional(extensions),
  /** Additive: what lives on of what a resuming client said it holds. */
  resumed: s.optional(
    s.object({ ...resumedFields(entityId), dataProducers: s.array(entityId), dataConsumers: s.array(entityId) }),
  ),
});
/** The answer to join, read. */
export type JoinResponse = s.InferOutput<typeof joinResponse>;

export const transportResponse = s.withAlias(
  s.object({
    id: entityId,
    iceParameters,
    iceCandidates: s.array(iceCandidate),
    dtlsParameters,
    /** Where data channels were asked for. */
    sctpParameters: s.optional(sctpParameters),
    /** 2060-io's server and ours. Read as they come: the browser judges each, and a bad one must not cost the transport. */
    iceServers: s.optional(s.array(s.custom<IceServer>(() => true, 'Expected ICE server'))),
  }),
  'transportId',
  'id',
);
/** The answer to createWebRtcTransport, read. */
export type TransportResponse = s.InferOutput<typeof transportResponse>;

export const iceParametersResponse = unwrapped('iceParameters', iceParameters);

const idResponse = s.object({ id: entityId });
export const producerResponse = s.withAlias(idResponse, 'producerId', 'id');
export const dataProducerResponse = s.withAlias(idResponse, 'dataProducerId', 'id');

/** The worker's own objects, each with at least `type` and `timestamp` (ms). */
export type Stats = Record<string, unknown>[];
export const statsResponse: s.Schema<unknown, Stats> = unwrapped('stats', s.array(s.anyObject));

export const rtcStatsUrlResponse = s.object({
  /** Missing or empty: none. */
  rtcstatsUrl: s.optional(s.string()),
});
