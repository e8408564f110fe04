import { describe, expect, it } from 'vitest';

import { formatIssue } from '../common/index.ts';
import {
  readActiveSpeaker,
  readClientMessage,
  readConsumerLayers,
  readJoinResponse,
  readNewConsumer,
  readNewDataConsumer,
  readNewPeer,
  readPeerGone,
  readProducerId,
  readRouterRtpCapabilities,
  readServerMessage,
  readSource,
  readSpeakers,
  readStats,
  readTransport,
} from './codec.ts';
import { aliases, canonicalMethod, isClientMethod, isServerMethod, type ClientMethod } from './methods.ts';
import { detectClientVariant, detectVariant, EXTENSIONS } from './variants.ts';

const video = { mimeType: 'video/VP8', payloadType: 101, clockRate: 90000 };
const offer = { id: 'c', peerId: 'alice', producerId: 'p', kind: 'video', rtpParameters: { codecs: [video] } };

function faultOf(method: ClientMethod, data: unknown): string {
  const result = readClientMessage(method, data);
  return result.ok ? 'no fault' : formatIssue(result.issue);
}

const resumed = { producers: [], consumers: [], dataProducers: [], dataConsumers: [] };

describe('Reading a server message', () => {
  it('uses the ID as a missing display name, and unknown for a missing device', () => {
    const device = { flag: 'unknown', name: 'unknown', version: '' };
    expect(readNewPeer({ id: ' bob ' })).toEqual({ ok: true, value: { id: 'bob', displayName: 'bob', device } });
    expect(readNewPeer({ peer: { peerId: 'bob', device: null } })).toMatchObject({ ok: true, value: { device } });
    expect(readNewPeer({ id: 'bob', device: { flag: 'gstreamer' } })).toMatchObject({
      value: { device: { ...device, flag: 'gstreamer' } },
    });
  });

  it('defaults a consumer to simple, resumed and without appData', () => {
    expect(readNewConsumer(offer)).toEqual({
      ok: true,
      value: { ...offer, type: 'simple', producerPaused: false, appData: {} },
    });
    expect(readNewConsumer({ ...offer, type: 'pipe', appData: null })).toMatchObject({ value: { type: 'simple' } });
  });

  it('reads a data consumer without a peer as a data consumer of the server itself', () => {
    const data = { id: 'd', dataProducerId: 'p', sctpStreamParameters: { streamId: 1 } };
    const value = { ...data, peerId: null, label: '', protocol: '', appData: {} };
    expect(readNewDataConsumer(data)).toEqual({ ok: true, value });
    expect(readNewDataConsumer({ ...data, peerId: null })).toEqual({ ok: true, value });
  });

  it('reads null or missing layers as none', () => {
    const silent = { ok: true, value: { consumerId: 'c', layers: null } };
    expect(readConsumerLayers({ consumerId: 'c', spatialLayer: null, temporalLayer: null })).toEqual(silent);
    expect(readConsumerLayers({ consumerId: 'c', layers: null })).toEqual(silent);
    expect(readConsumerLayers({ consumerId: 'c' })).toEqual(silent);
    expect(readConsumerLayers({ consumerId: 'c', spatialLayer: 1, temporalLayer: null })).toEqual({
      ok: true,
      value: { consumerId: 'c', layers: { spatialLayer: 1 } },
    });
  });

  it('reads a null or missing speaker as none', () => {
    expect(readActiveSpeaker({})).toEqual({ ok: true, value: { peerId: null } });
    expect(readActiveSpeaker({ peerId: null })).toEqual({ ok: true, value: { peerId: null } });
    expect(readSpeakers({ peerVolumes: [] })).toEqual({ ok: true, value: { peerVolumes: [] } });
  });

  it('skips unknown extensions', () => {
    expect(readJoinResponse({ peers: [], extensions: ['telepathy', 'textMessage', 7] })).toEqual({
      ok: true,
      value: { peers: [], extensions: ['textMessage'] },
    });
    expect(readJoinResponse({ peers: [], extensions: EXTENSIONS })).toMatchObject({
      value: { extensions: EXTENSIONS },
    });
  });

  it("keeps the ICE servers that 2060-io's server sends with a transport", () => {
    const transport = {
      id: 't',
      iceParameters: { usernameFragment: 'u', password: 'p' },
      iceCandidates: [],
      dtlsParameters: { fingerprints: [] },
      iceServers: [{ urls: 'stun:stun.example' }],
    };
    expect(readTransport(transport)).toEqual({ ok: true, value: transport });
    // The browser checks them: an invalid entry must not fail the transport.
    const others = { ...transport, iceServers: [{}, null, { urls: [5] }, { urls: 'turn:undefined:undefined' }] };
    expect(readTransport(others)).toEqual({ ok: true, value: others });
  });

  it('reads an unknown actor as unknown', () => {
    expect(readServerMessage('producerPaused', { producerId: 'p', by: 'fate' })).toEqual({
      ok: true,
      value: { producerId: 'p', by: 'unknown' },
    });
  });

  it.each([
    ['join', readJoinResponse({ peers: [{ id: 'a' }, {}] }), 'peers.1.id: Required'],
    ['join', readJoinResponse({ peers: [{ id: { toString: 7 } }] }), 'peers.0.id: Expected string'],
    ['join', readJoinResponse({ peers: [], resumed: {} }), 'resumed.producers: Required'],
    [
      'join',
      readJoinResponse({ peers: [], resumed: { ...resumed, producers: [{ id: 'p', paused: 1 }] } }),
      'resumed.producers.0.paused: Expected boolean',
    ],
    [
      'join',
      readJoinResponse({ peers: [], resumed: { ...resumed, consumers: [{ id: 'c', paused: true }] } }),
      'resumed.consumers.0.producerPaused: Required',
    ],
    ['capabilities', readRouterRtpCapabilities({ codecs: 'all' }), 'codecs: Expected Array'],
    [
      'wrapped capabilities',
      readRouterRtpCapabilities({ routerRtpCapabilities: { codecs: 1 } }),
      'codecs: Expected Array',
    ],
    ['transport', readTransport({ transportId: 't' }), 'iceParameters: Required'],
    ['producer', readProducerId({ producerId: 5 }), 'id: Expected string'],
    ['stats', readStats({ stats: 'fine' }), 'Expected Array'],
    ['newConsumer', readNewConsumer({ ...offer, kind: 'smell' }), 'kind: Expected ("audio" | "video")'],
    ['peerLeft', readPeerGone({}), 'peerId: Required'],
    ['nonsense', readNewPeer('bob'), 'Expected Object'],
  ])('names the invalid field: %s', (_, result, fault) => {
    expect(result.ok ? 'no fault' : formatIssue(result.issue)).toBe(fault);
  });
});

