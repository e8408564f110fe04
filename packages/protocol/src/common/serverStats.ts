import * as s from './schema/index.ts';

/** Statistics of one RTP stream. Counts are totals since the stream began. */
interface RtpStreamFields {
  readonly kind?: string | undefined;
  readonly mimeType?: string | undefined;
  readonly ssrc?: number | undefined;
  readonly rtxSsrc?: number | undefined;
  readonly rid?: string | undefined;
  readonly packetCount?: number | undefined;
  /** Bytes. */
  readonly byteCount?: number | undefined;
  /** bit/s. */
  readonly bitrate?: number | undefined;
  /** 0 to 10. */
  readonly score?: number | undefined;
  readonly packetsLost?: number | undefined;
  /** Packets lost since the last receiver report, of 256. */
  readonly fractionLost?: number | undefined;
  /** In units of the RTP clock. */
  readonly jitter?: number | undefined;
  /** ms. */
  readonly roundTripTime?: number | undefined;
  readonly packetsDiscarded?: number | undefined;
  readonly packetsRetransmitted?: number | undefined;
  readonly packetsRepaired?: number | undefined;
  readonly rtxPacketsDiscarded?: number | undefined;
  readonly nackCount?: number | undefined;
  readonly nackPacketCount?: number | undefined;
  readonly pliCount?: number | undefined;
  readonly firCount?: number | undefined;
}

/** Statistics of a transport. Received and sent as the server sees it. */
interface TransportFields {
  /** A number from mediasoup 2, which sends it with streams. */
  readonly transportId?: string | number | undefined;
  readonly iceRole?: string | undefined;
  readonly iceState?: string | undefined;
  readonly dtlsState?: string | undefined;
  readonly sctpState?: string | undefined;
  /** Bytes, as all fields with `bytes` in their names. */
  readonly bytesReceived?: number | undefined;
  /** bit/s, as all fields with `Bitrate` in their names. */
  readonly recvBitrate?: number | undefined;
  readonly bytesSent?: number | undefined;
  readonly sendBitrate?: number | undefined;
  readonly rtpBytesReceived?: number | undefined;
  readonly rtpRecvBitrate?: number | undefined;
  readonly rtpBytesSent?: number | undefined;
  readonly rtpSendBitrate?: number | undefined;
  readonly rtxBytesReceived?: number | undefined;
  readonly rtxRecvBitrate?: number | undefined;
  readonly rtxBytesSent?: number | undefined;
  readonly rtxSendBitrate?: number | undefined;
  readonly probationBytesSent?: number | undefined;
  readonly probationSendBitrate?: number | undefined;
  readonly availableOutgoingBitrate?: number | undefined;
  readonly availableIncomingBitrate?: number | undefined;
  readonly maxIncomingBitrate?: number | undefined;
  readonly maxOutgoingBitrate?: number | undefined;
  readonly minOutgoingBitrate?: number | undefined;
  /** Share of packets, 0 to 1. */
  readonly rtpPacketLossReceived?: number | undefined;
  /** Share of packets, 0 to 1. */
  readonly rtpPacketLossSent?: number | undefined;
}

/** Statistics of a data channel. Received and sent as the server sees it. */
interface DataChannelFields {
  readonly label?: string | undefined;
  readonly protocol?: string | undefined;
  readonly messagesReceived?: number | undefined;
  /** Bytes. */
  readonly bytesReceived?: number | undefined;
  readonly messagesSent?: number | undefined;
  /** Bytes. */
  readonly bytesSent?: number | undefined;
  /** Bytes. */
  readonly bufferedAmount?: number | undefined;
}

interface StatBase {
  /** Time in ms, on the clock of the server. */
  readonly timestamp: number;
  /**
   * Servers of other versions send further fields. One whose name is like that of a number or text of mediasoup (`...Count`,
   * `...Id`) and whose value is none is dropped; the others arrive unchecked.
   */
  readonly [field: string]: unknown;
}

/** A stream that the server receives: of a producer, or of the producer of a consumer. mediasoup's `ProducerStat`. */
export interface InboundRtpStat extends StatBase, RtpStreamFields {
  readonly type: 'inbound-rtp';
  /** bit/s by layer, e.g. `{ '0.1': 90000 }`. Unchecked. */
  readonly bitrateByLayer?: unknown;
}

/** A stream that the server sends: of a consumer. mediasoup's `ConsumerStat`. */
export interface OutboundRtpStat extends StatBase, RtpStreamFields {
  readonly type: 'outbound-rtp';
}

/** A transport: `webrtc-transport` from mediasoup 3, `transport` from mediasoup 2. */
export interface WebRtcTransportStat extends StatBase, TransportFields {
  readonly type: 'webrtc-transport' | 'transport';
  /** Addresses and ports in use. Unchecked. */
  readonly iceSelectedTuple?: unknown;
}

/** A data producer at the server. */
export interface DataProducerStat
  extends StatBase, Pick<DataChannelFields, 'label' | 'protocol' | 'messagesReceived' | 'bytesReceived'> {
  readonly type: 'data-producer';
}

/** A data consumer at the server. */
export interface DataConsumerStat
  extends StatBase, Pick<DataChannelFields, 'label' | 'protocol' | 'messagesSent' | 'bytesSent' | 'bufferedAmount'> {
  readonly type: 'data-consumer';
}

/** An entry of any other `type`, from a server that is newer or is not mediasoup. Known fields keep their types. */
export interface OtherServerStat extends StatBase, RtpStreamFields, TransportFields, DataChannelFields {
  readonly type: string;
}

/**
 * One entry of the server's statistics; `type` tells the entries apart. All fields but `type` and `timestamp` are optional, because
 * servers of other versions lack some.
 */
export type ServerStat =
  InboundRtpStat | OutboundRtpStat | WebRtcTransportStat | DataProducerStat | DataConsumerStat | OtherServerStat;

/** Names of numbers and of texts, in all types of statistics. */
const numberName = /(ssrc|count|rate|lost|jitter|score|time|amount|sent|received)$|packets/i;
const textName = /(kind|mimeType|rid|label|protocol|role|state)$/i;

/** Whether a field may hold `value`. Fields of other names may hold anything. */
const isAllowed = ([name, value]: readonly [string, unknown]) =>
  name === 'transportId'
    ? typeof value === 'string' || typeof value === 'number'
    : typeof value === (numberName.test(name) ? 'number' : textName.test(name) ? 'string' : typeof value);

/**
 * Statistics of the media worker. Each entry has a `type` and a `timestamp`. A field of the wrong type, e.g. null where JSON has no
 * number for it, is dropped: one field must not cost the others.
 */
export const serverStats = s.array(
  s.pipe(
    s.object({ type: s.string(), timestamp: s.number() }),
    s.transform((stat) => Object.fromEntries(Object.entries(stat).filter(isAllowed))),
  ) as s.Schema<unknown, ServerStat>,
);
