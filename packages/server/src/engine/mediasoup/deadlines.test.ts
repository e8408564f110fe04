import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { capturedLogs } from '../../testing/capturedLogs.ts';
import { audioParameters } from '../../testing/rtp.ts';
import { isPassing } from '../port/MediaError.ts';
import type { MediaBackend } from '../MediaBackend.ts';
import type { MediaConsumer } from '../port/MediaConsumer.ts';
import type { MediaDataConsumer, MediaDataProducer } from '../port/MediaDataChannels.ts';
import type {
  MediaDirectDataConsumer,
  MediaDirectDataProducer,
  MediaDirectTransport,
} from '../port/MediaDirectTransport.ts';
import type { MediaProducer } from '../port/MediaProducer.ts';
import type { MediaRouter } from '../port/MediaRouter.ts';
import type { MediaSpeechObserver } from '../port/MediaSpeechObserver.ts';
import type { MediaTransport } from '../port/MediaTransport.ts';
import { createMediasoupBackend } from './index.ts';
import { hang, settled, turn, wake, watchWorkers } from './testing/hang.ts';

const DEADLINE_MS = 10_000;
const plain = { forceTcp: false, enableSctp: true, reportBwe: true };
const stream = (streamId: number) => ({ sctpStreamParameters: { streamId, ordered: true }, label: 'l', protocol: 'p' });
const fingerprint = { algorithm: 'sha-256' as const, value: Array.from({ length: 32 }, () => 'AB').join(':') };

const made = watchWorkers();
const clock = new ManualClock();
let backend: MediaBackend;
let router: MediaRouter;
let transport: MediaTransport;
let renumbering: MediaTransport;
let producer: MediaProducer;
let consumer: MediaConsumer;
let dataProducer: MediaDataProducer;
let dataConsumer: MediaDataConsumer;
let speech: MediaSpeechObserver;
let direct: MediaDirectTransport;
let directProducer: MediaDirectDataProducer;
let directConsumer: MediaDirectDataConsumer;

const pidOf = () => backend.workers[0]!.pid;
const capabilities = () => router.rtpCapabilities;

beforeAll(async () => {
  backend = await createMediasoupBackend({ logger: capturedLogs().logger, workers: 1, clock, workerKillMs: 0 });
});
beforeEach(async () => {
  router = await backend.createRouter();
  transport = await router.createWebRtcTransport(plain);
  renumbering = await router.createWebRtcTransport({ ...plain, renumbers: true });
  producer = await transport.produce({ kind: 'audio', rtpParameters: audioParameters(), paused: false });
  const consuming = { producerId: producer.id, rtpCapabilities: capabilities(), paused: true };
  consumer = await transport.consume(consuming);
  await renumbering.consume({ ...consuming, payloadType: 50 });
  dataProducer = await transport.produceData(stream(1));
  dataConsumer = await transport.consumeData({ dataProducerId: dataProducer.id, paused: false });
  speech = await router.createSpeechObserver({ intervalMs: 800, thresholdDbov: -80 });
  direct = await router.createDirectTransport({ maxConsumedBytes: 1000, maxProducedBytes: 1000 });
  directProducer = await direct.produceData({ label: 'l', protocol: 'p' });
  directConsumer = await direct.consumeData(dataProducer.id);
  return () => {
    router.close();
  };
});
afterEach(() => {
  wake(pidOf());
});
afterAll(() => backend.close());

/** Returns the entities of the worker, after it has handled all earlier requests. */
async function held() {
  const worker = made.get(pidOf())!;
  await settled(worker);
  return { dumps: await backend.dump(), routers: (await worker.dump()).routerIds.length };
}

