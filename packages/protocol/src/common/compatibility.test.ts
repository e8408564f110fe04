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

// The tests make no assertion at run time: the compiler reports a failure.
describe('Types compared with mediasoup (server)', () => {
  it('lets client data fit the server library', () => {
    expectTypeOf<RtpParameters>().toExtend<mediasoup.RtpParameters>();
    expectTypeOf<RtpCapabilities>().toExtend<mediasoup.RtpCapabilities>();
    expectTypeOf<DtlsParameters>().toExtend<mediasoup.DtlsParameters>();
    expectTypeOf<SctpStreamParameters>().toExtend<mediasoup.SctpStreamParameters>();
    expectTypeOf<AppData>().toExtend<mediasoup.AppData>();
    expectTypeOf<MediaKind>().toEqualTypeOf<mediasoup.MediaKind>();
  });

  it('lets a server send data of the server library', () => {
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

describe('Types compared with mediasoup-client', () => {
  it('lets server data fit the client library', () => {
    expectTypeOf<IceParameters>().toExtend<mediasoupClient.IceParameters>();
    expectTypeOf<IceCandidate>().toExtend<mediasoupClient.IceCandidate>();
    expectTypeOf<DtlsParameters>().toExtend<mediasoupClient.DtlsParameters>();
    expectTypeOf<SctpParameters>().toExtend<mediasoupClient.SctpParameters>();
    expectTypeOf<SctpStreamParameters>().toExtend<mediasoupClient.SctpStreamParameters>();
    expectTypeOf<IceServer>().toExtend<RTCIceServer>();
  });

  it('lets RTP parameters and capabilities fit, except for a header extension that only the server library lists', () => {
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

  it('lets a client send data of the client library', () => {
    expectTypeOf<mediasoupClient.RtpCapabilities>().toExtend<RtpCapabilities>();
    expectTypeOf<mediasoupClient.RtpParameters>().toExtend<RtpParameters>();
    expectTypeOf<mediasoupClient.DtlsParameters>().toExtend<DtlsParameters>();
  });

  it('lets a client send SCTP streams, except that the stream ID is optional in the library', () => {
    type Numbered = mediasoupClient.SctpStreamParameters & { streamId: number };
    expectTypeOf<Numbered>().toExtend<SctpStreamParameters>();
  });
});
