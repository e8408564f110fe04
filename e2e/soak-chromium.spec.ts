import { readFile } from 'node:fs/promises';
import type { CDPSession, Page } from '@playwright/test';
import type { RunningServer } from '@tureen/server';
import { type DialectName, dialects } from './dialects.ts';
import { expect, test } from './fixtures/test.ts';

/** Calls in mediasoup-v3. Each other dialect has a twentieth as many. `npm run soak:browser` has more. */
const cycles = Number(process.env.SOAK_CYCLES ?? 50);
/** One of this many calls also plays its picture. */
const watchedOneIn = 10;
/** Browser objects of a call, which the browser must release. */
const platformKinds = [
  'RTCPeerConnection',
  'RTCRtpSender',
  'RTCRtpReceiver',
  'RTCDataChannel',
  'RTCDtlsTransport',
  'MediaStream',
  'MediaStreamTrack',
  'WebSocket',
  'HTMLVideoElement',
  'HTMLAudioElement',
];

/** Objects that a connection of push-pull keeps if the call ends during a change of its state. */
const ofConnections: ReadonlySet<string> = new Set([
  'RTCPeerConnection',
  'RTCRtpSender',
  'RTCRtpReceiver',
  'RTCDtlsTransport',
  'MediaStream',
  'MediaStreamTrack',
  'own MediaStreamTrack',
]);

declare global {
  interface Window {
    /** Active timers by type, counted from before the page's own code. */
    timers: Record<'timeouts' | 'intervals', Set<number>>;
  }
}

/** Runs in the page before any other code. */
function countTimers(): void {
  const timeouts = new Set<number>();
  const intervals = new Set<number>();
  const { setTimeout, setInterval, clearTimeout, clearInterval } = window;
  window.setTimeout = ((handler: () => void, ms?: number) => {
    const id = setTimeout.call(
      window,
      () => {
        timeouts.delete(id);
        handler();
      },
      ms,
    ) as unknown as number;
    timeouts.add(id);
    return id;
  }) as typeof window.setTimeout;
  window.setInterval = ((handler: () => void, ms?: number) => {
    const id = setInterval.call(window, handler, ms) as unknown as number;
    intervals.add(id);
    return id;
  }) as typeof window.setInterval;
  window.clearTimeout = ((id?: number) => {
    if (id !== undefined) timeouts.delete(id);
    clearTimeout.call(window, id);
  }) as typeof window.clearTimeout;
  window.clearInterval = ((id?: number) => {
    if (id !== undefined) intervals.delete(id);
    clearInterval.call(window, id);
  }) as typeof window.clearInterval;
  window.timers = { timeouts, intervals };
}

interface Metrics {
  readonly JSHeapUsedSize: number;
  readonly JSEventListeners: number;
  readonly Nodes: number;
}

async function metricsOf(cdp: CDPSession, collections = 3): Promise<Metrics> {
  // Each collection releases objects that the previous one has made unreachable.
  for (let done = 0; done < collections; done++) await cdp.send('HeapProfiler.collectGarbage');
  const { metrics } = await cdp.send('Performance.getMetrics');
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { JSHeapUsedSize: of('JSHeapUsedSize'), JSEventListeners: of('JSEventListeners'), Nodes: of('Nodes') };
}

/** Number of live objects with the prototype that `expression` returns. */
async function instancesOf(cdp: CDPSession, expression: string): Promise<number> {
  const { result } = await cdp.send('Runtime.evaluate', { expression, objectGroup: 'census' });
  const { objects } = await cdp.send('Runtime.queryObjects', {
    prototypeObjectId: result.objectId ?? '',
    objectGroup: 'census',
  });
  const { result: length } = await cdp.send('Runtime.callFunctionOn', {
    objectId: objects.objectId ?? '',
    functionDeclaration: 'function () { return this.length; }',
  });
  await cdp.send('Runtime.releaseObjectGroup', { objectGroup: 'census' });
  return Number(length.value);
}

