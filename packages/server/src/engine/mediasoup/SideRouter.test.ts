import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { capturedLogs } from '../../testing/capturedLogs.ts';
import { audioParameters } from '../../testing/rtp.ts';
import type { MediaBackend } from '../MediaBackend.ts';
import type { MediaRouter } from '../port/MediaRouter.ts';
import type { MediaTransport } from '../port/MediaTransport.ts';
import { createMediasoupBackend } from './index.ts';

const plain = { forceTcp: false, enableSctp: false, reportBwe: false };
const logs = capturedLogs();

let backend: MediaBackend;
let router: MediaRouter;
let sending: MediaTransport;

beforeAll(async () => {
  backend = await createMediasoupBackend({ logger: logs.logger, workers: 1 });
});
beforeEach(async () => {
  router = await backend.createRouter();
  sending = await router.createWebRtcTransport(plain);
  return () => {
    router.close();
  };
});
afterEach(async () => {
  // One more round trip, for the effects of the closed router.
  await backend.dump();
  expect(JSON.stringify(logs.lines)).not.toContain('not found [method');
});
afterAll(() => backend.close());

const produce = () => sending.produce({ kind: 'audio', rtpParameters: audioParameters(), paused: false });
const renumbering = () => router.createWebRtcTransport({ ...plain, renumbers: true });

async function consume(transport: MediaTransport, producerId: string, payloadType: number | undefined) {
  const { rtpCapabilities } = router;
  return transport.consume({ producerId, rtpCapabilities, paused: true, payloadType });
}

/** Counts routers, transports, producers and consumers in the worker. */
async function held() {
  const [worker] = await backend.dump();
  const sum = (key: 'transports' | 'producers' | 'consumers') =>
    worker!.routers.reduce((total, one) => total + one[key], 0);
  return { routers: worker!.routers.length, producers: sum('producers'), consumers: sum('consumers') };
}

describe('a transport that renumbers payload types', () => {
  it('sends each consumer with the requested payload type', async () => {
    const { id } = await produce();
    const transport = await renumbering();
    const consumers = [await consume(transport, id, 50), await consume(await renumbering(), id, 51)];
    expect(consumers.map(({ rtpParameters }) => rtpParameters.codecs.map(({ payloadType }) => payloadType))).toEqual([
      [50],
      [51],
    ]);
  });

  it('shares a copy among consumers of one payload type, and keeps the copy while one of them exists', async () => {
    const { id } = await produce();
    const [one, other] = await Promise.all([renumbering(), renumbering()]);
    const [first, second] = await Promise.all([consume(one, id, 50), consume(other, id, 50)]);
    // The original and one copy; one consumer of the pipe and two of clients.
    expect(await held()).toEqual({ routers: 2, producers: 2, consumers: 3 });
    first.close();
    expect(await held()).toEqual({ routers: 2, producers: 2, consumers: 2 });
    second.close();
    // The copy closes after a round trip.
    await one.getStats();
    await one.getStats();
    expect(await held()).toEqual({ routers: 2, producers: 1, consumers: 0 });
    one.close();
    other.close();
    expect(await held()).toEqual({ routers: 1, producers: 1, consumers: 0 });
  });

  it('is not counted as a room', async () => {
    const before = backend.workers[0]!.rooms;
    await renumbering();
    expect(backend.workers[0]!.rooms).toBe(before);
  });

  it('refuses to consume without a payload type, and a common transport refuses one', async () => {
    const { id } = await produce();
    await expect(consume(await renumbering(), id, undefined)).rejects.toMatchObject({ code: 'invalidParameters' });
    await expect(consume(await router.createWebRtcTransport(plain), id, 50)).rejects.toMatchObject({
      code: 'invalidParameters',
    });
  });

  it.each([0, 300, 72.5, Number.NaN])(
    'refuses or serves payload type %s, and serves the next request',
    async (payloadType) => {
      const { id } = await produce();
      const transport = await renumbering();
      const outcome = await consume(transport, id, payloadType).then(
        () => 'served',
        (error: { name: string }) => error.name,
      );
      expect(['served', 'MediaError']).toContain(outcome);
      const { rtpParameters } = await consume(await renumbering(), id, 50);
      expect(rtpParameters.codecs[0]?.payloadType).toBe(50);
    },
  );

  it('refuses a producer that has closed', async () => {
    const producer = await produce();
    producer.close();
    await expect(consume(await renumbering(), producer.id, 50)).rejects.toMatchObject({ code: 'closed' });
  });

  it('closes together with the producer without an error of the worker', async () => {
    const producer = await produce();
    const [one, other] = await Promise.all([renumbering(), renumbering()]);
    await Promise.all([consume(one, producer.id, 50), consume(other, producer.id, 51)]);
    producer.close();
    one.close();
    // One round trip for the notification of the worker, one for its effects.
    await other.getStats();
    await other.getStats();
    other.close();
    expect(JSON.stringify(logs.lines)).not.toContain('not found [method');
  });

  it('closes with the router of the room', async () => {
    const { id } = await produce();
    await consume(await renumbering(), id, 50);
    router.close();
    expect(await held()).toEqual({ routers: 0, producers: 0, consumers: 0 });
    await expect(renumbering()).rejects.toMatchObject({ name: 'MediaError' });
  });
});
