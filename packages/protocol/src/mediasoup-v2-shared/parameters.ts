import type { MediaKind, RtpHeaderExtensionUri, RtpParameters } from '../common/index.ts';
import { isCname, randomCname } from '../common/cname.ts';
import { fromV2Codec, toV2Codec, withoutMid } from './capabilities.ts';
import { profilesOf, rank, STREAM_PROFILES, type StreamProfile } from './profiles.ts';
import type { V2RtpEncoding, V2RtpParameters } from './rtp.ts';

/**
 * Converts the parameters that both generations share to v2, with the given streams. Always writes `rtcp.cname`, because a mediasoup 2
 * server relays `rtcp` unchanged, and mediasoup-client 2 writes it into SDP unchecked.
 */
function toV2(
  { mid, codecs, headerExtensions = [], rtcp }: RtpParameters,
  encodings: V2RtpEncoding[],
): V2RtpParameters {
  return {
    ...(mid ? { muxId: mid } : {}),
    codecs: codecs.map((codec) => ({
      ...toV2Codec(codec),
      payloadType: codec.payloadType,
      clockRate: codec.clockRate,
    })),
    headerExtensions: headerExtensions.map(({ uri, id }) => ({ uri, id })),
    encodings,
    rtcp: {
      cname: isCname(rtcp?.cname) ? rtcp.cname : randomCname(),
      reducedSize: rtcp?.reducedSize ?? true,
      mux: true,
    },
  };
}

type Encoding = NonNullable<RtpParameters['encodings']>[number];

const toV2Stream = ({ ssrc, rid, rtx }: Encoding): V2RtpEncoding => ({
  ...(ssrc === undefined ? {} : { ssrc }),
  ...(rtx ? { rtx: { ssrc: rtx.ssrc } } : {}),
  ...(rid ? { encodingId: rid } : {}),
});

/**
 * Converts mediasoup-client's parameters for createProducer. Streams receive the profiles low, medium and high, starting with the lowest
 * stream. A single stream receives none, as v2 requires.
 */
export function toV2ProducerParameters(rtpParameters: RtpParameters): V2RtpParameters {
  const { encodings = [] } = rtpParameters;
  const profiles = profilesOf(encodings.length);
  return toV2(
    rtpParameters,
    encodings.map((encoding, index) => {
      const profile = profiles[index];
      return { ...toV2Stream(encoding), ...(profile ? { profile } : {}) };
    }),
  );
}

/** Converts mediasoup 3's consumer parameters for newConsumer and similar messages: one stream, and no MID. */
export function toV2ConsumerParameters({ mid: _, ...rtpParameters }: RtpParameters): V2RtpParameters {
  return toV2(withoutMid(rtpParameters), (rtpParameters.encodings ?? []).map(toV2Stream));
}

/** Returns the parameters of a consumer that its receiver cannot decode. */
export function emptyV2Parameters(): V2RtpParameters {
  return { codecs: [], headerExtensions: [], encodings: [], rtcp: {} };
}

function fromV2({ codecs, headerExtensions, rtcp }: V2RtpParameters, encodings: readonly V2RtpEncoding[]) {
  return {
    codecs: codecs.map((codec) => ({
      ...fromV2Codec(codec),
      payloadType: codec.payloadType,
      clockRate: codec.clockRate,
    })),
    headerExtensions: headerExtensions.map(({ uri, id }) => ({
      uri: uri as RtpHeaderExtensionUri,
      id,
      encrypt: false,
      parameters: {},
    })),
    encodings: encodings.map(({ ssrc, rtx, encodingId }) => ({
      ...(ssrc === undefined ? {} : { ssrc }),
      ...(rtx ? { rtx: { ssrc: rtx.ssrc } } : {}),
      ...(encodingId ? { rid: encodingId } : {}),
    })),
    rtcp: { ...(rtcp.cname ? { cname: rtcp.cname } : {}), reducedSize: rtcp.reducedSize ?? true },
  } satisfies RtpParameters;
}

/**
 * Converts the parameters of createProducer for mediasoup 3, starting with the lowest stream. Also returns the profiles of the streams, by
 * which consumers name them. A single stream has none. Missing or repeated profiles follow from the order.
 */
export function fromV2ProducerParameters(v2: V2RtpParameters): {
  rtpParameters: RtpParameters;
  profiles: StreamProfile[];
} {
  const streams = STREAM_PROFILES.flatMap((profile) => {
    const encoding = v2.encodings.filter((each) => each.profile === profile);
    return encoding.length === 1 ? encoding : [];
  });
  const isNamed = streams.length > 1 && streams.length === v2.encodings.length;
  const rtpParameters = {
    ...(v2.muxId ? { mid: v2.muxId } : {}),
    ...fromV2(v2, isNamed ? streams : v2.encodings),
  };
  return {
    rtpParameters,
    profiles: isNamed
      ? streams.map(({ profile }) => profile as StreamProfile).sort((one, other) => rank(one) - rank(other))
      : profilesOf(v2.encodings.length),
  };
}

/**
 * Converts the parameters of newConsumer for mediasoup-client. Sets a mid, because mediasoup-client would derive one from the number of
 * media sections, which repeats after a close. Removes the MID header extension. Sets a cname, because mediasoup-client signals no SSRC
 * without one.
 */
export function fromV2ConsumerParameters(
  v2: V2RtpParameters,
  { id, kind }: { readonly id: number; readonly kind: MediaKind },
): RtpParameters {
  const mid = `${kind.charAt(0)}${id}`;
  const { rtcp, ...rest } = withoutMid(fromV2(v2, v2.encodings));
  return { mid, ...rest, rtcp: { cname: mid, ...rtcp } };
}