describe('Reading a client message', () => {
  it('reads the direction of a transport from either variant', () => {
    const none = { forceTcp: false, producing: false, consuming: false };
    const read = (data: unknown) => readClientMessage('createWebRtcTransport', data);
    expect(read({})).toEqual({ ok: true, value: none });
    expect(read({ producing: true })).toEqual({ ok: true, value: { ...none, producing: true } });
    expect(read({ appData: { direction: 'producer' } })).toEqual({ ok: true, value: { ...none, producing: true } });
    expect(read({ forceTcp: true, producing: false, consuming: true, appData: { direction: 'consumer' } })).toEqual({
      ok: true,
      value: { forceTcp: true, producing: false, consuming: true },
    });
  });

  it('ignores the data of requests that have no data', () => {
    for (const data of [undefined, null, {}, { a: 1 }])
      expect(readClientMessage('leaveRoom', data)).toEqual({ ok: true, value: undefined });
  });

  it('defaults the missing lists of a resume to empty', () => {
    const join = { device: {}, resumeToken: 't', extensions: ['telepathy', 'resumeToken'] };
    expect(readClientMessage('join', { ...join, holds: { consumers: ['c'] } })).toMatchObject({
      value: {
        resumeToken: 't',
        extensions: ['resumeToken'],
        holds: { producers: [], consumers: ['c'], dataProducers: [], dataConsumers: [] },
      },
    });
    expect(readClientMessage('join', { resumeToken: 't', holds: null })).toMatchObject({ value: { holds: undefined } });
  });

  it.each<[ClientMethod, unknown, string]>([
    ['join', { resumeToken: 5 }, 'resumeToken: Expected string'],
    ['join', { extensions: 'resumeToken' }, 'extensions: Expected Array'],
    ['join', { holds: 'all' }, 'holds: Expected Object'],
    ['join', { holds: { producers: 'all' } }, 'holds.producers: Expected Array'],
    ['join', { holds: { consumers: ['c', 7] } }, 'holds.consumers.1: Expected string'],
    ['join', { holds: { dataProducers: [''] } }, 'holds.dataProducers.0: Expected at least 1 character'],
    ['join', { displayName: 5 }, 'displayName: Expected string'],
    ['join', { device: { name: 5 } }, 'device.name: Expected string'],
    ['join', { rtpCapabilities: { codecs: [{ kind: 'audio' }] } }, 'rtpCapabilities.codecs.0.mimeType: Required'],
    ['createWebRtcTransport', { forceTcp: 'yes' }, 'forceTcp: Expected boolean'],
    ['connectWebRtcTransport', { transportId: 't' }, 'dtlsParameters: Required'],
    ['restartIce', { transportId: '' }, 'transportId: Expected at least 1 character'],
    [
      'produce',
      { transportId: 't', kind: 'audio', rtpParameters: { codecs: {} } },
      'rtpParameters.codecs: Expected Array',
    ],
    [
      'produce',
      { transportId: 't', kind: 'audio', rtpParameters: { codecs: [{ ...video, mimeType: null }] } },
      'rtpParameters.codecs.0.mimeType: Expected string',
    ],
    [
      'produce',
      { transportId: 't', kind: 'audio', rtpParameters: { codecs: [] }, appData: [] },
      'appData: Expected object',
    ],
    ['closeProducer', { producerId: 7 }, 'producerId: Expected string'],
    ['setConsumerPreferredLayers', { consumerId: 'c', spatialLayer: -1 }, 'spatialLayer: Expected >=0'],
    ['setConsumerPreferredLayers', { consumerId: 'c', spatialLayer: 0.5 }, 'spatialLayer: Expected integer'],
    ['setConsumerPriority', { consumerId: 'c', priority: 256 }, 'priority: Expected <=255'],
    ['produceData', { transportId: 't', sctpStreamParameters: {} }, 'sctpStreamParameters.streamId: Required'],
    ['changeDisplayName', {}, 'displayName: Required'],
    ['textMessage', { text: { html: '' } }, 'text: Expected string'],
    ['getTransportStats', 'everything', 'Expected Object'],
  ])('names the invalid field of %s: %j', (method, data, fault) => {
    expect(faultOf(method, data)).toBe(fault);
  });

  it.each(['join', 'produce', 'produceData'] as const)('refuses %s with appData that reaches a prototype', (method) => {
    const data = {
      transportId: 't',
      kind: 'audio',
      rtpParameters: { codecs: [] },
      sctpStreamParameters: { streamId: 1 },
      appData: JSON.parse('{ "__proto__": { "isAdmin": true } }') as unknown,
    };
    expect(faultOf(method, data)).toBe('appData: Forbidden key');
    expect({}).not.toHaveProperty('isAdmin');
  });
});

