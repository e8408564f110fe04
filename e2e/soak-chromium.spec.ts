import { readFile } from 'node:fs/promises';
import type { CDPSession, Page } from '@playwright/test';
import type { RunningServer } from '@tureen/server';
import { type DialectName, dialects } from './dialects.ts';
import { expect, test } from './fixtures/test.ts';

/** Calls in mediasoup-v3, one after another; a twentieth as many in each other dialect. `npm run soak:browser` has more of them. */
const cycles = Number(process.env.SOAK_CYCLES ?? 50);
/** Of so many calls the picture of one is looked at. */
const watchedOneIn = 10;
/** What the browser itself makes of a call, and has to let go of. */
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

/** What a connection holds, of a push-pull call that ended while the browser was at it. */
const ofConnections: ReadonlySet<string> = new Set([
  'RTCPeerConnection',
  'RTCRtpSender',
  'RTCRtpReceiver',
  'RTCDtlsTransport',
  'MediaStream',
  'MediaStreamTrack',
  'our MediaStreamTrack',
]);

declare global {
  interface Window {
    /** Timers that are set, by what set them; counted from before the page's own code on. */
    timers: Record<'timeouts' | 'intervals', Set<number>>;
  }
}

/** Runs in the page, before everything else. */
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
  // What is closed is let go of by turns: a further collection takes what the one before it has set free.
  for (let done = 0; done < collections; done++) await cdp.send('HeapProfiler.collectGarbage');
  const { metrics } = await cdp.send('Performance.getMetrics');
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { JSHeapUsedSize: of('JSHeapUsedSize'), JSEventListeners: of('JSEventListeners'), Nodes: of('Nodes') };
}

/** How many objects have what `expression` gives as their prototype, wherever they are held. */
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

/** Kinds of which there is one or more, and how many. */
async function entriesLeft(page: Page, cdp: CDPSession): Promise<Record<string, number>> {
  const own = await page.evaluate(() => [...window.soak.prototypes.keys()]);
  const prototypes = [
    ...own.map((kind) => [`our ${kind}`, `window.soak.prototypes.get('${kind}')`] as const),
    ...platformKinds.map((kind) => [kind, `${kind}.prototype`] as const),
  ];
  const left: Record<string, number> = {};
  for (const [kind, expression] of prototypes) {
    const count = await instancesOf(cdp, expression);
    if (count > 0) left[kind] = count;
  }
  return left;
}

/** Of the only media worker there is. */
async function residentBytesOfWorker(server: RunningServer): Promise<number> {
  const health = (await (await fetch(`${server.url}/health`)).json()) as { workers: { pid: number }[] };
  const status = await readFile(`/proc/${String(health.workers[0]?.pid)}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** The last third against the second: the first is what is done once. */
function growth(samples: readonly number[]): number {
  const third = Math.floor(samples.length / 3);
  return median(samples.slice(2 * third)) / median(samples.slice(third, 2 * third));
}

test('nothing of a call should be left in a page, however many there were', async ({ world }) => {
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
  // One before anything is counted: for what is made once in a page.
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
  // Of connections that were closed while they had a change of their state to tell Chromium keeps its own part.
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
