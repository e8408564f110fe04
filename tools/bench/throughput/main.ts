/** `npm run bench:throughput`: see tools/bench/README.md. */
import { execFileSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { median, table } from '../world/table.ts';
import { compare } from './compare.ts';
import type { Comparison, Pair, Quantity } from './compare.ts';
import { costOf, kilobytesEach, perCpuSecond } from './measure.ts';
import type { Cost } from './measure.ts';
import { coresToPin, MeasuredServer } from './MeasuredServer.ts';
import { consumers, joins, notifications, standing } from './scenarios.ts';
import type { Scenario } from './scenarios.ts';

interface Measurement extends Quantity {
  readonly scenario: Scenario;
  readonly valueOf: (cost: Cost) => number;
  /** Whether each run needs a server that has done nothing yet. */
  readonly needsFreshServer: boolean;
}

const ofCpu = { sense: 'least', valueOf: perCpuSecond, needsFreshServer: false } as const;
const measurements: Readonly<Record<string, Measurement>> = {
  consumers: { ...ofCpu, name: 'consumers created, room of 30', bound: 1.45, scenario: consumers(30) },
  joins: { ...ofCpu, name: 'joins that send and receive', bound: 1.3, scenario: joins(150, 10) },
  notifications: { ...ofCpu, name: 'notifications, room of 60', bound: 1.12, scenario: notifications(60, 400) },
  memory: {
    name: 'kB for each of 200 peers, rooms of 10',
    sense: 'most',
    bound: 1,
    scenario: standing(200, 10),
    valueOf: kilobytesEach,
    needsFreshServer: true,
  },
};

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '10' },
    only: { type: 'string', default: Object.keys(measurements).join(',') },
  },
});
const pairs = Number(values.pairs);
if (!Number.isInteger(pairs) || pairs < 1) throw new Error(`--pairs requires a whole number, not '${values.pairs}'`);
const names = values.only.split(',');
for (const name of names)
  if (!Object.hasOwn(measurements, name))
    throw new Error(`--only: ${name} is not measured; choose from ${Object.keys(measurements).join(', ')}`);

/** Pairs that only compile the code of both servers, before those that count. */
const WARM_UP_PAIRS = 3;

const baseline = process.env.TUREEN_BASELINE;
if (baseline === undefined)
  throw new Error('TUREEN_BASELINE is missing: run `npm run bench:throughput`, which sets it up');
const checkouts = { earlier: join(baseline, 'source'), here: join(import.meta.dirname, '../../..') } as const;
type Name = keyof typeof checkouts;

const cores = coresToPin();
if (cores !== undefined) execFileSync('taskset', ['-acp', String(cores.client), String(process.pid)]);
const start = (name: Name) => MeasuredServer.start(checkouts[name], cores?.server);

const standby = { earlier: await start('earlier'), here: await start('here') };
console.log(
  `load of the last minute: ${loadavg()[0]?.toFixed(2) ?? 'unknown'}; ` +
    (cores === undefined
      ? 'the processes share all cores'
      : `servers and their workers on core ${String(cores.server)}, clients on core ${String(cores.client)}`),
);
const rows: (string | number)[][] = [
  ['per second of CPU time', 'earlier', 'here', 'ratio', 'quartiles', 'bound', 'worker, µs each'],
];
let isWithin = true;
for (const name of names) {
  const measurement = measurements[name]!;
  const { comparison, workerMicroseconds } = await run(measurement);
  isWithin &&= comparison.isWithin;
  rows.push(row(measurement, comparison, workerMicroseconds));
}
await Promise.all(Object.values(standby).map((server) => server.close()));
console.log(`medians of ${String(pairs)} pairs; earlier: f46d7bc\n${table(rows)}`);
console.log(`load of the last minute: ${loadavg()[0]?.toFixed(2) ?? 'unknown'}`);
process.exit(isWithin ? 0 : 1);

/** Measures both servers by turns, each first in every second pair. */
async function run({ scenario, valueOf, needsFreshServer, ...quantity }: Measurement) {
  const costs: Record<Name, Cost[]> = { earlier: [], here: [] };
  const warmUp = needsFreshServer ? 0 : WARM_UP_PAIRS;
  for (let pair = -warmUp; pair < pairs; pair += 1)
    for (const name of pair % 2 === 0 ? (['earlier', 'here'] as const) : (['here', 'earlier'] as const)) {
      const server = needsFreshServer ? await start(name) : standby[name];
      const cost = await costOf(server, scenario);
      if (pair >= 0) costs[name].push(cost);
      if (needsFreshServer) await server.close();
    }
  const valued: Pair[] = costs.here.map((cost, index) => ({
    earlier: valueOf(costs.earlier[index]!),
    here: valueOf(cost),
  }));
  const workerMicroseconds = (name: Name) =>
    median(costs[name].map(({ workerCpuNs, units }) => workerCpuNs / 1000 / units));
  return {
    comparison: compare(quantity, valued),
    workerMicroseconds: [workerMicroseconds('earlier'), workerMicroseconds('here')] as const,
  };
}

function row(
  { name, sense, bound }: Quantity,
  { earlier, here, ratio, quartiles, isWithin }: Comparison,
  [ofEarlier, ofHere]: readonly [number, number],
): (string | number)[] {
  return [
    name,
    earlier.toFixed(),
    here.toFixed(),
    ratio.toFixed(2),
    quartiles.map((quartile) => quartile.toFixed(2)).join(' to '),
    `${sense === 'least' ? 'at least' : 'at most'} ${bound.toFixed(2)}${isWithin ? '' : ', MISSED'}`,
    `${ofEarlier.toFixed(1)}, ${ofHere.toFixed(1)}`,
  ];
}
