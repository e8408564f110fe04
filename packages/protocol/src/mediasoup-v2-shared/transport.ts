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
 * ICE credentials of the server's end. An object that says nothing (the documents' `{}`) reads as empty ones; nobody can
 * use them: see {@link fromV2IceParameters}.
 */
const iceParameters = s.object({
  usernameFragment: s.withDefault(iceTextOrEmpty, ''),
  password: s.withDefault(iceTextOrEmpty, ''),
  iceLite: s.optional(s.boolean()),
});

/** Fingerprints are a list, also where they came as an object by algorithm; none where nothing is said. */
export const dtlsParameters = s.preprocess(commonDtlsParameters, ({ fingerprints, ...fields }) => ({
  ...fields,
  fingerprints:
    typeof fingerprints === 'object' && fingerprints !== null && !Array.isArray(fingerprints)
      ? Object.entries(fingerprints as Record<string, unknown>).map(([algorithm, value]) => ({ algorithm, value }))
      : (fingerprints ?? []),
}));

/** DTLS parameters that need not be given; those without a fingerprint are not. */
export const dtlsParametersIfAny: s.Schema<unknown, DtlsParameters | undefined> = s.pipe(
  s.optional(dtlsParameters),
  s.transform((given) => (given?.fingerprints.length ? given : undefined)),
);

/** Where the server's end listens: `ip`, also where it came as `address`, as mediasoup 3 has it. */
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
/** Where the server's end of a transport listens, as v2 describes it. */
export type V2IceCandidate = s.InferOutput<typeof iceCandidate>;

/** The answer to createTransport. */
export const transportResponse = s.object({
  iceParameters,
  iceCandidates: s.withDefault(s.array(iceCandidate, MAX_ICE_CANDIDATES), () => []),
  dtlsParameters,
});
/** The answer to createTransport, read. */
export type TransportResponse = s.InferOutput<typeof transportResponse>;

/** The answer to restartTransport. */
export const iceParametersResponse = s.object({ iceParameters });

/** A server's end of a transport as both mediasoup and mediasoup-client have it. */
export interface TransportParameters {
  readonly iceParameters: IceParameters;
  readonly iceCandidates: IceCandidate[];
  readonly dtlsParameters: DtlsParameters;
}

/** What createTransport may ask of the candidates; both protocols where nothing is said. */
export interface CandidateOptions {
  readonly udp?: boolean | undefined;
  readonly tcp?: boolean | undefined;
}

type Candidate = Omit<IceCandidate, 'ip'> & { readonly ip?: string };

/** A mediasoup 3 transport as the answer to createTransport has it; candidates of an unwanted protocol are left out. */
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

/** ICE credentials, in the words of v2: those of v3. */
export function toV2IceParameters({ usernameFragment, password }: IceParameters) {
  return { usernameFragment, password, iceLite: true };
}

/** The answer to createTransport as mediasoup-client takes it; a fault where the server left out what is needed. */
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

/** The credentials in the answers to createTransport and restartTransport; a fault where the server left them out. */
export function fromV2IceParameters(ice: IceParameters): ParseResult<IceParameters> {
  if (!ice.usernameFragment) return missing('iceParameters.usernameFragment');
  if (!ice.password) return missing('iceParameters.password');
  return { ok: true, value: ice };
}

function missing(path: string): ParseResult<never> {
  return { ok: false, issue: { path, message: 'Required' } };
}
