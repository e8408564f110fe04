/** Counters of a report, added up over all its streams of one direction. */
export interface MediaCounters {
  /** Time of the report in ms. */
  readonly timestampMs: number;
  readonly bytes: number;
  readonly packets: number;
  /** Lost packets. Inbound: derived from gaps. Outbound: reported by the other end. */
  readonly packetsLost: number;
  /** Frames decoded (inbound) or encoded (outbound). 0 for audio. */
  readonly frames: number;
}

/** Rates between two reports. */
export interface MediaRates {
  /** Bitrate in bit/s. */
  readonly bitrate: number;
  readonly framesPerSecond: number;
  /** Share of lost packets, 0 to 1. */
  readonly packetLoss: number;
}

interface StreamStats {
  readonly type: string;
  readonly timestamp: number;
  readonly bytesSent?: number;
  readonly bytesReceived?: number;
  readonly packetsSent?: number;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  readonly framesDecoded?: number;
  readonly framesEncoded?: number;
}

/** Adds up the RTP streams of a report of `producer.getStats()` or `consumer.getStats()`. */
export function countersOf(report: RTCStatsReport): MediaCounters {
  const total = { timestampMs: 0, bytes: 0, packets: 0, packetsLost: 0, frames: 0 };
  report.forEach((entry: StreamStats) => {
    if (!['inbound-rtp', 'outbound-rtp', 'remote-inbound-rtp'].includes(entry.type)) return;
    total.packetsLost += entry.packetsLost ?? 0;
    if (entry.type === 'remote-inbound-rtp') return;
    total.timestampMs = Math.max(total.timestampMs, entry.timestamp);
    total.bytes += entry.bytesReceived ?? entry.bytesSent ?? 0;
    total.packets += entry.packetsReceived ?? entry.packetsSent ?? 0;
    total.frames += entry.framesDecoded ?? entry.framesEncoded ?? 0;
  });
  return total;
}

/** Returns the rates between two reports; all 0 where no time has passed or the counters restarted. */
export function ratesBetween(earlier: MediaCounters, later: MediaCounters): MediaRates {
  const seconds = (later.timestampMs - earlier.timestampMs) / 1000;
  if (seconds <= 0 || later.bytes < earlier.bytes) return { bitrate: 0, framesPerSecond: 0, packetLoss: 0 };
  const lost = Math.max(0, later.packetsLost - earlier.packetsLost);
  const packets = Math.max(0, later.packets - earlier.packets) + lost;
  return {
    bitrate: ((later.bytes - earlier.bytes) * 8) / seconds,
    framesPerSecond: Math.max(0, later.frames - earlier.frames) / seconds,
    packetLoss: packets === 0 ? 0 : lost / packets,
  };
}
