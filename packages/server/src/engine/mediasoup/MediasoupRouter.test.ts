import type { RtpCapabilities, RtpParameters, SctpStreamParameters } from '@tureen/protocol/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { capturedLogs } from '../../testing/capturedLogs.ts';
import { watchRouters } from './testing/watchRouters.ts';
import { RtpSource } from './testing/RtpSource.ts';
import type { MediaBackend } from '../MediaBackend.ts';
import type { MediaRouter } from '../port/MediaRouter.ts';
import type { MediaSpeechEvents, MediaSpeechObserver } from '../port/MediaSpeechObserver.ts';
import type { MediaTransport } from '../port/MediaTransport.ts';
import { createMediasoupBackend } from './index.ts';

const routers = watchRouters();
const transportOptions = { forceTcp: false, enableSctp: true, reportBwe: false };

let backend: MediaBackend;
let router: MediaRouter;
let transport: MediaTransport;
beforeAll(async () => {
  backend = await createMediasoupBackend({ logger: capturedLogs().logger, workers: 1 });
});
beforeEach(async () => {
  router = await backend.createRouter();
  transport = await router.createWebRtcTransport(transportOptions);
  return () => {
    router.close();
  };
});
afterAll(() => backend.close());

let nextSsrc = 1000;
let nextMid = 0;

function video(change: Partial<RtpParameters> = {}): RtpParameters {
  return {
    mid: String((nextMid += 1)),
    codecs: [{ mimeType: 'video/VP8', payloadType: 100, clockRate: 90_000, parameters: {}, rtcpFeedback: [] }],
    encodings: [{ ssrc: (nextSsrc += 1) }],
    rtcp: { cname: 'test' },
    ...change,
  };
}

const produce = (rtpParameters: RtpParameters) => transport.produce({ kind: 'video', rtpParameters, paused: false });

describe('malformed parameters of a client', () => {
  // mediasoup builds its messages to a worker in one buffer. A value that does not fit would leave the buffer open forever.
  it.each<[string, RtpParameters]>([
    ['a fraction of a bit', video({ encodings: [{ ssrc: 1, maxBitrate: 1000.5 }] })],
    ['an endless bitrate', video({ encodings: [{ ssrc: 2, maxBitrate: Number.POSITIVE_INFINITY }] })],
  ])('are rounded: %s', async (_, rtpParameters) => {
    await expect(produce(rtpParameters)).resolves.toBeDefined();
    await expect(produce(video())).resolves.toBeDefined();
  });

  it.each<[string, RtpParameters]>([
    ['no codecs', video({ codecs: [] })],
    ['a codec that the router lacks', video({ codecs: [{ mimeType: 'video/nope', payloadType: 1, clockRate: 1 }] })],
    ['a parameter that is no value', video({ codecs: [{ ...video().codecs[0]!, parameters: { a: {} } }] })],
    ['an extension unheard of', video({ headerExtensions: [{ uri: 'urn:nope' as never, id: 1 }] })],
    ['an encoding for a codec that is not there', video({ encodings: [{ ssrc: 3, codecPayloadType: 55 }] })],
  ])('are refused, and the next request succeeds: %s', async (_, rtpParameters) => {
    await expect(produce(rtpParameters)).rejects.toMatchObject({ name: 'MediaError', code: 'invalidParameters' });
    await expect(produce(video())).resolves.toBeDefined();
  });

  it('are refused without the text of the worker for a stream in use', async () => {
    const rtpParameters = video();
    await produce(rtpParameters);
    await expect(produce(rtpParameters)).rejects.toMatchObject({
      code: 'refused',
      message: expect.not.stringContaining('method:'),
    });
  });

  it.each<SctpStreamParameters>([{ streamId: 65_535 }, { streamId: 1, ordered: true, maxRetransmits: 1 }])(
    'are refused for a data channel %j',
    async (sctpStreamParameters) => {
      await expect(transport.produceData({ sctpStreamParameters, label: 'chat', protocol: '' })).rejects.toMatchObject({
        code: 'invalidParameters',
      });
    },
  );

  it('are refused for capabilities that no client can have', () => {
    expect(() => {
      router.matchRtpCapabilities({ codecs: [{ ...router.rtpCapabilities.codecs![0]!, parameters: { a: {} } }] });
    }).toThrow(expect.objectContaining({ name: 'MediaError', code: 'invalidParameters' }));
    router.matchRtpCapabilities(router.rtpCapabilities);
  });
});