describe('canonicalMethod', () => {
  it('maps all aliases of a message to its canonical name', () => {
    for (const [alias, canonical] of Object.entries(aliases)) {
      expect(canonicalMethod(alias)).toBe(canonical);
      expect(isClientMethod(canonical) || isServerMethod(canonical)).toBe(true);
    }
    expect(['peerClosed', 'peerLeft', 'peerLeaveCall'].map(canonicalMethod)).toEqual(Array(3).fill('peerClosed'));
  });

  it.each(['hasOwnProperty', 'constructor', '__proto__', 'toString', ''])(
    'returns the unknown method %j unchanged',
    (name) => {
      expect(canonicalMethod(name)).toBe(name);
      expect(isClientMethod(name) || isServerMethod(name)).toBe(false);
    },
  );
});

describe('detectVariant', () => {
  it('detects the variant by the wrapping of the capabilities', () => {
    expect(detectVariant({ codecs: [] })).toBe('classic');
    expect(detectVariant({ routerRtpCapabilities: { codecs: [] } })).toBe('notify');
    expect(detectVariant(undefined)).toBe('classic');
  });
});

describe('readSource', () => {
  it.each([
    [{ source: 'camera' }, 'video', 'camera'],
    [{ source: 'whiteboard' }, 'video', 'whiteboard'],
    [{ source: 'video' }, 'video', 'camera'],
    [{ source: 'audio' }, 'audio', 'microphone'],
    [{ source: 'screensharing' }, 'video', 'screen'],
    [{ source: 'screensharing' }, 'audio', 'screenAudio'],
    [{ share: true }, 'video', 'screen'],
    [{ source: 5 }, 'video', 'unknown'],
    [{}, 'audio', 'unknown'],
  ] as const)('reads %j of %s as %s', (appData, kind, source) => {
    expect(readSource(appData, kind)).toBe(source);
  });
});

describe('detectVariant with a response for both variants', () => {
  it('returns classic, in which every message gets a response', () => {
    const codecs: unknown[] = [];
    expect(detectVariant({ codecs, routerRtpCapabilities: { codecs } })).toBe('classic');
  });
});

describe('detectClientVariant', () => {
  it.each([
    [{ producing: true, consuming: false, forceTcp: false }, 'classic'],
    [{ forceTcp: false, appData: { direction: 'consumer' } }, 'notify'],
    [{ producing: true, consuming: false, appData: { direction: 'producer' } }, 'both'],
    [{ forceTcp: false }, 'classic'],
    [{ appData: { direction: 5 } }, 'classic'],
    [null, 'classic'],
    [undefined, 'classic'],
  ])('detects %j as %s', (data, variant) => {
    expect(detectClientVariant(data)).toBe(variant);
  });
});
