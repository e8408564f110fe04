import type * as mediasoup from 'mediasoup/types';
import { describe, expect, expectTypeOf, it } from 'vitest';

import {
  type DataConsumerStat,
  type DataProducerStat,
  type InboundRtpStat,
  type OutboundRtpStat,
  type ServerStat,
  type WebRtcTransportStat,
  formatIssue,
  parse,
  serverStats,
} from './index.ts';

/** Declared fields without the index signature. */
type Declared<Stat> = { [Key in keyof Stat as string extends Key ? never : Key]: Stat[Key] };
type FieldsOf<Stat> = Stat extends unknown ? keyof Declared<Stat> : never;
type TypeOf<Stat, Key> = Stat extends unknown
  ? Key extends keyof Declared<Stat>
    ? Declared<Stat>[Key]
    : never
  : never;
/** Names of all fields that the types declare as numbers or texts. */
type FieldsWith<Type> = {
  [Key in FieldsOf<ServerStat>]: undefined extends TypeOf<ServerStat, Key>
    ? [NonNullable<TypeOf<ServerStat, Key>>] extends [Type]
      ? Key
      : never
    : never;
}[FieldsOf<ServerStat>];

const numbers: Readonly<Record<FieldsWith<number>, 1>> = {
  packetCount: 1,
  byteCount: 1,
  bitrate: 1,
  score: 1,
  ssrc: 1,
  rtxSsrc: 1,
  packetsLost: 1,
  fractionLost: 1,
  jitter: 1,
  roundTripTime: 1,
  packetsDiscarded: 1,
  packetsRetransmitted: 1,
  packetsRepaired: 1,
  rtxPacketsDiscarded: 1,
  nackCount: 1,
  nackPacketCount: 1,
  pliCount: 1,
  firCount: 1,
  bytesReceived: 1,
  recvBitrate: 1,
  bytesSent: 1,
  sendBitrate: 1,
  rtpBytesReceived: 1,
  rtpRecvBitrate: 1,
  rtpBytesSent: 1,
  rtpSendBitrate: 1,
  rtxBytesReceived: 1,
  rtxRecvBitrate: 1,
  rtxBytesSent: 1,
  rtxSendBitrate: 1,
  probationBytesSent: 1,
  probationSendBitrate: 1,
  availableOutgoingBitrate: 1,
  availableIncomingBitrate: 1,
  maxIncomingBitrate: 1,
  maxOutgoingBitrate: 1,
  minOutgoingBitrate: 1,
  rtpPacketLossReceived: 1,
  rtpPacketLossSent: 1,
  messagesReceived: 1,
  messagesSent: 1,
  bufferedAmount: 1,
};

const texts: Readonly<Record<FieldsWith<string>, 1>> = {
  kind: 1,
  mimeType: 1,
  rid: 1,
  iceRole: 1,
  iceState: 1,
  dtlsState: 1,
  sctpState: 1,
  label: 1,
  protocol: 1,
};

function readOne(stat: object): ServerStat | undefined {
  const read = parse(serverStats, [{ type: 'inbound-rtp', timestamp: 5, ...stat }]);
  if (!read.ok) throw new Error(formatIssue(read.issue));
  return read.value[0];
}

