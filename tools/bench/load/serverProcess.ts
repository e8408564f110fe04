/** Server of `npm run bench:server` in its own process. Sends its URL, then a report for each request. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { startServer } from '@tureen/server';

import { collectUntil } from '../world/memory.ts';

export interface ServerReport {
  readonly residentBytes: number;
  readonly heapBytes: number;
  /** Median delay of the event loop since the last report, in ms. The next field has the 99th percentile. */
  readonly delayMedianMs: number;
  readonly delay99Ms: number;
  /** Share of one processor that the process used since the last report. */
  readonly load: number;
  readonly peers: number;
}

const resolutionMs = 10;
const delay = monitorEventLoopDelay({ resolution: resolutionMs });
delay.enable();
const server = await startServer({ port: 0, logLevel: 'error', maxRooms: 10_000, dtlsTimeoutMs: 0 });
let [usedAt, used] = [performance.now(), process.cpuUsage()];

process.on('message', (question) => {
  void (question === 'collect' ? collectUntil(() => false, 10) : Promise.resolve()).then(tell);
});

function tell(): void {
  const spent = process.cpuUsage(used);
  const now = performance.now();
  const { rss, heapUsed } = process.memoryUsage();
  const report: ServerReport = {
    residentBytes: rss,
    heapBytes: heapUsed,
    // The measured values include the interval of the timer.
    delayMedianMs: Math.max(0, delay.percentile(50) / 1e6 - resolutionMs),
    delay99Ms: Math.max(0, delay.percentile(99) / 1e6 - resolutionMs),
    load: (spent.user + spent.system) / 1000 / (now - usedAt),
    peers: server.registry.peerCount,
  };
  [usedAt, used] = [now, process.cpuUsage()];
  delay.reset();
  process.send?.(report);
}

process.on('disconnect', () => void server.close());
const { workers } = (await (await fetch(`${server.url}/health`)).json()) as { workers: { pid: number }[] };
process.send?.({ url: server.url, workers: workers.map(({ pid }) => pid) });
