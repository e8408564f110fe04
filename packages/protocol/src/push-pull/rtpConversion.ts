import type { MediaKind, RtpHeaderExtensionUri, RtpParameters } from '../common/index.ts';
import type { RtpParam } from './rtpParam.ts';

type ExtensionField = 'mid_ext_id' | 'tcc_ext_id' | 'abs_send_time_ext_id';

const extensionUris: readonly (readonly [ExtensionField, RtpHeaderExtensionUri])[] = [
  ['mid_ext_id', 'urn:ietf:params:rtp-hdrext:sdes:mid'],
  ['tcc_ext_id', 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01'],
  ['abs_send_time_ext_id', 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time'],
];

/** Parses the parameters of a codec from an fmtp (`minptime=10;useinbandfec=1`) as numbers and texts. */
export function parseFmtp(fmtp: string): Record<string, string | number> {
  const parameters: Record<string, string | number> = {};
  for (const part of fmtp.split(';')) {
    const [name = '', ...value] = part.trim().split('=');
    const text = value.join('=').trim();
    if (name !== '') parameters[name] = String(Number(text)) === text ? Number(text) : text;
  }
  return parameters;
}

/** Formats the parameters of a codec as an fmtp. A parameter without a value is written as its name. */
export function formatFmtp(parameters: Readonly<Record<string, unknown>> = {}): string {
  return Object.entries(parameters)
    .map(([name, value]) => (value === '' || value === undefined ? name : `${name}=${String(value as string)}`))
    .join(';');
}

/** Converts a pusher's RTP for mediasoup: one codec, its retransmissions if any, one encoding. */
export function toRtpParameters(rtpParam: RtpParam): RtpParameters {
  const { av_type: kind, codec, clock_rate: clockRate, channel, ssrc, payload_type: payloadType } = rtpParam;
  const { rtx_payload_type: rtxPayloadType, rtx_ssrc: rtxSsrc } = rtpParam;
  const rtx = {
    mimeType: `${kind}/rtx`,
    payloadType: rtxPayloadType,
    clockRate,
    parameters: { apt: payloadType },
    rtcpFeedback: [],
  };
  return {
    codecs: [
      {
        mimeType: `${kind}/${codec}`,
        payloadType,
        clockRate,
        ...(channel === undefined ? {} : { channels: channel }),
        parameters: parseFmtp(rtpParam.fmtp_param),
        rtcpFeedback: rtpParam.rtcp_features.map((feature) => {
          const [type = '', ...parameter] = feature.split(' ');
          return { type, parameter: parameter.join(' ') };
        }),
      },
      ...(rtxPayloadType > 0 ? [rtx] : []),
    ],
    headerExtensions: extensionUris.flatMap(([field, uri]) => {
      const id = rtpParam[field];
      return id === undefined ? [] : [{ uri, id, encrypt: false, parameters: {} }];
    }),
    encodings: ssrc > 0 ? [{ ssrc, ...(rtxSsrc > 0 ? { rtx: { ssrc: rtxSsrc } } : {}) }] : [],
    rtcp: { reducedSize: true },
  };
}

/**
 * Converts a producer's RTP for its receivers: the first codec, with the numbers of `parameters`, which are mediasoup's consumable
 * parameters. Simulcast becomes one stream.
 */
export function toRtpParam(kind: MediaKind, parameters: RtpParameters): RtpParam {
  const isRtx = (mimeType: string) => mimeType.toLowerCase().endsWith('/rtx');
  const codec = parameters.codecs.find(({ mimeType }) => !isRtx(mimeType));
  if (codec === undefined) throw new TypeError('RTP parameters without a codec');
  const rtx = parameters.codecs.find(
    ({ mimeType, parameters: { apt } = {} }) => isRtx(mimeType) && apt === codec.payloadType,
  );
  const features = (codec.rtcpFeedback ?? []).map(({ type, parameter }) => (parameter ? `${type} ${parameter}` : type));
  const [encoding = {}] = parameters.encodings ?? [];
  const ids: Partial<Record<ExtensionField, number>> = {};
  for (const [field, uri] of extensionUris) {
    const extension = parameters.headerExtensions?.find((one) => one.uri === uri);
    if (extension !== undefined) ids[field] = extension.id;
  }
  return {
    av_type: kind,
    codec: codec.mimeType.slice(kind.length + 1),
    clock_rate: codec.clockRate,
    ...(codec.channels === undefined ? {} : { channel: codec.channels }),
    fmtp_param: formatFmtp(codec.parameters),
    rtcp_features: features,
    payload_type: codec.payloadType,
    rtx_payload_type: rtx?.payloadType ?? 0,
    ssrc: encoding.ssrc ?? 0,
    rtx_ssrc: rtx === undefined ? 0 : (encoding.rtx?.ssrc ?? 0),
    use_nack: features.includes('nack'),
    ...(features.some((feature) => feature === 'nack pli' || feature === 'ccm fir') ? { key_request: true } : {}),
    ...ids,
  };
}
