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
describe('types compared with those of mediasoup (server)', () => {
  it('data of clients fits the server library', () => {
    expectTypeOf<RtpParameters>().toExtend<mediasoup.RtpParameters>();
    expectTypeOf<RtpCapabilities>().toExtend<mediasoup.RtpCapabilities>();
    expectTypeOf<DtlsParameters>().toExtend<mediasoup.DtlsParameters>();
    expectTypeOf<SctpStreamParameters>().toExtend<mediasoup.SctpStreamParameters>();
    expectTypeOf<AppData>().toExtend<mediasoup.AppData>();
    expectTypeOf<MediaKind>().toEqualTypeOf<mediasoup.MediaKind>();
  });

  it('data of the server library can be sent', () => {
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

describe('types compared with those of mediasoup-client', () => {
  it('data of servers fits the client library', () => {
    expectTypeOf<IceParameters>().toExtend<mediasoupClient.IceParameters>();
    expectTypeOf<IceCandidate>().toExtend<mediasoupClient.IceCandidate>();
    expectTypeOf<DtlsParameters>().toExtend<mediasoupClient.DtlsParameters>();
    expectTypeOf<SctpParameters>().toExtend<mediasoupClient.SctpParameters>();
    expectTypeOf<SctpStreamParameters>().toExtend<mediasoupClient.SctpStreamParameters>();
    expectTypeOf<IceServer>().toExtend<RTCIceServer>();
  });

  it('RTP parameters and capabilities of servers fit it, except for one header extension that only the server library lists', () => {
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

  it('data of the client library can be sent', () => {
    expectTypeOf<mediasoupClient.RtpCapabilities>().toExtend<RtpCapabilities>();
    expectTypeOf<mediasoupClient.RtpParameters>().toExtend<RtpParameters>();
    expectTypeOf<mediasoupClient.DtlsParameters>().toExtend<DtlsParameters>();
  });

  it('its SCTP streams can be sent, except that their type has an optional stream ID', () => {
    type Numbered = mediasoupClient.SctpStreamParameters & { streamId: number };
    expectTypeOf<Numbered>().toExtend<SctpStreamParameters>();
  });
});
