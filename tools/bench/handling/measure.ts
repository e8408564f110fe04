import { crowdedRoom } from './crowdedRoom.ts';

export interface Handling {
  readonly consumers: number;
  readonly notifications: number;
  /** Fastest time of each part of the round: µs for one notification, from text to listeners. */
  readonly microseconds: number;
  /** The same for `JSON.parse` alone. */
  readonly parseMicroseconds: number;
  readonly ratio: number;
  /** Events that listeners received; complete when equal to `notifications`. */
  readonly emitted: number;
  readonly msPerArrival: number;
}

/** Notifications that are timed together: few enough that most parts run without another program in between. */
const partSize = 25;

/**
 * Measures how long a room takes to handle notifications, next to `JSON.parse` of the same frames in the same run. Rounds
 * alternate, and each part of a round counts with its fastest time: other programs can only make a part slower.
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
