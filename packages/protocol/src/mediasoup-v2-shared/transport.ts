import {
  dtlsParameters as commonDtlsParameters,
  integer,
  uint32,
  type DtlsParameters,
  type IceCandidate,
  type IceParameters,
  type ParseResult,
} from '../common/index.ts';
import * as s from '../common/schema/index.ts';
import { address, iceText } from '../common/grammar.ts';
import { MAX_ICE_CANDIDATES, MAX_SDP_TOKEN_LENGTH } from '../common/limits.ts';

const iceTextOrEmpty = s.string(MAX_SDP_TOKEN_LENGTH, /^[a-z\d+/]*$/i, 'ICE characters');

/**
 * ICE credentials of the server's end. An empty object (the documents' `{}`) reads as empty credentials, which
 * {@link fromV2IceParameters} refuses.
 */
const iceParameters = s.object({
  usernameFragment: s.withDefault(iceTextOrEmpty, ''),
  password: s.withDefault(iceTextOrEmpty, ''),
  iceLite: s.optional(s.boolean()),
});

/** Reads fingerprints as a list, also from an object by algorithm. Missing fingerprints read as an empty list. */
export const dtlsParameters = s.preprocess(commonDtlsParameters, ({ fingerprints, ...fields }) => ({
  ...fields,
  fingerprints:
    typeof fingerprints === 'object' && fingerprints !== null && !Array.isArray(fingerprints)
      ? Object.entries(fingerprints as Record<string, unknown>).map(([algorithm, value]) => ({ algorithm, value }))
      : (fingerprints ?? []),
}));

/** Optional DTLS parameters. Parameters without a fingerprint read as missing. */
export const dtlsParametersIfAny: s.Schema<unknown, DtlsParameters | undefined> = s.pipe(
  s.optional(dtlsParameters),
  s.transform((given) => (given?.fingerprints.length ? given : undefined)),
);

/** Address of the server's end: `ip`, also read from `address`, its name in mediasoup 3. */
const iceCandidate = s.preprocess(
  s.object({
    foundation: iceText,
    family: s.optional(s.picklist(['ipv4', 'ipv6'])),
    priority: uint32,
    ip: address,
    protocol: s.picklist(['udp', 'tcp']),
    port: integer(0, 0xffff),
    type: s.picklist(['host', 'srflx', 'prflx', 'relay']),
    tcpType: s.optional(s.picklist(['active', 'passive', 'so'])),
  }),
  ({ address, ...candidate }) => ({ ...candidate, ip: candidate.ip ?? address }),
);
/** Address of the server's end of a transport, in the form of v2. */
export type V2IceCandidate = s.InferOutput<typeof iceCandidate>;

/** The response to createTransport. */
export const transportResponse = s.object({
  iceParameters,
  iceCandidates: s.withDefault(s.array(iceCandidate, MAX_ICE_CANDIDATES), () => []),
  dtlsParameters,
});
/** The response to createTransport, after reading. */
export type TransportResponse = s.InferOutput<typeof transportResponse>;

/** The response to restartTransport. */
export const iceParametersResponse = s.object({ iceParameters });

/** A server's end of a transport, in the form of mediasoup and mediasoup-client. */
export interface TransportParameters {
  readonly iceParameters: IceParameters;
  readonly iceCandidates: IceCandidate[];
  readonly dtlsParameters: DtlsParameters;
}

/** Protocols of the candidates that createTransport requests. Default: both. */
export interface CandidateOptions {
  readonly udp?: boolean | undefined;
  readonly tcp?: boolean | undefined;
}

type Candidate = Omit<IceCandidate, 'ip'> & { readonly ip?: string };

/** Converts a mediasoup 3 transport to the response to createTransport. Omits candidates of protocols that were not requested. */
export function toV2Transport(
  transport: {
    readonly iceParameters: IceParameters;
    readonly iceCandidates: readonly Candidate[];
    readonly dtlsParameters: DtlsParameters;
  },
  { udp = true, tcp = true }: CandidateOptions = {},
): TransportResponse {
  return {
    iceParameters: toV2IceParameters(transport.iceParameters),
    iceCandidates: transport.iceCandidates
      .filter(({ protocol }) => (protocol === 'tcp' ? tcp : udp))
      .map(({ foundation, priority, address, protocol, port, type, tcpType }) => ({
        foundation,
        family: address.includes(':') ? 'ipv6' : 'ipv4',
        priority,
        ip: address,
        protocol,
        port,
        type,
        ...(tcpType ? { tcpType } : {}),
      })),
    dtlsParameters: transport.dtlsParameters,
  };
}

/** Converts ICE credentials to v2. */
export function toV2IceParameters({ usernameFragment, password }: IceParameters) {
  return { usernameFragment, password, iceLite: true };
}

/** Converts the response to createTransport for mediasoup-client. Fails if required fields are missing. */
export function fromV2Transport({
  iceParameters: ice,
  iceCandidates,
  dtlsParameters: dtls,
}: TransportResponse): ParseResult<TransportParameters> {
  const credentials = fromV2IceParameters(ice);
  if (!credentials.ok) return credentials;
  if (dtls.fingerprints.length === 0) return missing('dtlsParameters.fingerprints');
  return {
    ok: true,
    value: {
      iceParameters: credentials.value,
      iceCandidates: iceCandidates.map(({ family: _, ...candidate }) => ({ ...candidate, address: candidate.ip })),
      dtlsParameters: dtls,
    },
  };
}

/** Converts the credentials of a response to createTransport or restartTransport. Fails if the credentials are missing. */
export function fromV2IceParameters(ice: IceParameters): ParseResult<IceParameters> {
  if (!ice.usernameFragment) return missing('iceParameters.usernameFragment');
  if (!ice.password) return missing('iceParameters.password');
  return { ok: true, value: ice };
}

function missing(path: string): ParseResult<never> {
  return { ok: false, issue: { path, message: 'Required' } };
}
