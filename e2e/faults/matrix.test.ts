import { ManualClock } from '@tureen/client/testing';
import { type RunningServer, type ServerParts, startServer } from '@tureen/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DialectCase, dialectCases } from './dialectCases.ts';
import { type Fault, type FaultKind, faultKinds, keyOf } from './FaultyTransport.ts';
import { FaultWorld } from './FaultWorld.ts';
import { Grace } from './Grace.ts';
import { play } from './scenario.ts';

/**
 * Every fault at every message: the messages are those of a run without faults, and whatever is found there is a case. Part
 * of them here, by a fixed rule; all of them by `npm run faults`.
 */

const isWhole = process.env.FAULTS === 'all';
/** Of the cases in their order, one in so many; of those of an unusual envelope less. */
const oneInOf = (name: string) => (isWhole ? 1 : name.includes(' ') ? 53 : 17);
/** Cases alone that are called so, or begin so: `before toServer request join #1`, `twice`. */
const only = process.env.FAULT;
const seed = Number(process.env.SEED ?? 1);
const atOnce = 16;
/** Longer than anything inside a case waits. */
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
 * What became of the cases. `failed typed`: a call of the app was rejected, with a TureenError, and did what it should when it
 * was tried again. Of those where none was: the connection held, or it dropped and the place was `resumed`, or `rejoined`.
 * `leaked`: all that is wrong. `not met`: the message of the case did not arrive in the run of the case.
 */
type Outcome = 'held' | 'resumed' | 'rejoined' | 'failed typed' | 'leaked' | 'not met';
const table: Record<string, Record<'cases' | Outcome, number>> = {};
/** Cases that were not met. */
const notMet: string[] = [];

/** Tells whoever waits that something has happened at the server, and keeps what went wrong inside it. */
function tattler(): NonNullable<ServerParts['logger']> {
  const stir = () => {
    for (const world of worlds) world.stir();
  };
  const complain = (details: object, message?: unknown) => {
    // What the worker is asked twice it refuses; that it did so is no complaint of ours.
    if ('namespace' in details) return;
    complaints.push(`${String(message)} ${JSON.stringify(details, Object.getOwnPropertyNames(details))}`);
  };
  const logger = { level: 'info', trace: stir, debug: stir, info: stir, warn: stir, error: complain, fatal: complain };
  return Object.assign(logger, { child: () => logger }) as unknown as NonNullable<ServerParts['logger']>;
}

beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled);
  server = await startServer(
    { port: 0, workers: 1, pingIntervalMs: 0, dtlsTimeoutMs: 0 },
    { logger: tattler(), clock },
  );
  grace = new Grace(clock, server.settings.reconnectGraceMs);
});

afterAll(async () => {
  process.off('unhandledRejection', onUnhandled);
  await server.close();
  console.table(table);
  if (notMet.length > 0) console.log(`not met:\n${notMet.join('\n')}`);
});

async function run(dialect: DialectCase, fault: Fault | null) {
  const roomId = `faults-${String(++rooms)}`;
  const world = new FaultWorld({ server, dialect, fault, roomId, outwait: () => grace.outwait() });
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

/** A call that never comes to its end is a case that failed, not a run that hangs. */
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
  // The media worker reports speakers 300 ms after a producer begins, by its own clock. Runs last about as long, so that the
  // message arrives in some of them only: as a case it would often not be met.
  if (/active-?speaker/i.test(what)) return false;
  // The end of a connection says the same before and after the last message of it.
  return !(kind === 'after' && what === 'answer of leave');
}

/** For how many turns a message is held, or after how many it drops again while it comes back: the same for the same seed. */
function turnsOf(index: number, kind: FaultKind): number {
  return 1 + ((Math.imul(index + seed, 2_654_435_761) >>> 0) % (kind === 'twice' ? 16 : 60));
}

describe.each(Object.entries(dialectCases))('%s', (name, dialect) => {
  it('survives every fault at every message', { timeout: 300_000 }, async () => {
    const clean = await run(dialect, null);
    expect(clean.wrong).toEqual([]);
    const all = clean.world.alice.transport.passed.flatMap((at) =>
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
        const { wrong, world } = await run(dialect, fault);
        if (wrong.length > 0) failures.push(`${fault.kind} ${keyOf(fault.at)}: ${wrong.join('; ')}`);
        const outcome = outcomeOf(world, wrong);
        counts[outcome] += 1;
        if (outcome === 'not met') notMet.push(`${name}: ${fault.kind} ${keyOf(fault.at)}`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    expect(failures).toEqual([]);
    expect(complaints.splice(0)).toEqual([]);
    expect(unhandled.splice(0)).toEqual([]);
  });
});
