import {
  dtlsParameters,
  entityId,
  iceCandidate,
  iceParameters,
  type IceServer,
  resumedFields,
  rtpCapabilities,
  sctpParameters,
  serverStats,
} from '../common/index.ts';
import { extensionsOf } from '../common/extensions.ts';
import * as s from '../common/schema/index.ts';
import { peer } from './peer.ts';
import { EXTENSIONS } from './variants.ts';

// Server responses, read from either variant into one form.

/** Reads `schema` under `key` (notify) or unwrapped (classic). */
/* @__NO_SIDE_EFFECTS__ */
function unwrapped<Schema extends s.AnySchema>(key: string, schema: Schema): s.Schema<unknown, s.InferOutput<Schema>> {
  return s.pipe(
    s.unknown(),
    s.transform((input) => (Object(input) as Record<string, unknown>)[key] ?? input),
    schema as s.Schema<unknown, s.InferOutput<Schema>>,
  );
}

export const routerRtpCapabilitiesResponse = unwrapped('routerRtpCapabilities', rtpCapabilities);

/** Extensions that the other end announces. */
export const extensions = /* @__PURE__ */ extensionsOf(EXTENSIONS);

export const joinResponse = s.object({
  /** Remote peers in the room. */
  peers: s.array(peer),
  /** Additive: token for one resume. The response to that resume has the next token. */
  resumeToken: s.optional(s.string()),
  /** Additive: extensions that this server supports. */
  extensions: s.optional(extensions),
  /** Additive: resumed entities of those that the client named in `holds`. */
  resumed: s.optional(
    s.object({ ...resumedFields(entityId), dataProducers: s.array(entityId), dataConsumers: s.array(entityId) }),
  ),
});
/** The response to join, after reading. */
export type JoinResponse = s.InferOutput<typeof joinResponse>;

export const transportResponse = s.withAlias(
  s.object({
    id: entityId,
    iceParameters,
    iceCandidates: s.array(iceCandidate),
    dtlsParameters,
    /** Only if the client requested data channels. */
    sctpParameters: s.optional(sctpParameters),
    /** From Tureen's server and that of 2060-io. Unchecked: the browser checks each, and an invalid entry must not fail the transport. */
    iceServers: s.optional(s.array(s.custom<IceServer>(() => true, 'Expected ICE server'))),
  }),
  'transportId',
  'id',
);
/** The response to createWebRtcTransport, after reading. */
export type TransportResponse = s.InferOutput<typeof transportResponse>;

export const iceParametersResponse = unwrapped('iceParameters', iceParameters);

const idResponse = s.object({ id: entityId });
export const producerResponse = s.withAlias(idResponse, 'producerId', 'id');
export const dataProducerResponse = s.withAlias(idResponse, 'dataProducerId', 'id');

export const statsResponse = unwrapped('stats', serverStats);
/** The response to a request for statistics, after reading. */
export type Stats = s.InferOutput<typeof statsResponse>;

export const rtcStatsUrlResponse = s.object({
  /** Missing or empty if there is none. */
  rtcstatsUrl: s.optional(s.string()),
});
