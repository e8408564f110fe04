import { FakeHandler, testFakeParameters } from 'mediasoup-client';
import type { types } from 'mediasoup-client';
import { describe, expect, it, vi } from 'vitest';

import { omitUndefined } from '../../shared/omitUndefined.ts';
import type { ProducerEncoding } from '../MediaEngine.ts';
import { DeviceEngine } from './DeviceEngine.ts';
import { describeTransport, trackOf } from './deviceFixture.ts';

const descriptor = 'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension';
const video = (mimeType: string, preferredPayloadType: number): types.RtpCodecCapability => ({
  kind: 'video',
  mimeType,
  preferredPayloadType,
  clockRate: 90_000,
  rtcpFeedback: [],
  parameters: {},
});

interface Browser {
  /** Name of the handler in mediasoup-client. Default `Chrome111`. */
  readonly name?: string;
  /** Codecs of the router, best first. */
  readonly codecs: readonly string[];
  /** Whether the router forwards the dependency descriptor. */
  readonly forwards?: boolean;
}

/** Produces in a browser that sends the dependency descriptor. Resolves to rates and modes that mediasoup-client gets. */
async function encodingsSent(
  { name = 'Chrome111', codecs, forwards = false }: Browser,
  encodings: readonly ProducerEncoding[],
  codec?: string,
) {
  const fake = FakeHandler.createFactory({
    ...testFakeParameters,
    generateNativeRtpCapabilities: () => ({
      codecs: codecs.map((one, index) => video(one, 100 + index)),
      headerExtensions: [{ kind: 'video', uri: descriptor, preferredId: 12 }],
    }),
  });
  const vendors: types.HandlerInterface[] = [];
  const engine = new DeviceEngine({
    handlerFactory: {
      ...fake,
      name,
      factory: (options) => {
        const vendor = fake.factory(options);
        vendors.push(vendor);
        return vendor;
      },
    },
  });
  const session = engine.open();
  await session.load({
    codecs: codecs.map((one, index) => video(one, 100 + index)),
    headerExtensions: [
      { kind: 'video', uri: descriptor, preferredId: 7, direction: forwards ? 'sendrecv' : 'recvonly' },
    ],
  } as never);
  const onProduce = vi.fn(async () => 'producer');
  const transport = session.createSendTransport(describeTransport('send'), {
    onConnect: async () => {},
    onConnectionState: () => {},
    onProduce,
    onProduceData: async () => 'data',
  });
  const send = vi.spyOn(vendors[0]!, 'send');
  const producing = transport.produce({ track: trackOf('video'), encodings, codec });
  await producing.catch(() => {
    expect(onProduce).not.toHaveBeenCalled();
    expect(transport.connectionState).toBe('new');
  });
  await producing;
  return send.mock.calls[0]?.[0].encodings?.map(({ maxBitrate, scalabilityMode }) =>
    omitUndefined({ maxBitrate, scalabilityMode }),
  );
}

const three = [{ scaleResolutionDownBy: 4 }, { scaleResolutionDownBy: 2 }, { maxBitrate: 900_000 }];

describe('encodings of a DeviceSendTransport', () => {
  it.each([
    ['video/VP9', 'L3T3_KEY'],
    ['video/AV1', 'L1T3'],
  ])('sends one encoding where the router prefers %s and the app named no codec', async (codec, scalabilityMode) => {
    expect(await encodingsSent({ codecs: [codec, 'video/VP8'] }, three)).toEqual([
      { maxBitrate: 900_000, scalabilityMode },
    ]);
  });

  it.each(['video/VP9', 'video/AV1'])('rejects several encodings of %s before any request', async (codec) => {
    await expect(encodingsSent({ codecs: ['video/VP8', codec] }, three, codec)).rejects.toMatchObject({
      code: 'unsupported',
    });
  });

  it('rejects spatial layers of AV1 unless the router forwards the dependency descriptor', async () => {
    const layers = [{ scalabilityMode: 'L3T3_KEY' }];
    await expect(encodingsSent({ codecs: ['video/AV1'] }, layers)).rejects.toMatchObject({ code: 'unsupported' });
    expect(await encodingsSent({ codecs: ['video/AV1'], forwards: true }, layers)).toEqual(layers);
  });

  it('requests no mode of AV1 and VP9 in Firefox, which ignores it', async () => {
    const encodings = [{ maxBitrate: 900_000, scalabilityMode: 'L1T3' }];
    for (const codec of ['video/AV1', 'video/VP9'])
      expect(await encodingsSent({ name: 'Firefox120', codecs: [codec] }, encodings)).toEqual([
        { maxBitrate: 900_000 },
      ]);
  });
});
