import { describe, expect, test } from 'vitest';

import { countersOf, ratesBetween } from './quality.ts';

const report = (...entries: object[]) =>
  new Map(entries.map((entry, index) => [String(index), entry])) as unknown as RTCStatsReport;

describe('ratesBetween() and countersOf()', () => {
  test('sums the streams of a simulcast producer, with the losses of the remote end', () => {
    const counters = countersOf(
      report(
        { type: 'outbound-rtp', timestamp: 1000, bytesSent: 100, packetsSent: 10, framesEncoded: 5 },
        { type: 'outbound-rtp', timestamp: 1000, bytesSent: 300, packetsSent: 20, framesEncoded: 5 },
        { type: 'remote-inbound-rtp', timestamp: 900, packetsLost: 2 },
        { type: 'transport', timestamp: 2000, bytesSent: 9999 },
      ),
    );
    expect(counters).toEqual({ timestampMs: 1000, bytes: 400, packets: 30, packetsLost: 2, frames: 10 });
  });

  test('computes bit/s, frames per second and loss between two reports of a consumer', () => {
    const at = (
      timestamp: number,
      bytesReceived: number,
      packetsReceived: number,
      packetsLost: number,
      framesDecoded: number,
    ) =>
      countersOf(
        report({ type: 'inbound-rtp', timestamp, bytesReceived, packetsReceived, packetsLost, framesDecoded }),
      );

    expect(ratesBetween(at(1000, 0, 0, 0, 0), at(3000, 25_000, 90, 10, 60))).toEqual({
      bitrate: 100_000,
      framesPerSecond: 30,
      packetLoss: 0.1,
    });
  });

  test('is all 0 between equal reports and when the counters restarted', () => {
    const counters = { timestampMs: 1000, bytes: 500, packets: 5, packetsLost: 0, frames: 5 };
    const nothing = { bitrate: 0, framesPerSecond: 0, packetLoss: 0 };
    expect(ratesBetween(counters, counters)).toEqual(nothing);
    expect(ratesBetween(counters, { ...counters, timestampMs: 2000, bytes: 10 })).toEqual(nothing);
  });
});
