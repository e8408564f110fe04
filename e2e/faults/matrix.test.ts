import { ManualClock } from '@tureen/client/testing';
import { type RunningServer, type ServerParts, startServer } from '@tureen/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DialectCase, dialectCases } from './dialectCases.ts';
import { type Boundary, type Fault, type FaultKind, faultKinds, keyOf } from './FaultyTransport.ts';
import { FaultWorld } from './FaultWorld.ts';
import { Grace } from './Grace.ts';
import { play } from './scenario.ts';

/**
 * Every fault at every message. The messages are those of a run without faults. This test runs a fixed sample of the cases, and
 * `npm run faults` all of them.
 */

const isWhole = process.env.FAULTS === 'all';
/** Size of the sample: one case in this many, and fewer for unusual envelopes. */
const oneInOf = (name: string) => (isWhole ? 1 : name.includes(' ') ? 53 : 17);
/** Runs only cases whose name begins with this text: `before toServer request join #1`, `twice`. */
const only = process.env.FAULT;
const seed = Number(process.env.SEED ?? 1);
const atOnce = 16;
/** Timeout of a case, longer than any wait inside it. */
const caseWithinMs = 60_000;

const clock = new ManualClock();
let grace: Grace;
let server: RunningServer;
let rooms = 0;
const worlds = new Set<FaultWorld>();
const complaints: string[] = [];
const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => unhandled.push(reason);
/**
 * Outcome of a case. `failed typed`: a call of the app rejected with a TureenError, and succeeded after a retry. Otherwise the connection
 * was `held`, or dropped and was `resumed` or `rejoined`. `leaked`: any failure. `not met`: the message of the case did not occur in its
 * run.
 */
type Outcome = 'held' | 'resumed' | 'rejoined' | 'failed typed' | 'leaked' | 'not met';
const table: Record<string, Record<'cases' | Outcome, number>> = {};
/** Cases with the outcome `not met`. */
const notMet: string[] = [];

/** Logger that wakes the waits of all cases, and collects errors of the server. */
function wakingLogger(): NonNullable<ServerParts['logger']> {
  const wake = () => {
    for (const world of worlds) world.wake();
  };
  const complain = (details: object, message?: unknown) => {
    // The worker refuses repeated requests. Its errors are expected here.
    if ('namespace' in details) return;
    complaints.push(`${String(message)} ${JSON.stringify(details, Object.getOwnPropertyNames(details))}`);
  };
  const logger = { level: 'info', trace: wake, debug: wake, info: wake, warn: wake, error: complain, fatal: complain };
  return Object.assign(logger, { child: () => logger }) as unknown as NonNullable<ServerParts['logger']>;
}

beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled);
  server = await startServer(
    { port: 0, workers: 1, pingIntervalMs: 0, dtlsTimeoutMs: 0 },
    { logger: wakingLogger(), clock },
  );
  grace = new Grace(clock, server.settings.reconnectGraceMs);
});

afterAll(async () => {
  process.off('unhandledRejection', onUnhandled);
  await server.close();
  console.table(table);
  if (notMet.length > 0) console.log(`not met:\n${notMet.join('\n')}`);
});

async function run(dialect: DialectCase, fault: Fault | null, prepares: boolean) {
  const roomId = `faults-${String(++rooms)}`;
  const world = new FaultWorld({ server, dialect, fault, prepares, roomId, outwait: () => grace.outwait() });
  worlds.add(world);
  try {
    const wrong = await grace.during(() => Promise.race([play(world), tooLong(world)]));
    return { wrong, world };
  } catch (error) {
    await Promise.allSettled([world.alice.room.leave(), world.bob.room.leave()]);
    return { wrong: [error instanceof Error ? error.message : String(error)], world };
  } finally {
    worlds.delete(world);
  }
}

/** Makes a case that hangs fail, without blocking the run. */
function tooLong(world: FaultWorld): Promise<never> {
  return new Promise((_resolve, reject) => {
    AbortSignal.timeout(caseWithinMs).addEventListener('abort', () => {
      reject(new Error(`hangs; ${world.describe()}`));
    });
  });
}

function outcomeOf({ alice }: FaultWorld, wrong: readonly string[]): Outcome {
  if (wrong.length > 0) return 'leaked';
  if (!alice.transport.hasFailed) return 'not met';
  if (alice.errors.length > 0) return 'failed typed';
  if (alice.reconnects === 0) return 'held';
  return alice.resumed.at(-1) === true ? 'resumed' : 'rejoined';
}

function isSensible(kind: FaultKind, what: string): boolean {
  // The media worker reports speakers about 300 ms after a producer starts, by its own clock. Runs last about as long, so the message occurs
  // only in some of them.
  if (/active-?speaker/i.test(what)) return false;
  // The end of the connection has the same effect before and after its last message.
  return !(kind === 'after' && what === 'response to leave');
}

/** Turns for which a message is held, or messages until the second drop. Depends on the seed only. */
function turnsOf(index: number, kind: FaultKind): number {
  return 1 + ((Math.imul(index + seed, 2_654_435_761) >>> 0) % (kind === 'twice' ? 16 : 60));
}

/** Messages of a prepared join: those before the response to the join, and the first after it. */
function ofPrepare(messages: readonly Boundary[]): readonly Boundary[] {
  return messages.slice(0, messages.findIndex(({ what }) => what.startsWith('response to join')) + 3);
}

/** Each dialect, and each in its usual envelope with a prepared join. */
const plays = Object.entries(dialectCases).flatMap(([name, dialect]) => [
  { name, dialect, prepares: false },
  ...(name.includes(' ') ? [] : [{ name: `${name}, prepared`, dialect, prepares: true }]),
]);

describe.each(plays)('$name', ({ name, dialect, prepares }) => {
  it('survives every fault at every message', { timeout: 300_000 }, async () => {
    const clean = await run(dialect, null, prepares);
    expect(clean.wrong).toEqual([]);
    const { passed } = clean.world.alice.transport;
    const all = (prepares ? ofPrepare(passed) : passed).flatMap((at) =>
      faultKinds.filter((kind) => isSensible(kind, at.what)).map((kind) => ({ kind, at })),
    );
    const cases = all
      .map((one, index) => ({ ...one, turns: turnsOf(index, one.kind) }))
      .filter((one, index) =>
        only === undefined ? index % oneInOf(name) === 0 : `${one.kind} ${keyOf(one.at)}`.startsWith(only),
      );
    const counts = {
      cases: cases.length,
      held: 0,
      resumed: 0,
      rejoined: 0,
      'failed typed': 0,
      leaked: 0,
      'not met': 0,
    };
    table[name] = counts;
    const failures: string[] = [];
    const left = cases.values();
    const work = async () => {
      for (const fault of left) {
        const { wrong, world } = await run(dialect, fault, prepares);
        if (wrong.length > 0) failures.push(`${fault.kind} ${keyOf(fault.at)}: ${wrong.join('; ')}`);
        const outcome = outcomeOf(world, wrong);
        counts[outcome] += 1;
        if (outcome === 'not met') notMet.push(`${name}: ${fault.kind} ${keyOf(fault.at)}`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    expect(failures).toEqual([]);
    expect(server.registry.prepared.size).toBe(0);
    expect(complaints.splice(0)).toEqual([]);
    expect(unhandled.splice(0)).toEqual([]);
  });
});