/** Kinds with at least one live object, and their counts. */
async function entriesLeft(page: Page, cdp: CDPSession): Promise<Record<string, number>> {
  const own = await page.evaluate(() => [...window.soak.prototypes.keys()]);
  const prototypes = [
    ...own.map((kind) => [`own ${kind}`, `window.soak.prototypes.get('${kind}')`] as const),
    ...platformKinds.map((kind) => [kind, `${kind}.prototype`] as const),
  ];
  const left: Record<string, number> = {};
  for (const [kind, expression] of prototypes) {
    const count = await instancesOf(cdp, expression);
    if (count > 0) left[kind] = count;
  }
  return left;
}

/** Resident memory of the only media worker. */
async function residentBytesOfWorker(server: RunningServer): Promise<number> {
  const health = (await (await fetch(`${server.url}/health`)).json()) as { workers: { pid: number }[] };
  const status = await readFile(`/proc/${String(health.workers[0]?.pid)}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Last third relative to the second. The first third includes one-time costs. */
function growth(samples: readonly number[]): number {
  const third = Math.floor(samples.length / 3);
  return median(samples.slice(2 * third)) / median(samples.slice(third, 2 * third));
}

test('a page releases everything of its calls, however many there were', async ({ world }) => {
  test.setTimeout(Math.max(120_000, cycles * 4000));
  const { page } = await world.open('', { path: '/pages/soak/', beforeLoad: (one) => one.addInitScript(countTimers) });
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  let calls = 0;
  const call = async (dialect: DialectName) => {
    const watches = calls % watchedOneIn === 0;
    const roomId = `${world.roomId}-${String(++calls)}`;
    const request = { serverUrl: world.urlOf(dialect), roomId, dialect, watches };
    await page.evaluate((wanted) => window.soak.call(wanted), request);
  };
  const isEmpty = async () => {
    await expect.poll(() => entriesLeft(page, cdp), { message: 'objects found by their prototypes' }).toEqual({});
  };
  // One call before counting, for objects that a page creates once.
  await call('mediasoup-v3');
  const before = await metricsOf(cdp);
  const samples: { heap: number; worker: number }[] = [];
  for (let cycle = 0; cycle < cycles; cycle++) {
    await call('mediasoup-v3');
    if (cycle % 2 === 0)
      samples.push({
        heap: (await metricsOf(cdp, 1)).JSHeapUsedSize,
        worker: await residentBytesOfWorker(world.server),
      });
  }
  await isEmpty();
  const after = await metricsOf(cdp);
  expect(after.JSEventListeners).toBeLessThanOrEqual(before.JSEventListeners);
  expect(after.Nodes).toBeLessThanOrEqual(before.Nodes);
  const several = async (dialect: DialectName) => {
    for (let cycle = 0; cycle < cycles / 20; cycle++) await call(dialect);
  };
  for (const dialect of dialects) if (dialect.startsWith('mediasoup-v2')) await several(dialect);
  await isEmpty();
  await several('push-pull');
  // Chromium keeps part of connections that were closed before they reported a change of their state.
  await expect
    .poll(async () => Object.keys(await entriesLeft(page, cdp)).filter((kind) => !ofConnections.has(kind)))
    .toEqual([]);

  const { born, alive, timers } = await page.evaluate(() => ({
    born: window.soak.born(),
    alive: window.soak.alive(),
    timers: window.timers.timeouts.size + window.timers.intervals.size,
  }));
  expect(born).toMatchObject({ Room: 2 * calls, Peer: 2 * calls, Producer: 3 * calls, Consumer: 3 * calls });
  expect(Object.keys(alive).filter((kind) => (alive[kind] ?? 0) > 0 && kind !== 'MediaStreamTrack')).toEqual([]);
  expect(timers).toBe(0);
  expect(world.server.registry.peerCount + world.server.registry.roomCount).toBe(0);
  const growths = {
    heap: growth(samples.map(({ heap }) => heap)),
    worker: growth(samples.map(({ worker }) => worker)),
  };
  test.info().annotations.push({ type: 'growth', description: JSON.stringify({ calls, before, after, ...growths }) });
  expect(growths.heap).toBeLessThan(1.05);
  expect(growths.worker).toBeLessThan(1.15);
});
