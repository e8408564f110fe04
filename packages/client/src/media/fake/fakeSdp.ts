import type { MediaKind, RtpParameters } from '@tureen/protocol/common';

import type { PulledRtp } from '../PeerConnectionMedia.ts';

export interface FakeSection {
  readonly kind: MediaKind;
  readonly direction: 'sendonly' | 'recvonly';
  /** Parameters of a pulled stream. A push offers opus, or VP8 and H264. */
  readonly rtpParam?: PulledRtp;
}

const offered: Readonly<Record<MediaKind, readonly PulledRtp[]>> = {
  audio: [
    { codec: 'opus', clock_rate: 48000, channel: 2, fmtp_param: 'minptime=10;useinbandfec=1', payload_type: 111 },
  ],
  video: [
    { codec: 'VP8', clock_rate: 90000, fmtp_param: '', payload_type: 96 },
    {
      codec: 'H264',
      clock_rate: 90000,
      fmtp_param: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
      payload_type: 108,
    },
  ],
};

const fingerprint = Array.from({ length: 32 }, (_, index) =>
  (index * 7 + 1).toString(16).padStart(2, '0').toUpperCase(),
).join(':');

let offers = 0;

/**
 * Creates the offer of a new connection, with the parts that a server reads. Each offer has a unique session ID and ICE user
 * name, by which servers detect a repeated offer.
 */
export function fakeOffer(sections: readonly FakeSection[]): string {
  const session = String(++offers);
  const lines = ['v=0', `o=- ${session} 2 IN IP4 127.0.0.1`, 's=-', 't=0 0'];
  lines.push(`a=group:BUNDLE ${sections.map((_, mid) => mid).join(' ')}`);
  for (const [mid, section] of sections.entries()) lines.push(...sectionLines(section, mid, session));
  return `${lines.join('\r\n')}\r\n`;
}

function sectionLines({ kind, direction, rtpParam }: FakeSection, mid: number, session: string): string[] {
  const codecs = rtpParam === undefined ? offered[kind] : [rtpParam];
  const payloadTypes = codecs.map((codec) => codec.payload_type).join(' ');
  const ssrc = 1000 + mid;
  return [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${payloadTypes}`,
    'c=IN IP4 0.0.0.0',
    ...codecs.flatMap(({ payload_type: payloadType, codec, clock_rate: rate, channel, fmtp_param: fmtp }) => [
      `a=rtpmap:${payloadType} ${codec}/${rate}${channel === undefined ? '' : `/${channel}`}`,
      ...(fmtp === '' ? [] : [`a=fmtp:${payloadType} ${fmtp}`]),
    ]),
    'a=setup:actpass',
    `a=mid:${mid}`,
    `a=${direction}`,
    `a=ice-ufrag:fake${session}`,
    'a=ice-pwd:fakefakefakefakefakefake',
    `a=fingerprint:sha-256 ${fingerprint}`,
    'a=rtcp-mux',
    ...(direction === 'sendonly' ? [`a=ssrc:${ssrc} cname:fake`] : []),
  ];
}

/** Returns the RTP parameters of a fake consumer. */
export function pulledParameters(kind: MediaKind, rtpParam: PulledRtp, mid: string): RtpParameters {
  return {
    mid,
    codecs: [
      {
        mimeType: `${kind}/${rtpParam.codec}`,
        payloadType: rtpParam.payload_type,
        clockRate: rtpParam.clock_rate,
        ...(rtpParam.channel === undefined ? {} : { channels: rtpParam.channel }),
        parameters: {},
        rtcpFeedback: [],
      },
    ],
    headerExtensions: [],
    encodings: [{ ssrc: 1 }],
  };
}