describe('consumers', () => {
  it('start at the highest layers for simulcast, and accept no higher ones than there are', async () => {
    const producer = await produce(
      video({ encodings: [1, 2, 3].map((n) => ({ ssrc: nextSsrc + n * 10, scalabilityMode: 'L1T3' })) }),
    );
    nextSsrc += 100;
    expect(producer.type).toBe('simulcast');
    const recv = await router.createWebRtcTransport(transportOptions);
    const { rtpCapabilities } = router;
    const consumer = await recv.consume({ producerId: producer.id, rtpCapabilities, paused: true });
    expect(consumer.preferredLayers).toEqual({ spatialLayer: 2, temporalLayer: 2 });
    await consumer.setPreferredLayers({ spatialLayer: 1 });
    expect(consumer.preferredLayers).toEqual({ spatialLayer: 1, temporalLayer: 2 });
    // As one byte the value would be the lowest layer.
    await consumer.setPreferredLayers({ spatialLayer: 256, temporalLayer: 256 });
    expect(consumer.preferredLayers).toEqual({ spatialLayer: 2, temporalLayer: 2 });
  });

  it('exist only for codecs that the receiver has', async () => {
    const producer = await produce(video());
    const { codecs = [], ...rest } = router.rtpCapabilities;
    const narrowed = (declared: RtpCapabilities) =>
      router.narrowRtpCapabilities(producer.consumableRtpParameters, router.matchRtpCapabilities(declared));
    expect(narrowed(router.rtpCapabilities)?.codecs?.map(({ mimeType }) => mimeType)).toEqual([
      'video/VP8',
      'video/rtx',
    ]);
    expect(narrowed({ ...rest, codecs: codecs.filter(({ kind }) => kind === 'audio') })).toBeUndefined();
  });

  it('close with their producer', async () => {
    const producer = await produce(video());
    const recv = await router.createWebRtcTransport(transportOptions);
    await recv.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities, paused: true });
    producer.close();
    const [worker] = await backend.dump();
    expect(worker?.routers.find(({ id }) => id === router.id)).toMatchObject({ producers: 0, consumers: 0 });
  });
});

describe('the speech observer', () => {
  function nextVolumes(observer: MediaSpeechObserver) {
    return new Promise<MediaSpeechEvents['volumes']>((resolve) => {
      observer.once('volumes', resolve);
    });
  }

  it('reports volumes, the dominant speaker, and silence', async () => {
    const observer = await router.createSpeechObserver({ intervalMs: 250, thresholdDbov: -80 });
    const direct = await routers.latest.createDirectTransport();
    const sources = [new RtpSource(), new RtpSource()];
    const [quiet, loud] = await Promise.all(
      sources.map(({ rtpParameters }) => direct.produce({ kind: 'audio', rtpParameters })),
    );
    await Promise.all([observer.add(quiet!.id), observer.add(loud!.id)]);
    const leads = new Promise((resolve) => {
      observer.once('dominantSpeaker', resolve);
    });

    const speaking = nextVolumes(observer);
    sources[0]!.speak(quiet!, 40);
    sources[1]!.speak(loud!, 10);
    expect(await speaking).toEqual({
      volumes: [
        { producerId: loud!.id, volume: -10 },
        { producerId: quiet!.id, volume: -40 },
      ],
    });
    expect(await leads).toEqual({ producerId: expect.any(String) });
    expect(await nextVolumes(observer)).toEqual({ volumes: [] });
  });
});
