import { loadavg } from 'node:os';
import type { MediaBackend } from '../../../packages/server/src/engine/MediaBackend.ts';
import type { DialectName, Message } from '../dialects.ts';
import { recipesFor, unknownData, type Recipe } from './candidates.ts';
import { isRead } from './readers.ts';
import { isResuming, nameOf, Scale, type Weight } from './Scale.ts';

/** Maximum CPU time of one message in ms, without the entities that the message creates. */
export const MESSAGE_MS = 10;
/** Maximum CPU time in ms of one entity that a message creates. */
export const ENTITY_MS = 1;
/** Multiple of a bound at which a run fails, because machines and their load differ. */
export const TOLERANCE = 3;

/** Number of producers in the room whose join measures the cost of an entity. */
const ROOM_PRODUCERS = 240;

/** One expensive message, and its cost. */
export interface Weighed {
  readonly dialect: DialectName;
  readonly method: string;
  readonly what: string;
  readonly bytes: number;
  readonly entities: number;
  readonly isRefused: boolean;
  readonly leastMs: number;
  readonly medianMs: number;
  readonly maxMs: number;
  /** CPU time of each entity in ms, where a message creates many. Otherwise undefined. */
  readonly entityMs?: number;
}

export interface WeighOptions {
  /** Number of times to send each message. */
  readonly rounds: number;
  /** Number of expensive variants of each message, the slowest to parse first. */
  readonly perMethod: number;
  /** Names of the methods. Default: all. */
  readonly methods?: readonly string[];
}

/** Measures the most expensive messages of a dialect: accepted by its schemas, refused by them, and unknown. */
export async function weighDialect(
  backend: MediaBackend,
  dialect: DialectName,
  { rounds, perMethod, methods }: WeighOptions,
): Promise<Weighed[]> {
  using scale = new Scale(backend, dialect);
  const isWanted = (name: string) => methods === undefined || methods.includes(name);
  const weighed: Weighed[] = [];
  // The first run compiles the code.
  for (const message of samplesOf(scale)) await scale.weigh(message, (right) => JSON.stringify(right));
  for (const message of samplesOf(scale)) {
    if (!isWanted(nameOf(message))) continue;
    const method = `${nameOf(message)}${isResuming(message) ? ', resuming' : ''}`;
    for (const { what, apply } of dearest(dialect, message, perMethod)) {
      const weigh = () => scale.weigh(message, (right) => JSON.stringify(apply(right)));
      weighed.push(summed({ dialect, method, what }, await repeat(rounds, weigh)));
    }
    if (message.kind === 'request' && /^join(?:Room)?$/.test(method) && 'rtpCapabilities' in Object(message.data))
      weighed.push(await weighEntities(scale, dialect, message, rounds));
  }
  if (isWanted('unknown')) {
    const message: Message = { method: 'no-such-method', kind: 'request', data: {} };
    for (const { what, json } of unknownData())
      weighed.push(
        summed({ dialect, method: 'unknown', what }, await repeat(rounds, () => scale.weigh(message, () => json))),
      );
  }
  return weighed;
}

/** One example of each method: a request, if there are several forms. */
function samplesOf(scale: Scale): Message[] {
  const byName = new Map<string, Message>();
  for (const message of scale.samples) {
    const name = `${nameOf(message)}${isResuming(message) ? ', resuming' : ''}`;
    const known = byName.get(name);
    const isFuller = JSON.stringify(message.data).length > JSON.stringify(known?.data ?? {}).length;
    if (known === undefined || (known.method === message.method && isFuller)) byName.set(name, message);
  }
  return [...byName.values()];
}

