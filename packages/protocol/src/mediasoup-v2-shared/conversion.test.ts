import { createRequire } from 'node:module';

import * as client from 'mediasoup-client/ortc';
import * as server from 'mediasoup/ortc';
import type { RouterRtpCodecCapability } from 'mediasoup/types';
import { describe, expect, it } from 'vitest';

import { parse, type RtpCapabilities, type RtpParameters } from '../common/index.ts';
import { fromV2Capabilities, toV2Capabilities, withoutMid } from './capabilities.ts';
import {
  emptyV2Parameters,
  fromV2ConsumerParameters,
  fromV2ProducerParameters,
  toV2ConsumerParameters,
  toV2ProducerParameters,
} from './parameters.ts';
import {
  v2RtpCapabilities,
  v2RtpParameters,
  type V2RtpCapabilities,
  type V2RtpCodecCapability,
  type V2RtpParameters,
} from './rtp.ts';

/** Requires the genuine programs, which are dependencies of the client. These tests use their RTP functions only. */
const beside = createRequire(new URL('../../../client/package.json', import.meta.url));

interface Extended {
  readonly codecs: readonly { readonly recvPayloadType: number; readonly rtcpFeedback: readonly object[] }[];
}
const v2Client = beside('mediasoup-client-v2/lib-es5/ortc.js') as {
  getExtendedRtpCapabilities(local: unknown, remote: unknown): Extended;
  getRtpCapabilities(extended: Extended): unknown;
  canSend(kind: string, extended: Extended): boolean;
  canReceive(parameters: unknown, extended: Extended): boolean;
  getSendingRtpParameters(kind: string, extended: Extended): V2RtpParameters;
};
const v2Server = beside('mediasoup-v2/lib/ortc.js') as {
  generateRoomRtpCapabilities(codecs: unknown): unknown;
  assertCapabilitiesSubset(some: unknown, all: unknown): void;
  getProducerRtpParametersMapping(parameters: unknown, capabilities: unknown): unknown;
  getConsumableRtpParameters(parameters: unknown, capabilities: unknown, mapping: unknown): unknown;
  getConsumerRtpParameters(consumable: unknown, capabilities: unknown): unknown;
};

/** The value after JSON and after reading by the other end. */
function carried<Value extends V2RtpCapabilities | V2RtpParameters>(value: Value): Value {
  const schema = 'fecMechanisms' in value ? v2RtpCapabilities : v2RtpParameters;
  const result = parse(schema, JSON.parse(JSON.stringify(value)));
  expect(result).toEqual({ ok: true, value });
  return (result as unknown as { value: Value }).value;
}
const read = (value: unknown): V2RtpCapabilities => {
  const result = parse(v2RtpCapabilities, JSON.parse(JSON.stringify(value)));
  if (!result.ok) throw new Error(JSON.stringify(result.issue));
  return result.value;
};
const readParameters = (value: unknown): V2RtpParameters => {
  const result = parse(v2RtpParameters, JSON.parse(JSON.stringify(value)));
  if (!result.ok) throw new Error(JSON.stringify(result.issue));
  return result.value;
};

const opus = { kind: 'audio', mimeType: 'audio/opus', clockRate: 48000, channels: 2 } as const;
const pcmu = { kind: 'audio', mimeType: 'audio/PCMU', clockRate: 8000 } as const;
const vp8 = { kind: 'video', mimeType: 'video/VP8', clockRate: 90000 } as const;
const h264 = {
  kind: 'video',
  mimeType: 'video/H264',
  clockRate: 90000,
  parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
} as const;
const routerCodecs: RouterRtpCodecCapability[] = [opus, pcmu, vp8, h264];

const routerCapabilities = (): RtpCapabilities => server.generateRouterRtpCapabilities(routerCodecs);
const roomCapabilities = (): unknown =>
  v2Server.generateRoomRtpCapabilities(
    routerCodecs.map((codec) => ({ ...codec, name: codec.mimeType.split('/')[1], channels: codec.channels })),
  );

