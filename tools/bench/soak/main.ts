/** `npm run soak`: see tools/bench/README.md. */
import { parseArgs } from 'node:util';

import { startServer } from '@tureen/server';

import { Census } from '../world/Census.ts';
import { CountingClock } from '../world/CountingClock.ts';
import { dialectNames } from '../world/dialects.ts';
import { collectUntil } from '../world/memory.ts';
import { megabytes, table } from '../world/table.ts';
import { type MemorySample, type MemoryTrend, memoryTrend, sampleMemory } from './memoryTrend.ts';
import { PrepareSoak } from './PrepareSoak.ts';
import { Soak } from './Soak.ts';

const { values } = parseArgs({ options: { cycles: { type: 'string', default: '500' } } });
const cycles = Number(values.cycles);
if (!Number.isInteger(cycles) || cycles < 30)
  throw new Error(`--cycles requires a whole number of at least 30, not '${String(cycles)}'`);

/** Maximum size in the last third of the run as a multiple of the second third. Resident memory changes in large steps. */
const bounds: Readonly<Record<keyof MemorySample, number>> = { heap: 1.05, resident: 1.15, worker: 1.15 };
const labels: Readonly<Record<keyof MemorySample, string>> = {
  heap: 'heap of both sides',
  resident: 'process of both sides',
  worker: 'media worker',
};

const clock = new CountingClock();
const server = await startServer(
  { port: 0, workers: 1, logLevel: 'error', pingIntervalMs: 0, dtlsTimeoutMs: 0 },
  { clock },
);
// Timers that watch the media worker run all the time.
const idleTimers = clock.pending;
const health = (await (await fetch(`${server.url}/health`)).json()) as { workers: { pid: number }[] };
const workerPid = health.workers[0]?.pid ?? 0;

const census = new Census();
const soaks = dialectNames.map((name) => new Soak(server, name, census, clock));
const prepareSoaks = dialectNames.map((name) => new PrepareSoak(server, name, clock));
const samples: MemorySample[] = [];
const every = Math.max(1, Math.floor(cycles / 30));
const startedAt = clock.now();
for (let cycle = 0; cycle < cycles; cycle++) {
  // Dialects alternate, so that a leak of one shows over the whole run.
  await soaks[cycle % soaks.length]?.cycle();
  await prepareSoaks[cycle % soaks.length]?.cycle();
  if (cycle % every === 0) samples.push(await sampleMemory(workerPid));
}
const seconds = (clock.now() - startedAt) / 1000;
for (const soak of soaks) await soak.end();
await collectUntil(() => census.aliveCount === 0 && server.registry.peerCount === 0 && clock.pending === idleTimers);

const { born, alive } = census;
const complaints = soaks.flatMap((soak) => soak.complaints);
const resumed = soaks.reduce((sum, soak) => sum + soak.resumed, 0);
const leftOpen = [...soaks, ...prepareSoaks].reduce((sum, soak) => sum + soak.leftOpen, 0);
const trend = memoryTrend(samples);
const { registry } = server;
const left = {
  peers: registry.peerCount,
  prepared: registry.prepared.size,
  rooms: registry.roomCount,
  timers: clock.pending - idleTimers,
  open: leftOpen,
};
await server.close();

console.log(
  `${String(cycles)} calls and as many prepared joins in ${String(soaks.length)} dialects, ${seconds.toFixed(1)} s; ${String(resumed)} connections cut and resumed\n`,
);
console.log(
  table([
    ['', 'created', 'alive'],
    ...Object.entries(born).map(([kind, count]) => [kind, count, alive[kind] ?? 0]),
    ['timers', '', left.timers],
    ['media sessions, listeners on tracks', '', left.open],
    ["server's rooms and peers", '', left.rooms + left.peers + left.prepared],
  ]),
);
console.log(`\n${table([['MB', 'second third', 'last third', 'ratio', 'at most'], ...trendRows(trend)])}`);
for (const complaint of complaints) console.log(complaint);

const isClean = census.aliveCount + complaints.length + Object.values(left).reduce((sum, one) => sum + one, 0) === 0;
const isFlat = keysOf(trend).every((key) => trend[key].ratio <= bounds[key]);
console.log(`\n${isClean ? 'nothing is left' : 'SOMETHING IS LEFT'}, memory ${isFlat ? 'is flat' : 'GROWS'}`);
process.exitCode = isClean && isFlat ? 0 : 1;

function keysOf(trends: MemoryTrend): (keyof MemorySample)[] {
  return Object.keys(trends) as (keyof MemorySample)[];
}

function trendRows(trends: MemoryTrend): (string | number)[][] {
  return keysOf(trends).map((key) => {
    const { early, late, ratio } = trends[key];
    return [labels[key], megabytes(early), megabytes(late), ratio.toFixed(3), bounds[key].toFixed(2)];
  });
}
