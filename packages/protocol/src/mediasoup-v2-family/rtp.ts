import { anyFields, maybe, mediaKind, prepared, shape, uint32, type MediaKind } from '../common/index.ts';
import * as v from '../common/kinds.ts';
import { preferredProfile } from './profiles.ts';

/** RTP as mediasoup 2 describes it; the differences to mediasoup 3 are bridged in capabilities.ts and parameters.ts. */

type Fields = Readonly<Record<string, unknown>>;

const isKind = (kind: unknown): kind is MediaKind => kind === 'audio' || kind === 'video';

const parameters = v.nullish(anyFields, () => ({}));

/** Early servers leave it out for rtx, and `parameter` where there is none. */
const rtcpFeedback = v.nullish(v.array(shape({ type: v.string(), parameter: maybe(v.string()) })), () => []);

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
    name: v.string(),
    mimeType: v.string(),
    preferredPayloadType: v.number(),
    clockRate: v.number(),
    channels: maybe(v.number()),
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
  uri: v.string(),
  preferredId: v.number(),
  preferredEncrypt: maybe(v.boolean()),
});
/** One header extension that an end can receive, or that the room takes. */
export type V2RtpHeaderExtension = v.InferOutput<typeof headerExtensionCapability>;

/** What an end can receive, or what the room takes. */
export const v2RtpCapabilities = shape({
  codecs: v.nullish(v.array(codecCapability), () => []),
  headerExtensions: v.nullish(v.array(headerExtensionCapability), () => []),
  /** Always empty. */
  fecMechanisms: v.nullish(v.array(v.unknown()), () => []),
});
/** What an end can receive, or what the room takes: queryRoom and join. */
export type V2RtpCapabilities = v.InferOutput<typeof v2RtpCapabilities>;

const codecParameters = prepared(
  shape({
    name: v.string(),
    mimeType: v.string(),
    payloadType: v.number(),
    clockRate: v.number(),
    channels: maybe(v.number()),
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
  encodingId: maybe(v.string()),
  /** Of simulcast streams only. */
  profile: maybe(v.fallback(preferredProfile, 'default')),
});
/** One stream of a producer or consumer; several are simulcast, each with a profile of its own. */
export type V2RtpEncoding = v.InferOutput<typeof encoding>;

/** How the RTP of one producer or consumer looks; a consumer that its receiver cannot decode has no codecs. */
export const v2RtpParameters = shape({
  /** `a=mid` of the sender. */
  muxId: maybe(v.string()),
  codecs: v.nullish(v.array(codecParameters), () => []),
  headerExtensions: v.nullish(v.array(shape({ uri: v.string(), id: v.number() })), () => []),
  encodings: v.nullish(
    v.pipe(
      v.array(encoding),
      v.check((encodings) => encodings.length <= 3, 'Expected 3 at most'),
    ),
    () => [],
  ),
  rtcp: v.nullish(
    shape({ cname: maybe(v.string()), reducedSize: maybe(v.boolean()), mux: maybe(v.boolean()) }),
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
