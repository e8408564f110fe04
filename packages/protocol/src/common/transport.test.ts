import { describe, expect, it } from 'vitest';

import { parse } from './parse.ts';
import { sctpParameters, sctpStreamParameters } from './sctp.ts';
import { dtlsParameters, iceCandidate, iceServer } from './transport.ts';

const candidate = { foundation: 'f', priority: 1, protocol: 'udp', port: 4444, type: 'host' };
const both = { ...candidate, address: '203.0.113.7', ip: '203.0.113.7' };

describe('iceCandidate', () => {
  it.each(['address', 'ip'])('fills both address fields from %s alone', (name) => {
    expect(parse(iceCandidate, { ...candidate, [name]: '203.0.113.7' })).toEqual({ ok: true, value: both });
  });

  it('refuses a candidate without an address', () => {
    expect(parse(iceCandidate, candidate)).toEqual({ ok: false, issue: { path: 'address', message: 'Required' } });
  });
});

describe('dtlsParameters', () => {
  it('requires a list of fingerprints of a known algorithm', () => {
    expect(parse(dtlsParameters, { fingerprints: [{ algorithm: 'sha-256', value: 'AB' }] }).ok).toBe(true);
    expect(parse(dtlsParameters, { fingerprints: [{ algorithm: 'md5', value: 'AB' }] })).toMatchObject({
      issue: { path: 'fingerprints.0.algorithm' },
    });
    expect(parse(dtlsParameters, {})).toMatchObject({ issue: { path: 'fingerprints' } });
  });
});

describe('iceServer', () => {
  it('reads one URL or several', () => {
    expect(parse(iceServer, { urls: 'stun:stun.example' }).ok).toBe(true);
    expect(parse(iceServer, { urls: ['turn:turn.example'], username: 'u', credential: 'c' }).ok).toBe(true);
    expect(parse(iceServer, { urls: [5] })).toMatchObject({ issue: { path: 'urls' } });
  });
});

describe('sctpParameters', () => {
  it('reads the single size of older servers for both directions', () => {
    expect(parse(sctpParameters, { port: 5000, OS: 1024, MIS: 1024, maxMessageSize: 1000 })).toMatchObject({
      value: { maxSendMessageSize: 1000, maxReceiveMessageSize: 1000 },
    });
  });

  it('defaults to the size of mediasoup', () => {
    expect(parse(sctpParameters, { port: 5000 })).toMatchObject({
      value: { maxSendMessageSize: 262144, maxReceiveMessageSize: 262144 },
    });
  });
});

describe('sctpStreamParameters', () => {
  it('requires a stream ID', () => {
    expect(parse(sctpStreamParameters, { streamId: 0, maxRetransmits: null })).toEqual({
      ok: true,
      value: { streamId: 0 },
    });
    expect(parse(sctpStreamParameters, {})).toMatchObject({ issue: { path: 'streamId', message: 'Required' } });
  });
});
