/** `npm run bench:outage`: see tools/bench/README.md. */
import { parseArgs } from 'node:util';

import { CountingClock } from '../world/CountingClock.ts';
import { Program } from '../world/Program.ts';
import { median, table } from '../world/table.ts';
import type { OutageClientsReport } from './clientsProcess.ts';
import type { OutageServerReady, OutageServerReport } from './serverProcess.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3,25,180,600' },
    clients: { type: 'string', default: '300' },
    stallMs: { type: 'string', default: '250' },
    tolerance: { type: 'string', default: '3' },
  },
});
const positive = (name: string, text: string) => {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`--${name} requires a positive number, not '${text}'`);
  return number;
};
const outages = values.seconds.split(',').map((text) => positive('seconds', text));
const clients = positive('clients', values.clients);
const stallMs = positive('stallMs', values.stallMs);
/** A busy machine stalls now and then. The run fails if a stall is longer than `stallMs` times this. */
const tolerance = positive('tolerance', values.tolerance);
/** The default policy tries at least once in 20 s. A client that has not reconnected this long after the server listens is lost. */
const patienceMs = 60_000;

interface Outcome {
  readonly seconds: number;
  readonly back: number;
  /** Time of each reconnect, in s after the server listened again. */
  readonly backAfter: readonly number[];
  readonly attempts: number;
  readonly peakPerSecond: number;
  readonly clientStallMs: number;
  readonly serverStallMs: number;
}

type Clients = Program<null, OutageClientsReport>;
type Server = Program<OutageServerReady, OutageServerReport>;
const startServer = (port: number): Promise<Server> =>
  Program.start(new URL('serverProcess.ts', import.meta.url), [String(port)]);

const clock = new CountingClock();

/** Resolves to null if `promise` takes longer than `ms`. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | null> {
  let cancel = () => {};
  const late = new Promise<null>((resolve) => {
    cancel = clock.after(ms, () => {
      resolve(null);
    });
  });
  return Promise.race([promise, late]).finally(cancel);
}

/** Kills a server that has `clients` clients, starts a replacement after `seconds`, and waits for the clients. */
async function outage(seconds: number, former: Server, crowd: Clients): Promise<Outcome> {
  const reported = crowd.report();
  await former.kill();
  await new Promise<void>((resolve) => clock.after(seconds * 1000, resolve));
  const server = await startServer(former.ready.port);
  const report = await within(patienceMs, reported);
  const { peers, stallMs: serverStallMs } = await server.report();
  const { backAt, connectedAt, attempts, stallMs: clientStallMs } = report ?? emptyReport;
  const { listeningAt } = server.ready;
  if (report === null) await crowd.kill();
  else await crowd.close();
  await server.close();
  return {
    seconds,
    back: report === null ? peers : backAt.length,
    backAfter: backAt.map((at) => (at - listeningAt) / 1000),
    attempts,
    peakPerSecond: peakPerSecond(connectedAt),
    clientStallMs,
    serverStallMs,
  };
}

const emptyReport: OutageClientsReport = { backAt: [], connectedAt: [], attempts: 0, stallMs: NaN };

/** Maximum number of times within one second. */
function peakPerSecond(times: readonly number[]): number {
  const sorted = times.toSorted((one, other) => one - other);
  let [first, peak] = [0, 0];
  for (const [last, at] of sorted.entries()) {
    while (at - (sorted[first] ?? at) >= 1000) first += 1;
    peak = Math.max(peak, last - first + 1);
  }
  return peak;
}

// Crowds join one after the other, so that they do not stall each other. The outages then run at the same time.
const running: Promise<Outcome>[] = [];
for (const seconds of outages.toSorted((one, other) => other - one)) {
  const server = await startServer(0);
  const crowd: Clients = await Program.start(new URL('clientsProcess.ts', import.meta.url), [
    server.ready.url,
    String(clients),
  ]);
  running.push(outage(seconds, server, crowd));
  console.log(`${String(clients)} clients joined; their server is down for ${String(seconds)} s`);
}
const outcomes = (await Promise.all(running)).toReversed();

const rows: (string | number)[][] = [
  [
    'server down',
    'clients',
    'back',
    'first, s',
    'median, s',
    'last, s',
    'attempts each',
    'peak connections/s',
    'client stall, ms',
    'server stall, ms',
  ],
];
for (const { seconds, back, backAfter, attempts, peakPerSecond: peak, ...stalls } of outcomes)
  rows.push([
    `${String(seconds)} s`,
    clients,
    `${((back / clients) * 100).toFixed(1)} %`,
    Math.min(...backAfter).toFixed(1),
    median(backAfter).toFixed(1),
    Math.max(...backAfter).toFixed(1),
    (attempts / clients).toFixed(1),
    peak,
    stalls.clientStallMs.toFixed(0),
    stalls.serverStallMs.toFixed(0),
  ]);
console.log(`\n${table(rows)}\n`);

const lost = outcomes.some(({ back }) => back < clients);
const longest = Math.max(...outcomes.flatMap(({ clientStallMs, serverStallMs }) => [clientStallMs, serverStallMs]));
if (lost) console.log('SOME CLIENTS DID NOT RECONNECT');
if (!(longest <= stallMs))
  console.log(
    `the longest stall, ${longest.toFixed(0)} ms, is above ${String(stallMs)} ms; on a busy machine, up to ${String(stallMs * tolerance)} ms are accepted`,
  );
process.exitCode = lost || !(longest <= stallMs * tolerance) ? 1 : 0;
