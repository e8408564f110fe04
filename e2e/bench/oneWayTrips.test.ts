import { describe, expect, it } from 'vitest';
import type { Direction } from '../relays/TcpRelay.ts';
import { roundTripsToJoin, tripsOfCamera, tripsToPicture } from './oneWayTrips.ts';
import type { ClientTraffic, Crossing } from './Wire.ts';

const delayMs = 50;

/** Reads lines such as `100 > frame request join #1`: time, direction, kind and name. `>` leads to the server. */
function crossings(text: string): Crossing[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [at = '', arrow = '', kind = '', ...rest] = line.trim().split(' ');
      const direction: Direction = arrow === '>' ? 'toServer' : 'toClient';
      const name = kind === 'frame' ? `${direction} ${rest.join(' ')}` : kind;
      return { at: Number(at), direction, kind: kind as Crossing['kind'], name };
    });
}

const traffic = (parts: Partial<Record<keyof ClientTraffic, string>>): ClientTraffic => ({
  signaling: crossings(parts.signaling ?? ''),
  send: parts.send === undefined ? [] : crossings(parts.send),
  recv: parts.recv === undefined ? [] : crossings(parts.recv),
});

/** The demo's app: five round trips to join, and one to connect. */
const demo = traffic({
  signaling: `
    0 > handshake
    100 < handshake
    100 > frame request getRouterRtpCapabilities #1
    200 < frame response to getRouterRtpCapabilities #1
    230 > frame request createWebRtcTransport #1
    330 < frame response to createWebRtcTransport #1
    330 > frame request createWebRtcTransport #2
    430 < frame response to createWebRtcTransport #2
    440 > frame request join #1
    540 < frame response to join #1
    541 < frame request newConsumer #1
    560 > frame request connectWebRtcTransport #1
    660 < frame response to connectWebRtcTransport #1
    670 > frame response to newConsumer #1`,
  recv: `
    665 > stun
    715 > stun
    765 < stun
    766 > dtls
    866 < dtls
    870 > dtls
    970 < dtls
    1072 < rtp`,
});

/** A client that joins in one round trip, and connects as it has the transport. */
const ahead = traffic({
  signaling: `
    0 > handshake
    100 < handshake
    101 < frame notification welcome #1
    101 > frame request getRouterRtpCapabilities #1
    101 > frame request createWebRtcTransport #1
    101 > frame request createWebRtcTransport #2
    120 > frame request join #1
    201 < frame response to getRouterRtpCapabilities #1
    201 < frame response to createWebRtcTransport #1
    202 < frame response to createWebRtcTransport #2
    205 > frame request connectWebRtcTransport #1
    221 < frame response to join #1
    221 < frame request newConsumer #1
    230 > frame response to newConsumer #1`,
  recv: `
    210 > stun
    310 < stun
    311 > dtls
    411 < dtls
    412 > dtls
    513 < dtls
    615 < rtp`,
});

const senderWith = (send: string) => traffic({ signaling: '0 > handshake', send });

describe('roundTripsToJoin', () => {
  it('counts requests that wait for the response to earlier ones', () => {
    expect(roundTripsToJoin(demo.signaling, delayMs)).toBe(4);
  });

  it('counts requests that are sent at once as one', () => {
    expect(roundTripsToJoin(ahead.signaling, delayMs)).toBe(1);
  });
});

describe('tripsToPicture', () => {
  it("counts the demo's order: socket, five requests in a row, ICE, DTLS, and the key frame that DTLS requests", () => {
    const sender = senderWith('972 < keyFrameRequest');
    expect(tripsToPicture({ receiver: demo, sender, delayMs })).toEqual({ count: 12 + 2 + 3 + 3, isRequested: true });
  });

  it('counts what is pipelined once', () => {
    const sender = senderWith('514 < keyFrameRequest');
    expect(tripsToPicture({ receiver: ahead, sender, delayMs })).toEqual({ count: 4 + 2 + 3 + 3, isRequested: true });
  });

  it('counts no trips to the sender for a key frame that was requested ahead', () => {
    const sender = senderWith('414 < keyFrameRequest');
    expect(tripsToPicture({ receiver: ahead, sender, delayMs })).toEqual({ count: 4 + 2 + 3 + 1, isRequested: false });
  });

  it('counts from the join where the transport was connected before', () => {
    const receiver = traffic({
      signaling: `
        10 > handshake
        110 < handshake
        1000 > frame request join #1
        1100 < frame response to join #1
        1100 < frame request newConsumer #1
        1110 > frame response to newConsumer #1`,
      recv: `
        200 > stun
        300 < stun
        301 > dtls
        401 < dtls
        402 > dtls
        1312 < rtp`,
    });
    const sender = senderWith('1211 < keyFrameRequest');
    expect(tripsToPicture({ receiver, sender, delayMs, from: 1000 })).toEqual({ count: 3 + 3, isRequested: true });
  });

  it('rejects traffic without a picture', () => {
    expect(() => tripsToPicture({ receiver: senderWith('0 > stun'), sender: demo, delayMs })).toThrow('no packet');
  });
});

describe('tripsOfCamera', () => {
  it('counts ICE, DTLS and two trips of media where the receiver is ready before', () => {
    const sender = traffic({
      signaling: `
        1000 > frame request connectWebRtcTransport #1
        1001 > frame request produce #1
        1101 < frame response to produce #1`,
      send: `
        1002 > stun
        1102 < stun
        1103 > dtls
        1203 < dtls
        1204 > dtls
        1304 < dtls
        1310 > rtp`,
    });
    const receiver = traffic({
      signaling: `
        1101 < frame request newConsumer #1
        1110 > frame response to newConsumer #1`,
      recv: '1410 < rtp',
    });
    expect(tripsOfCamera({ sender, receiver, delayMs, from: 990 })).toEqual({ count: 2 + 4 + 2, isRequested: false });
  });

  it('counts two trips of media where the sender is connected before it produces', () => {
    const sender = traffic({
      signaling: '1500 > frame request produce #1',
      send: `
        1002 > stun
        1102 < stun
        1103 > dtls
        1203 < dtls
        1204 > dtls
        1304 < dtls
        1510 > rtp`,
    });
    const receiver = traffic({
      signaling: `
        1600 < frame request newConsumer #1
        1610 > frame response to newConsumer #1`,
      recv: '1720 < rtp',
    });
    expect(tripsOfCamera({ sender, receiver, delayMs, from: 990 })).toEqual({ count: 2, isRequested: false });
  });

  it('counts the way of the offer where the receiver connects only then', () => {
    const sender = traffic({
      signaling: `
        1000 > frame request connectWebRtcTransport #1
        1100 < frame response to connectWebRtcTransport #1
        1110 > frame request produce #1`,
      send: `
        1110 > stun
        1210 < stun
        1211 > dtls
        1311 < dtls
        1320 > dtls
        1420 < dtls
        1430 > rtp
        1672 < keyFrameRequest`,
    });
    const receiver = traffic({
      signaling: `
        1210 < frame request newConsumer #1
        1220 > frame request connectWebRtcTransport #1
        1320 < frame response to connectWebRtcTransport #1
        1325 > frame response to newConsumer #1`,
      recv: `
        1322 > stun
        1422 < stun
        1423 > dtls
        1523 < dtls
        1570 > dtls
        1772 < rtp`,
    });
    const counted = tripsOfCamera({ sender, receiver, delayMs, from: 990 });
    expect(counted).toEqual({ count: 3 + (3 + 2 + 3) + 3, isRequested: true });
  });
});
