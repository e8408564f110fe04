import type { RtpCapabilities, RtpCodecCapability, RtpParameters } from '@tureen/protocol/common';
import { Device, FakeHandler, testFakeParameters } from 'mediasoup-client';
import type { types } from 'mediasoup-client';
import { ortc } from 'mediasoup';
import { describe, expect, it } from 'vitest';
import { matchedCapabilities, narrowedCapabilities } from './capabilities.ts';
import { defaultMediaCodecs } from './mediaCodecs.ts';

const router = ortc.generateRouterRtpCapabilities(structuredClone([...defaultMediaCodecs]));

/** Returns mediasoup's consumable parameters for a client that sends that codec of the router. */
function consumableOf(codec: RtpCodecCapability): RtpParameters {
  const kind = codec.kind;
  const params = {
    codecs: [{ ...codec, payloadType: 96, kind: undefined, preferredPayloadType: undefined }],
    headerExtensions: (router.headerExtensions ?? [])
      .filter((extension) => extension.kind === kind)
      .map(({ uri, preferredId }) => ({ uri, id: preferredId })),
    encodings: [{ ssrc: 1 }],
    rtcp: { cname: 'c' },
  } as unknown as Parameters<typeof ortc.getConsumableRtpParameters>[1];
  ortc.validateAndNormalizeRtpParameters(params);
  const mapping = ortc.getProducerRtpParametersMapping(params, structuredClone(router));
  return ortc.getConsumableRtpParameters(kind, params, structuredClone(router), mapping);
}

const media = (router.codecs ?? []).filter(({ mimeType }) => !mimeType.endsWith('/rtx'));

/** Returns what mediasoup would send; undefined where it can send nothing. */
function consumerOf(consumable: RtpParameters, capabilities: RtpCapabilities) {
  const remote = structuredClone(capabilities);
  if (!ortc.canConsume(consumable, remote)) return undefined;
  const { codecs, headerExtensions } = ortc.getConsumerRtpParameters({
    consumableRtpParameters: consumable,
    remoteRtpCapabilities: remote,
    pipe: false,
    enableRtx: true,
  });
  return { codecs, headerExtensions };
}

async function deviceCapabilities(): Promise<RtpCapabilities> {
  const device = new Device({ handlerFactory: FakeHandler.createFactory(testFakeParameters) });
  await device.load({ routerRtpCapabilities: router as types.RtpCapabilities });
  return device.recvRtpCapabilities;
}

/** Returns capabilities like the router's, with other payload types, another order, and many unknown codecs. */
function strangeCapabilities(): RtpCapabilities {
  const own = (router.codecs ?? []).map((codec, index) => ({ ...codec, preferredPayloadType: 96 + index })).reverse();
  const others = Array.from({ length: 60 }, (_, index) => ({
    kind: 'video' as const,
    mimeType: `video/other-${String(index)}`,
    preferredPayloadType: 100,
    clockRate: 90_000,
  }));
  return { ...router, codecs: [...others, ...own, ...own] };
}

describe('reduced capabilities', () => {
  it.each([
    ['a client with all capabilities', async () => router],
    ['a client of mediasoup-client', deviceCapabilities],
    ['a client that declares many more', async () => strangeCapabilities()],
    ['a client without retransmission', async () => ({ ...router, codecs: media })],
    ['a client without extensions', async (): Promise<RtpCapabilities> => ({ codecs: router.codecs ?? [] })],
    [
      'a client that decodes only audio',
      async () => ({ codecs: (router.codecs ?? []).filter(({ kind }) => kind === 'audio') }),
    ],
    ['a client that decodes nothing', async () => ({})],
  ])('receive the same as all declared ones: %s', async (_what, declare) => {
    const declared = await declare();
    const matched = matchedCapabilities(router, declared);
    const filled = { codecs: [], headerExtensions: [], ...structuredClone(declared) };
    for (const codec of media) {
      const consumable = consumableOf(codec);
      const narrowed = narrowedCapabilities(consumable, matched);
      expect(narrowed && consumerOf(consumable, narrowed)).toEqual(consumerOf(consumable, filled));
    }
  });

  it('are no larger than those of the router, however much was declared', () => {
    const codecs = Array.from({ length: 20 }, () => router.codecs ?? []).flat();
    const headerExtensions = Array.from({ length: 20 }, () => router.headerExtensions ?? []).flat();
    const matched = matchedCapabilities(router, { codecs, headerExtensions });
    expect(matched.codecs?.length).toBeLessThanOrEqual(router.codecs?.length ?? 0);
    expect(matched.headerExtensions?.length).toBeLessThanOrEqual(router.headerExtensions?.length ?? 0);
  });

  it('leave the declared ones unchanged', () => {
    const declared = {
      codecs: [{ kind: 'audio', mimeType: 'audio/opus', preferredPayloadType: 111, clockRate: 48_000 }],
    };
    const before = structuredClone(declared);
    matchedCapabilities(router, declared as RtpCapabilities);
    expect(declared).toEqual(before);
  });

  it('are refused when no client can have them', () => {
    const codec = { ...media[0]!, parameters: { a: {} } } as unknown as RtpCodecCapability;
    expect(() => matchedCapabilities(router, { codecs: [codec] })).toThrow(TypeError);
  });
});
