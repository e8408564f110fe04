import { describe, expect, it } from 'vitest';

import * as alpha from '../mediasoup-v2-alpha/index.ts';
import * as beta from '../mediasoup-v2-beta/index.ts';
import * as v2 from '../mediasoup-v2/index.ts';
import { readOutOfBandServerMessage } from './outOfBand.ts';
import type { AnyDialect } from './fixtures/AnyDialect.ts';

const dialects: readonly [name: string, dialect: AnyDialect][] = [
  ['mediasoup-v2', v2],
  ['mediasoup-v2-beta', beta],
  ['mediasoup-v2-alpha', alpha],
];
const rtpParameters = { codecs: [{ mimeType: 'video/VP8', payloadType: 101, clockRate: 90000 }] };

describe('Message names', () => {
  it.each(dialects)('map each alias of %s to a message, and no alias is a message', (_name, dialect) => {
    for (const [alias, method] of Object.entries(dialect.aliases)) {
      expect(dialect.canonicalMethod(alias)).toBe(method);
      expect(dialect.isClientMethod(method) || dialect.isServerMethod(method)).toBe(true);
      expect(dialect.isClientMethod(alias) || dialect.isServerMethod(alias)).toBe(false);
    }
    for (const name of ['telepathy', 'constructor', '__proto__', 'toString', '']) {
      expect(dialect.canonicalMethod(name)).toBe(name);
      expect(dialect.isClientMethod(name) || dialect.isServerMethod(name)).toBe(false);
    }
  });

  it.each([
    ['mediasoup-v2', v2, 'roomClosed', 'closed'],
    ['mediasoup-v2', v2, 'leaveRoom', 'leave'],
    ['mediasoup-v2-beta', beta, 'closed', 'roomClosed'],
    ['mediasoup-v2-beta', beta, 'leave', 'leaveRoom'],
    ['mediasoup-v2-alpha', alpha, 'closed', 'roomClosed'],
    ['mediasoup-v2-alpha', alpha, 'peerClosed', 'peerLeft'],
    ['mediasoup-v2-alpha', alpha, 'producerPaused', 'receiverPaused'],
    ['mediasoup-v2-alpha', alpha, 'pauseSender', 'stopSender'],
    ['mediasoup-v2-alpha', alpha, 'resumeSender', 'playSender'],
  ] as const)('map the alias of %s: %s', (_name, dialect: AnyDialect, alias, method) => {
    expect(dialect.canonicalMethod(alias)).toBe(method);
  });

  it('count messages with a response as requests', () => {
    expect(v2.isClientRequestMethod('enableConsumer')).toBe(true);
    expect(v2.isClientRequestMethod('pauseProducer')).toBe(false);
    expect(alpha.isClientRequestMethod('pauseReceiver')).toBe(true);
  });
});

describe('A message', () => {
  it('requires neither target nor notification', () => {
    const value = { id: 1, appData: 'x' };
    expect(v2.readClientMessage('pauseProducer', { method: 'pauseProducer', ...value })).toEqual({ ok: true, value });
    expect(v2.readClientMessage('pauseProducer', { target: 'room', notification: 1, ...value })).toEqual({
      ok: true,
      value,
    });
  });

  it('reads its ID as a number, also from a text', () => {
    const value = { id: 12345678, transportId: 87654321, paused: false };
    expect(beta.readClientMessage('enableConsumer', { id: '12345678', transportId: '87654321' })).toEqual({
      ok: true,
      value,
    });
  });

  it('keeps appData unchanged, including null, and keeps a missing value missing', () => {
    for (const appData of [null, false, 0, '', 'text', [1], { a: null }]) {
      expect(v2.readClientMessage('leave', { appData })).toEqual({ ok: true, value: { appData } });
    }
    expect(v2.readClientMessage('leave', {})).toStrictEqual({ ok: true, value: {} });
    expect(v2.readClientMessage('leave', { appData: undefined })).toEqual({ ok: true, value: {} });
  });

  it('is written with the fields of its dialect only', () => {
    expect(v2.writeClientMessage('queryRoom', undefined).payload).toEqual({ method: 'queryRoom', target: 'room' });
    expect(beta.writeClientMessage('queryRoom', undefined).payload).toEqual({ method: 'queryRoom' });
    expect(v2.writeClientMessage('restartTransport', { id: 1 })).toEqual({
      kind: 'request',
      method: 'restartTransport',
      payload: { method: 'restartTransport', target: 'peer', id: 1 },
    });
    expect(v2.writeServerMessage('closed', {}).payload).toEqual({
      method: 'closed',
      target: 'peer',
      notification: true,
    });
    expect(alpha.writeClientMessage('leave', {}).payload).toEqual({ method: 'leave', notification: true });
    expect(v2.writeResponse('createProducer', undefined)).toEqual({});
  });
});

