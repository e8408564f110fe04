import { crowdedRoom } from './crowdedRoom.ts';

export interface Handling {
  readonly consumers: number;
  readonly notifications: number;
  /** µs for one notification from text to listeners, from the fastest time of each part of the round. */
  readonly microseconds: number;
  /** The same for `JSON.parse` alone. */
  readonly parseMicroseconds: number;
  readonly ratio: number;
  /** Events that listeners received. Equals `notifications` if none is missing. */
  readonly emitted: number;
  readonly msPerArrival: number;
}

/** Notifications that are timed together. Few enough that most parts run without interruption by another program. */
const partSize = 25;

/**
 * Measures how long a room takes to handle notifications, and how long `JSON.parse` takes for the same frames. Rounds alternate.
 * The fastest time of each part counts, because other programs can only slow a part down.
 */
export async function measureHandling(consumers: number, rounds: number): Promise<Handling> {
  const crowd = await crowdedRoom(consumers);
  const parse = new FastestParts();
  const handle = new FastestParts();
  let notifications = 0;
  for (let round = 0; round < rounds; round++) {
    const frames = crowd.frames(round);
    parse.measure(frames, (frame) => JSON.parse(frame) as unknown);
    handle.measure(frames, crowd.receive);
    notifications += frames.length;
  }
  const perRound = notifications / rounds;
  await crowd.room.leave();
  return {
    consumers,
    notifications,
    microseconds: (handle.totalMs / perRound) * 1000,
    parseMicroseconds: (parse.totalMs / perRound) * 1000,
    ratio: handle.totalMs / parse.totalMs,
    emitted: crowd.emitted(),
    msPerArrival: crowd.msPerArrival,
  };
}

/** The fastest time of each part of a round, over all rounds. */
class FastestParts {
  readonly #fastestMs: number[] = [];

  get totalMs(): number {
    return this.#fastestMs.reduce((sum, ms) => sum + ms, 0);
  }

  measure(frames: readonly string[], act: (frame: string) => unknown): void {
    for (let start = 0; start < frames.length; start += partSize) {
      const part = frames.slice(start, start + partSize);
      const startedAt = performance.now();
      for (const frame of part) act(frame);
      const ms = performance.now() - startedAt;
      const index = start / partSize;
      this.#fastestMs[index] = Math.min(this.#fastestMs[index] ?? Infinity, ms);
    }
  }
}
