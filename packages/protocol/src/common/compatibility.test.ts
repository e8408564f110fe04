import type * as mediasoup from 'mediasoup/types';
import type * as mediasoupClient from 'mediasoup-client/types';
import { describe, expectTypeOf, it } from 'vitest';

import type {
  AppData,
  DtlsParameters,
  IceCandidate,
  IceParameters,
  IceServer,
  MediaKind,
  RtpCapabilities,
  RtpHeaderExtensionUri,
  RtpParameters,
  SctpParameters,
  SctpStreamParameters,
} from './index.ts';

// Nothing runs here: it is the compiler that fails.
describe('types, compiled beside those of mediasoup (server)', () => {
  it('what a client sent can be given to the server library', () => {
    expectTypeOf<RtpParameters>().toExtend<mediasoup.RtpParameters>();
    expectTypeOf<RtpCapabilities>().toExtend<mediasoup.RtpCapabilities>();
    expectTypeOf<DtlsParameters>().toExtend<mediasoup.DtlsParameters>();
    expectTypeOf<SctpStreamParameters>().toExtend<mediasoup.SctpStreamParameters>();
    expectTypeOf<AppData>().toExtend<mediasoup.AppData>();
    expectTypeOf<MediaKind>().toEqualTypeOf<mediasoup.MediaKind>();
  });

  it('what the server library gives can be sent', () => {
    expectTypeOf<mediasoup.RtpParameters>().toExtend<RtpParameters>();
    expectTypeOf<mediasoup.RtpCapabilities>().toExtend<RtpCapabilities>();
    expectTypeOf<mediasoup.Router['rtpCapabilities']>().toExtend<RtpCapabilities>();
    expectTypeOf<mediasoup.IceParameters>().toExtend<IceParameters>();
    expectTypeOf<mediasoup.IceCandidate>().toExtend<IceCandidate>();
    expectTypeOf<mediasoup.DtlsParameters>().toExtend<DtlsParameters>();
    expectTypeOf<mediasoup.SctpParameters>().toExtend<SctpParameters>();
    expectTypeOf<mediasoup.SctpStreamParameters>().toExtend<SctpStreamParameters>();
  });
});

describe('types, compiled beside those of mediasoup-client', () => {
  it('what a server sent can be given to the client library', () => {
    expectTypeOf<IceParameters>().toExtend<mediasoupClient.IceParameters>();
    expectTypeOf<IceCandidate>().toExtend<mediasoupClient.IceCandidate>();
    expectTypeOf<DtlsParameters>().toExtend<mediasoupClient.DtlsParameters>();
    expectTypeOf<SctpParameters>().toExtend<mediasoupClient.SctpParameters>();
    expectTypeOf<SctpStreamParameters>().toExtend<mediasoupClient.SctpStreamParameters>();
    expectTypeOf<IceServer>().toExtend<RTCIceServer>();
  });

  it('but for one header extension, which only the server library lists, so do RTP parameters and capabilities', () => {
    type Uri = RtpHeaderExtensionUri;
    expectTypeOf<
      Exclude<Uri, mediasoupClient.RtpHeaderExtensionUri>
    >().toEqualTypeOf<'urn:ietf:params:rtp-hdrext:toffset'>();
    type Listed<Extension> = Omit<Extension, 'uri'> & { uri: mediasoupClient.RtpHeaderExtensionUri };
    type Without<From extends { headerExtensions?: unknown[] }> = Omit<From, 'headerExtensions'> & {
      headerExtensions?: Listed<NonNullable<From['headerExtensions']>[number]>[];
    };
    expectTypeOf<Without<RtpCapabilities>>().toExtend<mediasoupClient.RtpCapabilities>();
    expectTypeOf<Without<RtpParameters>>().toExtend<mediasoupClient.RtpParameters>();
  });

  it('what the client library gives can be sent', () => {
    expectTypeOf<mediasoupClient.RtpCapabilities>().toExtend<RtpCapabilities>();
    expectTypeOf<mediasoupClient.RtpParameters>().toExtend<RtpParameters>();
    expectTypeOf<mediasoupClient.DtlsParameters>().toExtend<DtlsParameters>();
  });

  it('but for the stream id, which its type makes optional though it always sets it, so can SCTP streams', () => {
    type Numbered = mediasoupClient.SctpStreamParameters & { streamId: number };
    expectTypeOf<Numbered>().toExtend<SctpStreamParameters>();
  });
});