describe('A response', () => {
  it.each([undefined, null, {}])('is valid as %j if it has no data', (answer) => {
    expect(v2.readResponse('createProducer', answer)).toEqual({ ok: true, value: undefined });
    expect(beta.readResponse('enableConsumer', answer)).toEqual({ ok: true, value: undefined });
    expect(alpha.readResponse('pauseReceiver', answer)).toEqual({ ok: true, value: undefined });
  });

  it('may omit profiles or have null for them, after enableConsumer', () => {
    const value = { preferredProfile: 'default', effectiveProfile: null };
    expect(v2.readResponse('enableConsumer', undefined)).toEqual({ ok: true, value });
    expect(v2.readResponse('enableConsumer', { paused: true, preferredProfile: null, effectiveProfile: null })).toEqual(
      {
        ok: true,
        value: { ...value, paused: true },
      },
    );
  });

  it('may omit mandatory codecs, after queryRoom', () => {
    expect(v2.readResponse('queryRoom', { rtpCapabilities: {} })).toMatchObject({
      value: { mandatoryCodecPayloadTypes: [], rtpCapabilities: { codecs: [], fecMechanisms: [] } },
    });
  });

  it('may announce unknown extensions, after join', () => {
    expect(v2.readResponse('join', { peers: [], extensions: ['telepathy', 'textMessage', 7] })).toEqual({
      ok: true,
      value: { peers: [], extensions: ['textMessage'] },
    });
    expect(alpha.readResponse('join', { rtpCapabilities: {}, peers: [], resumeToken: 't' })).toMatchObject({
      value: { resumeToken: 't' },
    });
  });
});

describe('A consumer', () => {
  const value = {
    id: 1,
    peerName: 'alice',
    kind: 'video',
    rtpParameters: {
      codecs: [{ name: 'VP8', ...rtpParameters.codecs[0], rtcpFeedback: [], parameters: {} }],
      headerExtensions: [],
      encodings: [],
      rtcp: {},
    },
    paused: false,
  };

  it('belongs to the peer that lists it, and has no profile yet', () => {
    const consumers = [
      { id: 1, kind: 'video', rtpParameters },
      { id: 2, kind: 'video', rtpParameters, peerName: null },
    ];
    const profiles = { preferredProfile: 'default', effectiveProfile: null };
    expect(v2.readServerMessage('newPeer', { name: 'alice', consumers })).toEqual({
      ok: true,
      value: {
        name: 'alice',
        consumers: [
          { ...value, ...profiles },
          { ...value, id: 2, ...profiles },
        ],
      },
    });
    expect(beta.readServerMessage('newPeer', { name: 'alice', consumers })).toEqual({
      ok: true,
      value: { name: 'alice', consumers: [value, { ...value, id: 2 }] },
    });
  });

  it('is read under both names in the alpha and written as a sender', () => {
    const entry = { id: 1, kind: 'video', rtpParameters };
    for (const list of [{ senders: [entry] }, { consumers: [entry] }]) {
      expect(alpha.readServerMessage('newPeer', { name: 'alice', ...list })).toEqual({
        ok: true,
        value: { name: 'alice', consumers: [value] },
      });
    }
    const { payload } = alpha.writeServerMessage('newPeer', { name: 'alice', consumers: [] });
    expect(payload).toEqual({ method: 'newPeer', notification: true, name: 'alice', senders: [] });
    const rtpCapabilities = { codecs: [], headerExtensions: [], fecMechanisms: [] };
    expect(alpha.writeResponse('join', { rtpCapabilities, peers: [{ name: 'alice', consumers: [] }] })).toEqual({
      rtpCapabilities,
      peers: [{ name: 'alice', senders: [] }],
    });
  });

  it('has the kind of its codec if its own is unknown', () => {
    expect(alpha.readServerMessage('newSender', { id: 1, peerName: 'alice', kind: 'alice', rtpParameters })).toEqual({
      ok: true,
      value,
    });
    const codecs = [{ kind: 'audio', name: 'opus', payloadType: 100, clockRate: 48000 }];
    expect(
      beta.readServerMessage('newConsumer', { id: 1, peerName: 'alice', rtpParameters: { codecs } }),
    ).toMatchObject({
      ok: true,
      value: { kind: 'audio' },
    });
    expect(
      v2.readClientMessage('createProducer', { id: 1, transportId: 2, kind: 'VIDEO', rtpParameters }),
    ).toMatchObject({
      ok: true,
      value: { kind: 'video', paused: false },
    });
  });

  it('has the default profile if its own is unknown', () => {
    const entry = { id: 1, peerName: 'alice', kind: 'video', rtpParameters };
    expect(
      v2.readServerMessage('newConsumer', { ...entry, preferredProfile: 'ultra', effectiveProfile: 7 }),
    ).toMatchObject({
      value: { preferredProfile: 'default', effectiveProfile: null },
    });
  });
});

describe('A sender', () => {
  it('is enabled with retransmission by default', () => {
    for (const rtpSettings of [undefined, null, {}, { useRtx: null }]) {
      expect(alpha.readClientMessage('enableSender', { id: 1, rtpSettings })).toEqual({
        ok: true,
        value: { id: 1, rtpSettings: { useRtx: true } },
      });
    }
  });
});

describe('Statistics', () => {
  it.each([
    [undefined, 1000],
    [null, 1000],
    [1, 1000],
    [-5, 1000],
    [1500, 1500],
    [1e300, 0x7fffffff],
    [Infinity, 0x7fffffff],
  ])('read a requested interval of %s ms as %s ms', (interval, expected) => {
    expect(v2.readClientMessage('enableConsumerStats', { id: 1, interval })).toEqual({
      ok: true,
      value: { id: 1, interval: expected },
    });
  });
});

describe('An out-of-band message', () => {
  it('reads a null or missing speaker as none', () => {
    const value = { peerName: null };
    expect(readOutOfBandServerMessage('active-speaker', {})).toEqual({ ok: true, value });
    expect(readOutOfBandServerMessage('active-speaker', { peerName: null })).toEqual({ ok: true, value });
  });
});
