import { describe, expect, it } from 'vitest';

import type { RtpParameters } from '../common/index.ts';
import { parseFmtp, toRtpParam, toRtpParameters } from './rtpConversion.ts';

describe('RTP conversion', () => {
  const h264 = {
    av_type: 'video' as const,
    clock_rate: 90000,
    codec: 'H264',
    fmtp_param: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
    key_request: true,
    mid_ext_id: 4,
    payload_type: 109,
    rtcp_features: ['goog-remb', 'ccm fir', 'nack', 'nack pli'],
    rtx_payload_type: 114,
    rtx_ssrc: 6,
    ssrc: 5,
    tcc_ext_id: 3,
    use_nack: true,
  };

  it("converts a pusher to mediasoup's form", () => {
    expect(toRtpParameters(h264)).toEqual({
      codecs: [
        {
          mimeType: 'video/H264',
          payloadType: 109,
          clockRate: 90000,
          parameters: { 'level-asymmetry-allowed': 1, 'packetization-mode': 1, 'profile-level-id': '42e01f' },
          rtcpFeedback: [
            { type: 'goog-remb', parameter: '' },
            { type: 'ccm', parameter: 'fir' },
            { type: 'nack', parameter: '' },
            { type: 'nack', parameter: 'pli' },
          ],
        },
        { mimeType: 'video/rtx', payloadType: 114, clockRate: 90000, parameters: { apt: 109 }, rtcpFeedback: [] },
      ],
      headerExtensions: [
        { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4, encrypt: false, parameters: {} },
        {
          uri: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
          id: 3,
          encrypt: false,
          parameters: {},
        },
      ],
      encodings: [{ ssrc: 5, rtx: { ssrc: 6 } }],
      rtcp: { reducedSize: true },
    });
    expect(toRtpParam('video', toRtpParameters(h264))).toEqual(h264);
  });

  it("converts a producer to RTCPilot's form, with one stream for simulcast", () => {
    const parameters: RtpParameters = {
      codecs: [
        { mimeType: 'video/VP8', payloadType: 101, clockRate: 90000, parameters: { 'x-google-start-bitrate': 1000 } },
        { mimeType: 'video/rtx', payloadType: 102, clockRate: 90000, parameters: { apt: 99 } },
      ],
      encodings: [{ ssrc: 1 }, { ssrc: 2 }, { ssrc: 3 }],
    };
    expect(toRtpParam('video', parameters)).toEqual({
      av_type: 'video',
      codec: 'VP8',
      clock_rate: 90000,
      fmtp_param: 'x-google-start-bitrate=1000',
      rtcp_features: [],
      payload_type: 101,
      rtx_payload_type: 0,
      ssrc: 1,
      rtx_ssrc: 0,
      use_nack: false,
    });
    expect(() => toRtpParam('video', { codecs: [] })).toThrow(TypeError);
  });

  it('parses an fmtp written by hand', () => {
    expect(parseFmtp(' minptime=10; useinbandfec=1 ;stereo;; x=a=b ; p=007')).toEqual({
      minptime: 10,
      useinbandfec: 1,
      stereo: '',
      x: 'a=b',
      p: '007',
    });
    expect(parseFmtp('')).toEqual({});
  });
});