describe('serverStats', () => {
  it.each([
    ['a value that is not a list', { type: 'inbound-rtp' }, 'Expected Array'],
    ['an entry that is not an object', ['x'], '0: Expected Object'],
    ['an entry without a type', [{ timestamp: 5 }], '0.type: Required'],
    ['an entry without a timestamp', [{ type: 'inbound-rtp' }], '0.timestamp: Required'],
    ['a timestamp that is a text', [{ type: 'inbound-rtp', timestamp: '5' }], '0.timestamp: Expected number'],
  ])('refuses %s', (_, stats, issue) => {
    const read = parse(serverStats, stats);
    expect(read.ok ? 'read' : formatIssue(read.issue)).toContain(issue);
  });

  it.each(Object.keys(numbers))('keeps a number in %s, and drops other values', (name) => {
    expect(readOne({ [name]: 7 })).toEqual({ type: 'inbound-rtp', timestamp: 5, [name]: 7 });
    for (const wrong of ['7', null, {}, [7], true])
      expect(readOne({ [name]: wrong, further: 1 })).toEqual({ type: 'inbound-rtp', timestamp: 5, further: 1 });
  });

  it.each(Object.keys(texts))('keeps a text in %s, and drops other values', (name) => {
    expect(readOne({ [name]: 'x' })).toEqual({ type: 'inbound-rtp', timestamp: 5, [name]: 'x' });
    for (const wrong of [7, null, {}, ['x'], true])
      expect(readOne({ [name]: wrong })).toEqual({ type: 'inbound-rtp', timestamp: 5 });
  });

  it.each([
    {
      id: '2',
      type: 'inbound-rtp',
      timestamp: 5,
      ssrc: 1,
      mediaType: 'video',
      kind: 'video',
      mimeType: 'video/VP8',
      packetCount: 9,
      byteCount: 900,
      bitrate: 7200,
      packetsLost: 0,
      fractionLost: 0,
      packetsDiscarded: 0,
      packetsRepaired: 0,
      firCount: 0,
      pliCount: 1,
      nackCount: 0,
      sliCount: 0,
      jitter: 3,
      transportId: 12345678,
    },
    { id: '3', type: 'outbound-rtp', timestamp: 5, roundTripTime: 2, inboundRtpId: '2', transportId: 87654321 },
    {
      id: 12345678,
      type: 'transport',
      timestamp: 5,
      bytesReceived: 900,
      bytesSent: 90,
      iceSelectedTuple: { localIP: '192.0.2.1', localPort: 40000, protocol: 'udp' },
      dtlsState: 'connected',
      iceConnectionState: 'completed',
      localAvailableSendBw: { bitrate: 1, maxBitrate: 2, ssrcs: [1] },
      remoteAvailableSendBw: {},
    },
  ])('keeps all fields that mediasoup 2 sends with $type', (stat) => {
    expect(parse(serverStats, [stat])).toEqual({ ok: true, value: [stat] });
  });

  it('keeps a transportId that is a text or a number, and drops other values', () => {
    for (const transportId of ['x', 7])
      expect(readOne({ transportId })).toEqual({ type: 'inbound-rtp', timestamp: 5, transportId });
    for (const transportId of [null, {}, ['x'], true])
      expect(readOne({ transportId })).toEqual({ type: 'inbound-rtp', timestamp: 5 });
  });

  it('keeps entries of other types, and further fields of any value', () => {
    const other = {
      type: 'quic-transport',
      timestamp: 5,
      path: { hops: 2 },
      isFast: true,
      bitrateByLayer: { '0.1': 9 },
    };
    expect(parse(serverStats, [other])).toEqual({ ok: true, value: [other] });
  });
});

describe('Types of statistics compared with mediasoup', () => {
  it('accept each kind of statistics of the server library', () => {
    expectTypeOf<Omit<mediasoup.ProducerStat, 'type'>>().toExtend<Omit<Declared<InboundRtpStat>, 'type'>>();
    expectTypeOf<Omit<mediasoup.ConsumerStat, 'type'>>().toExtend<Omit<Declared<OutboundRtpStat>, 'type'>>();
    expectTypeOf<Omit<mediasoup.WebRtcTransportStat, 'type'>>().toExtend<Omit<Declared<WebRtcTransportStat>, 'type'>>();
    expectTypeOf<Omit<mediasoup.DataProducerStat, 'type'>>().toExtend<Omit<Declared<DataProducerStat>, 'type'>>();
    expectTypeOf<Omit<mediasoup.DataConsumerStat, 'type'>>().toExtend<Omit<Declared<DataConsumerStat>, 'type'>>();
  });

  it('declare every field of the server library', () => {
    expectTypeOf<Exclude<keyof mediasoup.ProducerStat, FieldsOf<InboundRtpStat>>>().toEqualTypeOf<never>();
    expectTypeOf<Exclude<keyof mediasoup.ConsumerStat, FieldsOf<OutboundRtpStat>>>().toEqualTypeOf<never>();
    expectTypeOf<Exclude<keyof mediasoup.WebRtcTransportStat, FieldsOf<WebRtcTransportStat>>>().toEqualTypeOf<never>();
    expectTypeOf<Exclude<keyof mediasoup.DataProducerStat, FieldsOf<DataProducerStat>>>().toEqualTypeOf<never>();
    expectTypeOf<Exclude<keyof mediasoup.DataConsumerStat, FieldsOf<DataConsumerStat>>>().toEqualTypeOf<never>();
  });
});