/** Native capabilities of a browser of either generation: own payload types, feedback as in SDP. */
const nativeFeedback = (parameterOf: (parameter: string) => object) => [
  { type: 'goog-remb', ...parameterOf('') },
  { type: 'nack', ...parameterOf('') },
  { type: 'nack', ...parameterOf('pli') },
  { type: 'ccm', ...parameterOf('fir') },
];
const nativeCodecs = [
  { ...opus, preferredPayloadType: 111 },
  { ...pcmu, preferredPayloadType: 0 },
  { ...vp8, preferredPayloadType: 96 },
  { kind: 'video', mimeType: 'video/rtx', clockRate: 90000, preferredPayloadType: 97, parameters: { apt: 96 } },
  { ...h264, preferredPayloadType: 102 },
  { kind: 'video', mimeType: 'video/rtx', clockRate: 90000, preferredPayloadType: 103, parameters: { apt: 102 } },
];
const nativeExtensions = [
  { kind: 'audio', uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', preferredId: 4 },
  { kind: 'audio', uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', preferredId: 1 },
  { kind: 'video', uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', preferredId: 4 },
  { kind: 'video', uri: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id', preferredId: 10 },
  { kind: 'video', uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time', preferredId: 2 },
];
const native = {
  v2: {
    codecs: nativeCodecs.map((codec) => ({
      parameters: {},
      ...codec,
      name: codec.mimeType.split('/')[1],
      rtcpFeedback: codec.kind === 'video' ? nativeFeedback((parameter) => (parameter ? { parameter } : {})) : [],
    })),
    headerExtensions: nativeExtensions,
    fecMechanisms: [],
  },
  v3: (): RtpCapabilities => {
    const capabilities = {
      codecs: nativeCodecs.map((codec) => ({
        ...codec,
        rtcpFeedback: codec.kind === 'video' ? nativeFeedback((parameter) => ({ parameter })) : [],
      })),
      headerExtensions: nativeExtensions,
    } as Parameters<typeof client.validateAndNormalizeRtpCapabilities>[0];
    client.validateAndNormalizeRtpCapabilities(capabilities);
    return capabilities;
  },
};

const named = (capabilities: V2RtpCapabilities, name: string): V2RtpCodecCapability =>
  capabilities.codecs.find((codec) => codec.name === name)!;

/** mediasoup-client device with the capabilities of a router or room. */
function deviceOf(capabilities: RtpCapabilities) {
  const remote = structuredClone(capabilities) as Parameters<typeof client.validateAndNormalizeRtpCapabilities>[0];
  client.validateAndNormalizeRtpCapabilities(remote);
  const local = native.v3() as typeof remote;
  const extended = client.getExtendedRtpCapabilities(local, remote, false);
  return {
    recvCapabilities: client.getRecvRtpCapabilities(extended) as RtpCapabilities,
    /** RTP parameters as a handler passes them to `produce`. */
    sending: (kind: 'audio' | 'video', encodings: RtpParameters['encodings']): RtpParameters => {
      const parameters = client.getSendingRtpParameters(kind, extended);
      const { codecs } = parameters;
      return {
        ...parameters,
        mid: '0',
        codecs: codecs.slice(0, kind === 'video' ? 2 : 1),
        encodings: encodings ?? [],
        rtcp: { cname: 'wobble', reducedSize: true },
        msid: 'stream track',
      };
    },
    canReceive: (parameters: RtpParameters) => {
      const copy = structuredClone(parameters) as Parameters<typeof client.validateAndNormalizeRtpParameters>[0];
      client.validateAndNormalizeRtpParameters(copy);
      return client.canReceive(copy, client.getRecvRtpCapabilities(extended));
    },
  };
}

const simulcast = [{ rid: 'r0', maxBitrate: 100_000, scalabilityMode: 'L1T3' }, { rid: 'r1' }, { rid: 'r2' }];
const single = [{ ssrc: 1111, rtx: { ssrc: 1112 }, dtx: false }];

describe('Router capabilities for the genuine client', () => {
  const written = carried(toV2Capabilities(routerCapabilities()));
  const extended = v2Client.getExtendedRtpCapabilities(native.v2, written);

  it('let the client send and receive with the payload types of the router', () => {
    expect(v2Client.canSend('audio', extended)).toBe(true);
    expect(v2Client.canSend('video', extended)).toBe(true);
    expect(extended.codecs.map(({ recvPayloadType }) => recvPayloadType)).toEqual(
      routerCapabilities()
        .codecs!.filter(({ mimeType }) => !mimeType.endsWith('/rtx'))
        .map(({ preferredPayloadType }) => preferredPayloadType),
    );
  });

  it('keep the feedback, which the client compares exactly', () => {
    expect(extended.codecs[2]!.rtcpFeedback).toEqual(
      expect.arrayContaining([{ type: 'nack' }, { type: 'nack', parameter: 'pli' }, { type: 'goog-remb' }]),
    );
  });

  it('come from the client at join in a form that mediasoup accepts', () => {
    const joined = fromV2Capabilities(read(v2Client.getRtpCapabilities(extended)));
    const consumer = structuredClone(withoutMid(joined));
    expect(() => server.validateAndNormalizeRtpCapabilities(consumer as never)).not.toThrow();
    expect(consumer.headerExtensions.map(({ uri }) => uri)).not.toContain('urn:ietf:params:rtp-hdrext:sdes:mid');
    expect(joined.headerExtensions.map(({ uri }) => uri)).toContain('urn:ietf:params:rtp-hdrext:sdes:mid');
  });

  it("come from the client's producers in a form that mediasoup accepts", () => {
    for (const kind of ['audio', 'video'] as const) {
      const sent = { ...v2Client.getSendingRtpParameters(kind, extended), muxId: 'm', encodings: [{ ssrc: 7 }] };
      const { rtpParameters, profiles } = fromV2ProducerParameters(readParameters({ ...sent, rtcp: { cname: 'c' } }));
      expect(profiles).toEqual([]);
      expect(() => server.validateAndNormalizeRtpParameters(rtpParameters as never)).not.toThrow();
      const mapping = server.getProducerRtpParametersMapping(rtpParameters, routerCapabilities());
      expect(mapping.codecs).toHaveLength(kind === 'video' ? 2 : 1);
    }
  });
});

describe("Capabilities of a genuine room for Tureen's client", () => {
  const room = roomCapabilities();
  const device = deviceOf(fromV2Capabilities(read(room)));

  it('load into a device', () => {
    expect(device.recvCapabilities.codecs!.map(({ mimeType }) => mimeType)).toEqual(
      expect.arrayContaining(['audio/opus', 'audio/PCMU', 'video/VP8', 'video/H264', 'video/rtx']),
    );
  });

  it('are a valid subset for the genuine server at join', () => {
    const written = carried(toV2Capabilities(device.recvCapabilities));
    expect(() => v2Server.assertCapabilitiesSubset(written, room)).not.toThrow();
    expect(named(written, 'rtx').parameters).toHaveProperty('apt');
  });

  it.each([
    ['audio', single],
    ['video', single],
    ['video', simulcast],
  ] as const)('let the genuine server accept and forward a producer: %s', (kind, encodings) => {
    const written = carried(toV2ProducerParameters(device.sending(kind, [...encodings])));
    const mapping = v2Server.getProducerRtpParametersMapping(written, room);
    const consumable = v2Server.getConsumableRtpParameters(written, room, mapping);
    const consumer = v2Server.getConsumerRtpParameters(consumable, toV2Capabilities(device.recvCapabilities));
    const offered = fromV2ConsumerParameters(readParameters(consumer), { id: 30000001, kind });
    expect(device.canReceive(offered)).toBe(true);
    expect(offered).toMatchObject({ mid: `${kind.charAt(0)}30000001`, rtcp: { cname: 'wobble' } });
  });
});

describe("Consumers of Tureen's router", () => {
  const router = routerCapabilities();
  const device = deviceOf(routerCapabilities());

  function consumed(kind: 'audio' | 'video', encodings: RtpParameters['encodings']): RtpParameters {
    const produced: Parameters<typeof server.getConsumableRtpParameters>[1] = structuredClone(
      device.sending(kind, encodings),
    );
    server.validateAndNormalizeRtpParameters(produced);
    const mapping = server.getProducerRtpParametersMapping(produced, router);
    const consumable = server.getConsumableRtpParameters(kind, produced, router, mapping);
    return server.getConsumerRtpParameters({
      consumableRtpParameters: consumable,
      remoteRtpCapabilities: withoutMid(device.recvCapabilities),
      pipe: false,
      enableRtx: true,
    });
  }

  it.each([
    ['audio', single],
    ['video', simulcast],
  ] as const)("can be received by the genuine client and by Tureen's: %s", (kind, encodings) => {
    const written = carried(toV2ConsumerParameters({ ...consumed(kind, [...encodings]), mid: '0' }));
    expect(written.muxId).toBeUndefined();
    expect(written.encodings).toHaveLength(1);
    const extended = v2Client.getExtendedRtpCapabilities(native.v2, toV2Capabilities(routerCapabilities()));
    expect(v2Client.canReceive(written, extended)).toBe(true);
    expect(device.canReceive(fromV2ConsumerParameters(written, { id: 1, kind }))).toBe(true);
  });

  it('have no codecs if the receiver cannot decode them', () => {
    const extended = v2Client.getExtendedRtpCapabilities(native.v2, toV2Capabilities(routerCapabilities()));
    expect(v2Client.canReceive(carried(emptyV2Parameters()), extended)).toBe(false);
    expect(device.canReceive(fromV2ConsumerParameters(emptyV2Parameters(), { id: 1, kind: 'video' }))).toBe(false);
  });
});

describe('Producer conversion', () => {
  const device = deviceOf(routerCapabilities());

  it('converts mid to muxId and rid to encodingId, and assigns profiles from the lowest stream', () => {
    const written = toV2ProducerParameters(device.sending('video', simulcast));
    expect(written).toMatchObject({ muxId: '0', rtcp: { cname: 'wobble', reducedSize: true, mux: true } });
    expect(written.encodings).toEqual([
      { encodingId: 'r0', profile: 'low' },
      { encodingId: 'r1', profile: 'medium' },
      { encodingId: 'r2', profile: 'high' },
    ]);
    expect(written).not.toHaveProperty('msid');
  });

  it('assigns no profile to a single stream, as the genuine server requires', () => {
    expect(toV2ProducerParameters(device.sending('video', single)).encodings).toEqual([
      { ssrc: 1111, rtx: { ssrc: 1112 } },
    ]);
  });

  it('converts back from the lowest stream, with the profiles', () => {
    const written = toV2ProducerParameters(device.sending('video', simulcast));
    const [low, , high] = written.encodings;
    expect(fromV2ProducerParameters({ ...written, encodings: [high!, low!] })).toMatchObject({
      profiles: ['low', 'high'],
      rtpParameters: { mid: '0', encodings: [{ rid: 'r0' }, { rid: 'r2' }] },
    });
  });

  it('assigns profiles by order if some are missing or repeated', () => {
    const written = toV2ProducerParameters(device.sending('video', single));
    const stream = { ssrc: 1 };
    const other = { ssrc: 2 };
    for (const encodings of [
      [stream, other],
      [
        { ...stream, profile: 'low' as const },
        { ...other, profile: 'low' as const },
      ],
      [{ ...stream, profile: 'default' as const }, other],
    ]) {
      const { rtpParameters, profiles } = fromV2ProducerParameters({ ...written, encodings });
      expect(rtpParameters.encodings).toEqual([{ ssrc: 1 }, { ssrc: 2 }]);
      expect(profiles).toEqual(['low', 'medium']);
    }
    expect(fromV2ProducerParameters({ ...written, encodings: [{ ssrc: 1, profile: 'high' }] })).toMatchObject({
      profiles: [],
      rtpParameters: { encodings: [{ ssrc: 1 }] },
    });
  });

  it('converts parameters of codecs to numbers and texts, as mediasoup 3 requires', () => {
    const parameters = { 'level-asymmetry-allowed': true, stereo: false, apt: 3, mode: 'x', nothing: null };
    const codec = {
      name: 'H264',
      mimeType: 'video/H264',
      payloadType: 1,
      clockRate: 90000,
      rtcpFeedback: [],
      parameters,
    };
    const { rtpParameters } = fromV2ProducerParameters({ ...emptyV2Parameters(), codecs: [codec] });
    expect(rtpParameters.codecs[0]!.parameters).toEqual({
      'level-asymmetry-allowed': 1,
      stereo: 0,
      apt: 3,
      mode: 'x',
    });
  });
});

describe('Converted parameters', () => {
  const rtcps = [undefined, {}, { cname: '' }, { cname: 'my camera' }, { cname: 'a\r\nb' }, { reducedSize: false }];

  it.each([
    ['createProducer', toV2ProducerParameters],
    ['newConsumer', toV2ConsumerParameters],
  ])('always have a CNAME that mediasoup-client 2 can write into SDP: %s', (_, write) => {
    for (const rtcp of rtcps) {
      const written = carried(write({ codecs: [], encodings: [{ ssrc: 1 }], ...(rtcp === undefined ? {} : { rtcp }) }));
      expect(written.rtcp).toEqual({
        cname: expect.stringMatching(/^[A-Za-z0-9+]{16}$/),
        reducedSize: rtcp?.reducedSize ?? true,
        mux: true,
      });
    }
    const named = write({ codecs: [], rtcp: { cname: '{4aeec155-ca93}' } });
    expect(named.rtcp.cname).toBe('{4aeec155-ca93}');
  });
});

describe('Consumer conversion', () => {
  it('adds a mid and a cname, and removes the MID extension', () => {
    const offered = fromV2ConsumerParameters(
      {
        ...emptyV2Parameters(),
        muxId: '7',
        headerExtensions: [
          { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 5 },
          { uri: 'urn:3gpp:video-orientation', id: 4 },
        ],
        encodings: [{ ssrc: 9, profile: 'low', encodingId: '' }],
      },
      { id: 42, kind: 'video' },
    );
    expect(offered).toEqual({
      mid: 'v42',
      codecs: [],
      headerExtensions: [{ uri: 'urn:3gpp:video-orientation', id: 4, encrypt: false, parameters: {} }],
      encodings: [{ ssrc: 9 }],
      rtcp: { cname: 'v42', reducedSize: true },
    });
  });
});

describe('Capability conversion', () => {
  it('converts a header extension without a kind to one per kind', () => {
    const uri = 'urn:ietf:params:rtp-hdrext:sdes:mid';
    for (const kind of ['', undefined, null, 'both']) {
      const capabilities = read({ codecs: [], headerExtensions: [{ kind, uri, preferredId: 5 }] });
      expect(fromV2Capabilities(capabilities).headerExtensions).toEqual([
        { kind: 'audio', uri, preferredId: 5, preferredEncrypt: false },
        { kind: 'video', uri, preferredId: 5, preferredEncrypt: false },
      ]);
    }
  });

  it('omits a single channel, as the genuine client compares exactly', () => {
    expect(named(toV2Capabilities(routerCapabilities()), 'PCMU')).not.toHaveProperty('channels');
    expect(named(toV2Capabilities(routerCapabilities()), 'opus')).toHaveProperty('channels', 2);
  });

  it('derives kind, name and mimeType from each other', () => {
    const codec = { clockRate: 90000, preferredPayloadType: 101 };
    const full = { kind: 'video', name: 'VP8', mimeType: 'video/VP8', ...codec, rtcpFeedback: [], parameters: {} };
    for (const said of [
      { mimeType: 'video/VP8' },
      { kind: 'video', name: 'VP8' },
      { kind: 'nonsense', mimeType: 'video/VP8' },
    ]) {
      expect(read({ codecs: [{ ...codec, ...said }] }).codecs).toEqual([full]);
    }
  });

  it('reads missing lists as empty', () => {
    expect(toV2Capabilities({})).toEqual(read({}));
    expect(withoutMid({})).toEqual({ headerExtensions: [] });
  });
});