const calls: Record<string, () => Promise<unknown>> = {
  createWebRtcTransport: () => router.createWebRtcTransport(plain),
  'createWebRtcTransport that renumbers': () => router.createWebRtcTransport({ ...plain, renumbers: true }),
  createDirectTransport: () => router.createDirectTransport({ maxConsumedBytes: 1, maxProducedBytes: 1 }),
  connect: () => transport.connect({ role: 'client', fingerprints: [fingerprint] }),
  restartIce: () => transport.restartIce(),
  produce: () => transport.produce({ kind: 'audio', rtpParameters: audioParameters(), paused: false }),
  consume: () =>
    transport.consume({ producerId: producer.id, rtpCapabilities: capabilities(), paused: true, mid: 'x' }),
  'consume under another payload type': () =>
    renumbering.consume({ producerId: producer.id, rtpCapabilities: capabilities(), paused: true, payloadType: 51 }),
  produceData: () => transport.produceData(stream(7)),
  consumeData: () => transport.consumeData({ dataProducerId: dataProducer.id, paused: true }),
  'getStats of a transport': () => transport.getStats(),
  'pause of a producer': () => producer.pause(),
  'resume of a producer': () => producer.resume(),
  'getStats of a producer': () => producer.getStats(),
  'pause of a consumer': () => consumer.pause(),
  'resume of a consumer': () => consumer.resume(),
  setPreferredLayers: () => consumer.setPreferredLayers({ spatialLayer: 0 }),
  setPriority: () => consumer.setPriority(2),
  requestKeyFrame: () => consumer.requestKeyFrame(),
  'getStats of a consumer': () => consumer.getStats(),
  'getStats of a data producer': () => dataProducer.getStats(),
  'pause of a data consumer': () => dataConsumer.pause(),
  'resume of a data consumer': () => dataConsumer.resume(),
  'getStats of a data consumer': () => dataConsumer.getStats(),
  'produceData of the server': () => direct.produceData({ label: 'l', protocol: 'p' }),
  'consumeData of the server': () => direct.consumeData(dataProducer.id),
  'getStats of a data producer of the server': () => directProducer.getStats(),
  'pause of a data consumer of the server': () => directConsumer.pause(),
  'resume of a data consumer of the server': () => directConsumer.resume(),
  'add of a speech observer': () => speech.add(producer.id),
  dump: () => backend.dump(),
};

describe('a call to a media worker that hangs', () => {
  it.each(Object.keys(calls))('rejects as retryable at the deadline, and leaves nothing behind: %s', async (name) => {
    const before = await held();
    hang(pidOf());
    const order: string[] = [];
    const failed = calls[name]!().then(
      () => expect.unreachable('the worker hangs'),
      (error: unknown) => {
        order.push('rejected');
        return error;
      },
    );
    await turn();
    // In one step, so that the worker does not become suspect: this test is about calls.
    clock.advance(DEADLINE_MS - 1);
    await turn();
    order.push('deadline');
    clock.advance(1);
    const error = await failed;
    expect(error).toMatchObject({
      name: 'MediaError',
      code: 'timeout',
      message: 'the media worker does not respond',
    });
    expect(isPassing(error as never)).toBe(true);
    expect(order).toEqual(['deadline', 'rejected']);

    wake(pidOf());
    expect(await held()).toEqual(before);
  });

  it('rejects at the deadline for createSpeechObserver', async () => {
    hang(pidOf());
    const failed = expect(router.createSpeechObserver({ intervalMs: 800, thresholdDbov: -80 })).rejects.toMatchObject({
      code: 'timeout',
    });
    clock.advance(DEADLINE_MS);
    await failed;
  });

  it('rejects as closed when the worker exits first', async () => {
    const pid = pidOf();
    hang(pid);
    const failed = expect(transport.getStats()).rejects.toMatchObject({ name: 'MediaError', code: 'closed' });
    const replaced = new Promise((resolve) => backend.once('workerReplaced', resolve));
    process.kill(pid, 'SIGKILL');
    await failed;
    await replaced;
  });
});

describe('a request to the media worker while the event loop is blocked', () => {
  it('gets the response that arrived meanwhile, although its deadline has passed', async () => {
    const impatient = { logger: capturedLogs().logger, workers: 1, callTimeoutMs: 1000 };
    const real = await createMediasoupBackend(impatient);
    try {
      const opened = real.createRouter();
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
      expect((await opened).rtpCapabilities.codecs).not.toEqual([]);
    } finally {
      await real.close();
    }
  });
});
