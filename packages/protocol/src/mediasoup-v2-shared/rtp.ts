import { byte, maybe, mediaKind, payloadType, prepared, shape, uint32, type MediaKind } from '../common/index.ts';
import { line, mimeType, parameters as fields, rid, token, uri, visible } from '../common/grammar.ts';
import * as v from '../common/kinds.ts';
import { MAX_CODECS, MAX_HEADER_EXTENSIONS, MAX_RTCP_FEEDBACK } from '../common/limits.ts';
import { preferredProfile } from './profiles.ts';

/** RTP as mediasoup 2 describes it; the differences to mediasoup 3 are bridged in capabilities.ts and parameters.ts. */

type Fields = Readonly<Record<string, unknown>>;

const isKind = (kind: unknown): kind is MediaKind => kind === 'audio' || kind === 'video';

const parameters = v.nullish(fields, () => ({}));

/** Early servers leave it out for rtx, and `parameter` where there is none. */
const rtcpFeedback = v.nullish(v.array(shape({ type: token, parameter: maybe(line) }), MAX_RTCP_FEEDBACK), () => []);

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
const codecCapability = prepared(
  shape({
    kind: mediaKind,
    name: token,
    mimeType,
    preferredPayloadType: payloadType,
    clockRate: uint32,
    channels: maybe(byte),
    rtcpFeedback,
    parameters,
  }),
  (fields) => ({ ...named(fields), kind: codecKind(fields) }),
);
/** One codec that an end can receive, or that the room takes. */
export type V2RtpCodecCapability = v.InferOutput<typeof codecCapability>;

const headerExtensionCapability = shape({
  /** `''`: both; so said early versions. */
  kind: v.fallback(v.picklist(['audio', 'video', '']), ''),
  uri,
  preferredId: byte,
  preferredEncrypt: maybe(v.boolean()),
});
/** One header extension that an end can receive, or that the room takes. */
export type V2RtpHeaderExtension = v.InferOutput<typeof headerExtensionCapability>;

/** What an end can receive, or what the room takes. */
export const v2RtpCapabilities = shape({
  codecs: v.nullish(v.array(codecCapability, MAX_CODECS), () => []),
  headerExtensions: v.nullish(v.array(headerExtensionCapability, MAX_HEADER_EXTENSIONS), () => []),
  /** Always empty. */
  fecMechanisms: v.nullish(v.array(v.fallback(token, ''), MAX_CODECS), () => []),
});
/** What an end can receive, or what the room takes: queryRoom and join. */
export type V2RtpCapabilities = v.InferOutput<typeof v2RtpCapabilities>;

const codecParameters = prepared(
  shape({
    name: token,
    mimeType,
    payloadType,
    clockRate: uint32,
    channels: maybe(byte),
    rtcpFeedback,
    parameters,
  }),
  named,
);
/** One codec in use. */
export type V2RtpCodecParameters = v.InferOutput<typeof codecParameters>;

const encoding = shape({
  ssrc: maybe(uint32),
  rtx: maybe(shape({ ssrc: uint32 })),
  /** The rid, where streams are told apart by that. */
  encodingId: maybe(rid),
  /** Of simulcast streams only. */
  profile: maybe(v.fallback(preferredProfile, 'default')),
});
/** One stream of a producer or consumer; several are simulcast, each with a profile of its own. */
export type V2RtpEncoding = v.InferOutput<typeof encoding>;

/** How the RTP of one producer or consumer looks; a consumer that its receiver cannot decode has no codecs. */
export const v2RtpParameters = shape({
  /** `a=mid` of the sender. */
  muxId: maybe(token),
  codecs: v.nullish(v.array(codecParameters, MAX_CODECS), () => []),
  headerExtensions: v.nullish(v.array(shape({ uri, id: byte }), MAX_HEADER_EXTENSIONS), () => []),
  encodings: v.nullish(v.array(encoding, 3), () => []),
  rtcp: v.nullish(
    shape({ cname: maybe(visible), reducedSize: maybe(v.boolean()), mux: maybe(v.boolean()) }),
    () => ({}),
  ),
});
/** How the RTP of one producer or consumer looks: createProducer and newConsumer, whatever the dialect calls them. */
export type V2RtpParameters = v.InferOutput<typeof v2RtpParameters>;

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
export function withKind<Schema extends v.GenericSchema>(schema: Schema) {
  return prepared(schema, (fields) => ({ ...fields, kind: kindOf(fields) ?? fields.kind }));
}
