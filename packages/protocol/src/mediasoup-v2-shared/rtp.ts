import { byte, mediaKind, payloadType, uint32, type MediaKind } from '../common/index.ts';
import * as s from '../common/schema/index.ts';
import { line, mimeType, parameters as fields, rid, token, uri, visible } from '../common/grammar.ts';
import { MAX_CODECS, MAX_HEADER_EXTENSIONS, MAX_RTCP_FEEDBACK } from '../common/limits.ts';
import { preferredProfile } from './profiles.ts';

/** RTP as mediasoup 2 describes it; the differences to mediasoup 3 are bridged in capabilities.ts and parameters.ts. */

type Fields = Readonly<Record<string, unknown>>;

const isKind = (kind: unknown): kind is MediaKind => kind === 'audio' || kind === 'video';

const parameters = s.withDefault(fields, () => ({}));

/** Early servers leave it out for rtx, and `parameter` where there is none. */
const rtcpFeedback = s.withDefault(
  s.array(s.object({ type: token, parameter: s.optional(line) }), MAX_RTCP_FEEDBACK),
  () => [],
);

/** Kind of a codec, which its MIME type says too. */
function codecKind({ kind, mimeType }: Fields): MediaKind | undefined {
  const said = isKind(kind) ? kind : typeof mimeType === 'string' ? mimeType.split('/')[0]?.toLowerCase() : undefined;
  return isKind(said) ? said : undefined;
}

/** `video/VP8` says all that `kind` and `name` say; each is made of the others where it is missing. */
function named(fields: Fields): Fields {
  const kind = codecKind(fields);
  const name = fields.name ?? (typeof fields.mimeType === 'string' ? fields.mimeType.split('/')[1] : undefined);
  const mimeType = fields.mimeType ?? (kind && typeof name === 'string' ? `${kind}/${name}` : undefined);
  return { ...fields, name, mimeType };
}

/** One codec that an end can receive, or that the room takes. */
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
/** One codec that an end can receive, or that the room takes. */
export type V2RtpCodecCapability = s.InferOutput<typeof codecCapability>;

const headerExtensionCapability = s.object({
  /** `''`: both; so said early versions. */
  kind: s.fallback(s.picklist(['audio', 'video', '']), ''),
  uri,
  preferredId: byte,
  preferredEncrypt: s.optional(s.boolean()),
});
/** One header extension that an end can receive, or that the room takes. */
export type V2RtpHeaderExtension = s.InferOutput<typeof headerExtensionCapability>;

/** What an end can receive, or what the room takes. */
export const v2RtpCapabilities = s.object({
  codecs: s.withDefault(s.array(codecCapability, MAX_CODECS), () => []),
  headerExtensions: s.withDefault(s.array(headerExtensionCapability, MAX_HEADER_EXTENSIONS), () => []),
  /** Always empty. */
  fecMechanisms: s.withDefault(s.array(s.fallback(token, ''), MAX_CODECS), () => []),
});
/** What an end can receive, or what the room takes: queryRoom and join. */
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
  /** The rid, where streams are told apart by that. */
  encodingId: s.optional(rid),
  /** Of simulcast streams only. */
  profile: s.optional(s.fallback(preferredProfile, 'default')),
});
/** One stream of a producer or consumer; several are simulcast, each with a profile of its own. */
export type V2RtpEncoding = s.InferOutput<typeof encoding>;

/** How the RTP of one producer or consumer looks; a consumer that its receiver cannot decode has no codecs. */
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
/** How the RTP of one producer or consumer looks: createProducer and newConsumer, whatever the dialect calls them. */
export type V2RtpParameters = s.InferOutput<typeof v2RtpParameters>;

/**
 * `kind` of what has RTP parameters; where it is neither `audio` nor `video`, that of the first codec. Undefined where
 * nothing says it.
 */
export function kindOf({ kind, rtpParameters }: Fields): MediaKind | undefined {
  if (isKind(kind)) return kind;
  const { codecs } = Object(rtpParameters) as { codecs?: unknown };
  return codecKind(Object(Array.isArray(codecs) ? codecs[0] : undefined) as Fields);
}

/** Reads what has a kind and RTP parameters; a kind that is neither audio nor video is that of the first codec. */
/* @__NO_SIDE_EFFECTS__ */
export function withKind<Schema extends s.AnySchema>(schema: Schema) {
  return s.preprocess(schema, (fields) => ({ ...fields, kind: kindOf(fields) ?? fields.kind }));
}
