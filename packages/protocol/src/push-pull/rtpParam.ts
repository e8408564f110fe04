import { integer, mediaKind, payloadType, uint32 } from '../common/index.ts';
import * as s from '../common/schema/index.ts';
import { line, token } from '../common/grammar.ts';
import { MAX_PARAMETER_LENGTH, MAX_RTCP_FEEDBACK } from '../common/limits.ts';

const byte = integer(1, 255);
const fmtp = s.string(MAX_PARAMETER_LENGTH, /^[ -~]*$/, 'ASCII within one line');

/** Fields that RTCPilot omits. Other servers send 0 or -1. */
const absentUnlessPositive = ['channel', 'mid_ext_id', 'tcc_ext_id', 'abs_send_time_ext_id'];

/** Numbers that some pages of RTCPilot send as the media kind. */
const kindsByNumber: Readonly<Record<number, unknown>> = { 1: 'video', 2: 'audio' };

/** RTP of a pusher, in the form of RTCPilot. */
export const rtpParam = s.preprocess(
  s.object({
    av_type: mediaKind,
    /** E.g. `opus`, `H264`. */
    codec: s.pipe(token, s.notEmpty),
    /** In Hz. */
    clock_rate: uint32,
    /** Audio only. */
    channel: s.optional(byte),
    /** As in SDP's fmtp: `minptime=10;useinbandfec=1`. */
    fmtp_param: s.withDefault(fmtp, ''),
    /** As in SDP's rtcp-fb: `nack pli`. */
    rtcp_features: s.withDefault(s.array(line, MAX_RTCP_FEEDBACK), () => []),
    payload_type: payloadType,
    /** 0 if there is no retransmission stream. */
    rtx_payload_type: s.withDefault(payloadType, 0),
    ssrc: s.withDefault(uint32, 0),
    /** 0 if there is no retransmission stream. */
    rtx_ssrc: s.withDefault(uint32, 0),
    use_nack: s.withDefault(s.boolean(), false),
    /** Video only. Whether receivers can request key frames. */
    key_request: s.optional(s.boolean()),
    /** Header extension IDs. Missing if not in use. */
    mid_ext_id: s.optional(byte),
    tcc_ext_id: s.optional(byte),
    abs_send_time_ext_id: s.optional(byte),
  }),
  (fields) => {
    const read: Record<string, unknown> = { ...fields, av_type: readKind(fields) };
    for (const name of absentUnlessPositive) if (Number(read[name]) <= 0) delete read[name];
    return read;
  },
);
/** RTP of a pusher, in the form of RTCPilot. */
export type RtpParam = s.InferOutput<typeof rtpParam>;

function readKind({ av_type: kind, codec, clock_rate: clockRate }: Readonly<Record<string, unknown>>): unknown {
  const isMissing = kind === undefined || kind === null;
  if (!isMissing) return kindsByNumber[kind as number] ?? kind;
  return clockRate === 90000 || /^(?:vp|h26|av1)/i.test(String(codec)) ? 'video' : 'audio';
}
