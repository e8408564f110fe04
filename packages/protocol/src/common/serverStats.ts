import * as s from './schema/index.ts';

/** Statistics of one RTP stream. Counts are totals since the stream started. */
interface RtpStreamFields {
  readonly kind?: string | undefined;
  readonly mimeType?: string | undefined;
  readonly ssrc?: number | undefined;
  readonly rtxSsrc?: number | undefined;
  readonly rid?: string | undefined;
  readonly packetCount?: number | undefined;
  /** In bytes. */
  readonly byteCount?: number | undefined;
  /** In bit/s. */
  readonly bitrate?: number | undefined;
  /** From 0 to 10. */
  readonly score?: number | undefined;
  readonly packetsLost?: number | undefined;
  /** Packets lost since the last receiver report, as a fraction of 256. */
  readonly fractionLost?: number | undefined;
  /** In units of the RTP clock. */
  readonly jitter?: number | undefined;
  /** In ms. */
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

/** Statistics of a transport. Received and sent from the server's point of view. */
interface TransportFields {
  /** Number in mediasoup 2, which sends the ID with streams. */
  readonly transportId?: string | number | undefined;
  readonly iceRole?: string | undefined;
  readonly iceState?: string | undefined;
  readonly dtlsState?: string | undefined;
  readonly sctpState?: string | undefined;
  /** In bytes, like all fields with `bytes` in their names. */
  readonly bytesReceived?: number | undefined;
  /** In bit/s, like all fields with `Bitrate` in their names. */
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

/** Statistics of a data channel. Received and sent from the server's point of view. */
interface DataChannelFields {
  readonly label?: string | undefined;
  readonly protocol?: string | undefined;
  readonly messagesReceived?: number | undefined;
  /** In bytes. */
  readonly bytesReceived?: number | undefined;
  readonly messagesSent?: number | undefined;
  /** In bytes. */
  readonly bytesSent?: number | undefined;
  /** In bytes. */
  readonly bufferedAmount?: number | undefined;
}

interface StatBase {
  /** Time in ms on the server's clock. */
  readonly timestamp: number;
  /**
   * Servers of other versions send further fields. A field named like a number or text of mediasoup (`...Count`, `...Id`) is dropped if its
   * value has another type. All other fields arrive unchecked.
   */
  readonly [field: string]: unknown;
}

/** Stream that the server receives, of a producer or of the producer of a consumer. mediasoup's `ProducerStat`. */
export interface InboundRtpStat extends StatBase, RtpStreamFields {
  readonly type: 'inbound-rtp';
  /** In bit/s per layer, e.g. `{ '0.1': 90000 }`. Unchecked. */
  readonly bitrateByLayer?: unknown;
}

/** Stream that the server sends, of a consumer. mediasoup's `ConsumerStat`. */
export interface OutboundRtpStat extends StatBase, RtpStreamFields {
  readonly type: 'outbound-rtp';
}

/** Transport: `webrtc-transport` from mediasoup 3, `transport` from mediasoup 2. */
export interface WebRtcTransportStat extends StatBase, TransportFields {
  readonly type: 'webrtc-transport' | 'transport';
  /** Addresses and ports in use. Unchecked. */
  readonly iceSelectedTuple?: unknown;
}

/** Data producer at the server. */
export interface DataProducerStat
  extends StatBase, Pick<DataChannelFields, 'label' | 'protocol' | 'messagesReceived' | 'bytesReceived'> {
  readonly type: 'data-producer';
}

/** Data consumer at the server. */
export interface DataConsumerStat
  extends StatBase, Pick<DataChannelFields, 'label' | 'protocol' | 'messagesSent' | 'bytesSent' | 'bufferedAmount'> {
  readonly type: 'data-consumer';
}

/** Entry of any other `type`, from a newer server or a server that is not mediasoup. Known fields keep their types. */
export interface OtherServerStat extends StatBase, RtpStreamFields, TransportFields, DataChannelFields {
  readonly type: string;
}

/**
 * One entry of the server's statistics. `type` distinguishes the entries. All fields except `type` and `timestamp` are optional, because
 * servers of other versions lack some.
 */
export type ServerStat =
  InboundRtpStat | OutboundRtpStat | WebRtcTransportStat | DataProducerStat | DataConsumerStat | OtherServerStat;

/** Name patterns of number and text fields in all types of statistics. */
const numberName = /(ssrc|count|rate|lost|jitter|score|time|amount|sent|received)$|packets/i;
const textName = /(kind|mimeType|rid|label|protocol|role|state)$/i;

/** Returns whether a field may have `value`. Fields with other names may have any value. */
const isAllowed = ([name, value]: readonly [string, unknown]) =>
  name === 'transportId'
    ? typeof value === 'string' || typeof value === 'number'
    : typeof value === (numberName.test(name) ? 'number' : textName.test(name) ? 'string' : typeof value);

/**
 * Statistics of the media worker. Each entry has a `type` and a `timestamp`. Drops a field of the wrong type, e.g. null for a number that
 * JSON cannot express, because one field must not invalidate the others.
 */
export const serverStats = s.array(
  s.pipe(
    s.object({ type: s.string(), timestamp: s.number() }),
    s.transform((stat) => Object.fromEntries(Object.entries(stat).filter(isAllowed))),
  ) as s.Schema<unknown, ServerStat>,
);
