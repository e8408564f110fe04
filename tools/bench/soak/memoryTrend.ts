import { collectGarbage, residentBytesOf, turn } from '../world/memory.ts';
import { median } from '../world/table.ts';

/** Bytes in use after a garbage collection. */
export interface MemorySample {
  /** JavaScript heap of this process, which contains both ends of every connection. */
  readonly heap: number;
  /** Resident memory of this process. */
  readonly resident: number;
  /** Resident memory of the media worker. */
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
 * Compares the last third of the samples with the second. The first third includes the cost of code that runs for the first time.
 * The ratio of constant memory is 1, also if the second third is 0.
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
