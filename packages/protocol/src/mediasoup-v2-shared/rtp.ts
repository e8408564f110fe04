import { byte, mediaKind, payloadType, uint32, type MediaKind } from '../common/index.ts';
import * as s from '../common/schema/index.ts';
import { line, mimeType, parameters as fields, rid, token, uri, visible } from '../common/grammar.ts';
import { MAX_CODECS, MAX_HEADER_EXTENSIONS, MAX_RTCP_FEEDBACK } from '../common/limits.ts';
import { preferredProfile } from './profiles.ts';

// RTP in the form of mediasoup 2. capabilities.ts and parameters.ts convert from and to the form of mediasoup 3.

type Fields = Readonly<Record<string, unknown>>;

const isKind = (kind: unknown): kind is MediaKind => kind === 'audio' || kind === 'video';

const parameters = s.withDefault(fields, () => ({}));

/** Early servers omit the list for rtx, and omit an empty `parameter`. */
const rtcpFeedback = s.withDefault(
  s.array(s.object({ type: token, parameter: s.optional(line) }), MAX_RTCP_FEEDBACK),
  () => [],
);

/** Returns the kind of a codec. Derives a missing or invalid `kind` from the MIME type. */
function codecKind({ kind, mimeType }: Fields): MediaKind | undefined {
  const said = isKind(kind) ? kind : typeof mimeType === 'string' ? mimeType.split('/')[0]?.toLowerCase() : undefined;
  return isKind(said) ? said : undefined;
}

/** Completes `name` and `mimeType` (`video/VP8`) from each other. */
function named(fields: Fields): Fields {
  const kind = codecKind(fields);
  const name = fields.name ?? (typeof fields.mimeType === 'string' ? fields.mimeType.split('/')[1] : undefined);
  const mimeType = fields.mimeType ?? (kind && typeof name === 'string' ? `${kind}/${name}` : undefined);
  return { ...fields, name, mimeType };
}

/** A codec that an end can receive, or that the room supports. */
const codecCapability = s.preprocess(
  s.object({
    kind: mediaKind,
    name: token,
    mimeType,
    preferredPayloadType: payloadType,
    clockRate: uint32,
    channels: s.optional(byte),
    rtcpFeedback,
    parameters,
  }),
  (fields) => ({ ...named(fields), kind: codecKind(fields) }),
);
/** A codec that an end can receive, or that the room supports. */
export type V2RtpCodecCapability = s.InferOutput<typeof codecCapability>;

const headerExtensionCapability = s.object({
  /** `''`, from early versions, stands for both kinds. */
  kind: s.fallback(s.picklist(['audio', 'video', '']), ''),
  uri,
  preferredId: byte,
  preferredEncrypt: s.optional(s.boolean()),
});
/** A header extension that an end can receive, or that the room supports. */
export type V2RtpHeaderExtension = s.InferOutput<typeof headerExtensionCapability>;

/** Capabilities of an end, or of the room. */
export const v2RtpCapabilities = s.object({
  codecs: s.withDefault(s.array(codecCapability, MAX_CODECS), () => []),
  headerExtensions: s.withDefault(s.array(headerExtensionCapability, MAX_HEADER_EXTENSIONS), () => []),
  /** Always empty. */
  fecMechanisms: s.withDefault(s.array(s.fallback(token, ''), MAX_CODECS), () => []),
});
/** Capabilities of an end, or of the room: queryRoom and join. */
export type V2RtpCapabilities = s.InferOutput<typeof v2RtpCapabilities>;

const codecParameters = s.preprocess(
  s.object({
    name: token,
    mimeType,
    payloadType,
    clockRate: uint32,
    channels: s.optional(byte),
    rtcpFeedback,
    parameters,
  }),
  named,
);
/** One codec in use. */
export type V2RtpCodecParameters = s.InferOutput<typeof codecParameters>;

const encoding = s.object({
  ssrc: s.optional(uint32),
  rtx: s.optional(s.object({ ssrc: uint32 })),
  /** rid of a stream without an SSRC. */
  encodingId: s.optional(rid),
  /** Only in simulcast streams. */
  profile: s.optional(s.fallback(preferredProfile, 'default')),
});
/** One stream of a producer or consumer. Several streams are simulcast, each with its profile. */
export type V2RtpEncoding = s.InferOutput<typeof encoding>;

/** RTP parameters of a producer or consumer. Has no codecs if the receiver cannot decode the consumer. */
export const v2RtpParameters = s.object({
  /** `a=mid` of the sender. */
  muxId: s.optional(token),
  codecs: s.withDefault(s.array(codecParameters, MAX_CODECS), () => []),
  headerExtensions: s.withDefault(s.array(s.object({ uri, id: byte }), MAX_HEADER_EXTENSIONS), () => []),
  encodings: s.withDefault(s.array(encoding, 3), () => []),
  rtcp: s.withDefault(
    s.object({ cname: s.optional(visible), reducedSize: s.optional(s.boolean()), mux: s.optional(s.boolean()) }),
    () => ({}),
  ),
});
/** RTP parameters of a producer or consumer: createProducer and newConsumer, under their names in each dialect. */
export type V2RtpParameters = s.InferOutput<typeof v2RtpParameters>;

/**
 * Returns the `kind` of a producer or consumer. If it is neither `audio` nor `video`, returns the kind of the first codec, or undefined.
 */
export function kindOf({ kind, rtpParameters }: Fields): MediaKind | undefined {
  if (isKind(kind)) return kind;
  const { codecs } = Object(rtpParameters) as { codecs?: unknown };
  return codecKind(Object(Array.isArray(codecs) ? codecs[0] : undefined) as Fields);
}

/** Reads an object with a kind and RTP parameters. Derives a missing or unknown kind from the first codec. */
/* @__NO_SIDE_EFFECTS__ */
export function withKind<Schema extends s.AnySchema>(schema: Schema) {
  return s.preprocess(schema, (fields) => ({ ...fields, kind: kindOf(fields) ?? fields.kind }));
}
