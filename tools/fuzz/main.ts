/**
 * Sends malformed messages to the server and to the client, in each dialect: `npm run fuzz`. Exits with code 1 after a crash, an uncaught
 * error, a disturbed honest peer, a resource left open, or growing memory. `--weigh` instead measures the CPU time of the most expensive
 * messages within the limits, and exits with code 1 for a message far above its bound.
 */
import { parseArgs } from 'node:util';
import { createMediasoupBackend } from '../../packages/server/src/engine/mediasoup/index.ts';
import { capturedLogs } from '../../packages/server/src/testing/capturedLogs.ts';
import { fuzzClient } from './client.ts';
import { dialects, type DialectName, type Direction } from './dialects.ts';
import type { FuzzReport } from './report.ts';
import { fuzzServer } from './server.ts';
import { report, weighDialect } from './weigh/weigh.ts';

/** Maximum growth of the heap over three quarters of a run, which allows for caches and compiled code. */
const maxHeapGrowth = 8 * 1024 * 1024;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    messages: { type: 'string', default: '100000' },
    dialect: { type: 'string', multiple: true, default: [...dialects] },
    direction: { type: 'string', multiple: true, default: ['server', 'client'] },
    weigh: { type: 'boolean', default: false },
  },
});
let hasFailed = false;
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const messages = Number(values.messages);
const wanted = dialects.filter((dialect) => values.dialect.includes(dialect));
const directions = (['server', 'client'] as const).filter((direction) => values.direction.includes(direction));
if (!Number.isInteger(seed) || !Number.isInteger(messages) || wanted.length === 0 || directions.length === 0) {
  console.error(
    `usage: npm run fuzz -- [--weigh] [--seed=N] [--messages=N] [--dialect=${dialects.join('|')}]... [--direction=server|client]...`,
  );
  process.exit(2);
}

if (values.weigh) await weigh();
else await fuzz();

async function fuzz(): Promise<void> {
  console.log(`seed ${String(seed)}: ${String(messages)} messages each; --seed=${String(seed)} repeats it`);
  for (const dialect of wanted) for (const direction of directions) await run(dialect, direction);
  process.exitCode = hasFailed ? 1 : 0;
}

/** Measures the CPU time of the most expensive messages. */
async function weigh(): Promise<void> {
  const weighed = [];
  for (const dialect of wanted) {
    const backend = await createMediasoupBackend({ logger: capturedLogs().logger, workers: 1 });
    weighed.push(...(await weighDialect(backend, dialect, { rounds: 5, perMethod: 6 })));
    await backend.close();
  }
  const { lines, hasFailed: hasTooExpensive } = report(weighed);
  for (const line of lines) console.log(line);
  process.exitCode = hasTooExpensive ? 1 : 0;
}

async function run(dialect: DialectName, direction: Direction): Promise<void> {
  const start = performance.now();
  const report = direction === 'client' ? await fuzzClient({ dialect, seed, messages }) : await overWorker(dialect);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const faults = [...report.faults];
  const { counts, heapGrowth } = report;
  if (heapGrowth !== null && heapGrowth > maxHeapGrowth) faults.push(`the heap grew by ${megabytes(heapGrowth)}`);
  const counted = Object.entries(counts).map(([name, number]) => `${name} ${String(number)}`);
  const heap = heapGrowth === null ? 'not measured' : megabytes(heapGrowth);
  console.log(
    `${dialect} ${direction}: ${String(report.messages)} messages, ${counted.join(', ')}; heap ${heap}; ` +
      `${seconds} s; seed ${String(seed)}; ${faults.length === 0 ? 'ok' : 'FAILED'}`,
  );
  for (const fault of faults) console.log(`  ${fault}`);
  if (faults.length > 0) hasFailed = true;
}

/** Runs with a separate worker, which must be empty at the end. */
async function overWorker(dialect: DialectName): Promise<FuzzReport> {
  const faults: string[] = [];
  const backend = await createMediasoupBackend({ logger: capturedLogs().logger, workers: 1 });
  backend.on('workerDied', ({ error }) => faults.push(`the worker exited: ${error.message}`));
  const report = await fuzzServer(backend, { dialect, seed, messages, huge: 140_000 });
  const left = (await backend.dump()).flatMap(({ routers }) => routers);
  if (left.length > 0) faults.push(`left on the worker: ${JSON.stringify(left)}`);
  await backend.close();
  return { ...report, faults: [...report.faults, ...faults] };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