function dearest(dialect: DialectName, message: Message, perMethod: number): Recipe[] {
  const recipes = recipesFor(dialect, message).map((recipe) => {
    const text = JSON.stringify(recipe.apply(message.data));
    const times = [1, 2, 3].map(() => {
      const start = performance.now();
      isRead(dialect, message.method, JSON.parse(text));
      return performance.now() - start;
    });
    return { recipe, ms: Math.min(...times) };
  });
  const best = (wanted: boolean) =>
    recipes
      .filter(({ recipe }) => recipe.isTaken === wanted)
      .sort((one, other) => other.ms - one.ms)
      .slice(0, Math.ceil(perMethod / 2))
      .map(({ recipe }) => recipe);
  const always = recipes.filter(({ recipe }) => recipe.isAlways).map(({ recipe }) => recipe);
  return [...new Set([...best(true), ...always, ...best(false)])];
}

/** Measures the cost of an entity: compares a join that consumes many producers with a join that consumes none. */
async function weighEntities(scale: Scale, dialect: DialectName, message: Message, rounds: number): Promise<Weighed> {
  const room = `full${String(performance.now())}`;
  await scale.fill(room, ROOM_PRODUCERS);
  const capable = (right: unknown) => JSON.stringify(scale.withRouterCapabilities(right));
  const empty = await repeat(rounds, () => scale.weigh(message, capable));
  const full = await repeat(rounds, () => scale.weigh(message, capable, room));
  const [without, withAll] = [summed({ dialect, method: nameOf(message), what: '' }, empty), full];
  const what = `room of ${String(ROOM_PRODUCERS)} producers`;
  const sum = summed({ dialect, method: nameOf(message), what }, withAll);
  if (sum.entities === 0) return sum;
  return { ...sum, entityMs: Math.max(0, sum.medianMs - without.medianMs) / sum.entities };
}

async function repeat(rounds: number, weigh: () => Promise<Weight>): Promise<Weight[]> {
  const weights: Weight[] = [];
  for (let round = 0; round < rounds; round += 1) weights.push(await weigh());
  return weights;
}

function summed(named: Pick<Weighed, 'dialect' | 'method' | 'what'>, weights: readonly Weight[]): Weighed {
  const times = weights.map(({ cpuMs }) => cpuMs).sort((one, other) => one - other);
  const { bytes, entities, isRefused } = weights.at(-1)!;
  const medianMs = times[Math.floor(times.length / 2)] ?? 0;
  return { ...named, bytes, entities, isRefused, leastMs: times[0] ?? 0, medianMs, maxMs: times.at(-1) ?? 0 };
}

/** Cost of a message relative to its bound. 1 is exactly the bound. */
export function excessOf({ medianMs, entities, entityMs }: Weighed): number {
  const reading = Math.max(0, medianMs - entities * (entityMs ?? ENTITY_MS)) / MESSAGE_MS;
  return Math.max(reading, (entityMs ?? 0) / ENTITY_MS);
}

/** Formats the table of a run, and decides whether it failed. */
export function report(weighed: readonly Weighed[]): { readonly lines: string[]; readonly hasFailed: boolean } {
  const cells = weighed.map((row) => {
    const excess = excessOf(row);
    return [
      row.dialect,
      row.method,
      row.what.slice(0, 60),
      String(row.bytes),
      row.isRefused ? 'refused' : 'accepted',
      row.medianMs.toFixed(2),
      row.maxMs.toFixed(2),
      String(row.entities),
      row.entityMs === undefined ? '' : row.entityMs.toFixed(3),
      excess > TOLERANCE ? 'FAILED' : excess > 1 ? 'over the bound' : '',
    ];
  });
  const head = ['dialect', 'method', 'what', 'bytes', '', 'CPU ms', 'max', 'entities', 'ms each', ''];
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const load = `load ${loadavg()[0]?.toFixed(1) ?? '?'}; bounds: ${String(MESSAGE_MS)} ms per message, ${String(ENTITY_MS)} ms per entity; fails beyond ${String(TOLERANCE)} times a bound`;
  const hasFailed = weighed.some((row) => excessOf(row) > TOLERANCE);
  return { lines: [line(head), ...cells.map(line), load], hasFailed };
}
