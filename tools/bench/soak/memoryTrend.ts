import { collectGarbage, residentBytesOf, turn } from '../world/memory.ts';
import { median } from '../world/table.ts';

/** Bytes at one moment, after a collection. */
export interface MemorySample {
  /** What JavaScript holds in this process, which has both ends of every connection. */
  readonly heap: number;
  /** What the system has given this process. */
  readonly resident: number;
  /** The same of the media worker. */
  readonly worker: number;
}

export type MemoryTrend = Readonly<Record<keyof MemorySample, { early: number; late: number; ratio: number }>>;

export async function sampleMemory(workerPid: number): Promise<MemorySample> {
  for (let turns = 0; turns < 10; turns++) await turn();
  collectGarbage();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, resident: rss, worker: (await residentBytesOf(workerPid)) ?? 0 };
}

/**
 * The last third against the second: the first is what code that runs for the first time costs. 1 is flat, and so is what
 * nothing can be said of.
 */
export function memoryTrend(samples: readonly MemorySample[]): MemoryTrend {
  const third = Math.floor(samples.length / 3);
  const trendOf = (key: keyof MemorySample) => {
    const middle = (from: number, to: number) => median(samples.slice(from, to).map((sample) => sample[key]));
    const [early, late] = [middle(third, 2 * third), middle(2 * third, samples.length)];
    return { early, late, ratio: early === 0 ? 1 : late / early };
  };
  return { heap: trendOf('heap'), resident: trendOf('resident'), worker: trendOf('worker') };
}
