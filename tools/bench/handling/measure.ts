import { crowdedRoom } from './crowdedRoom.ts';

export interface Handling {
  readonly consumers: number;
  readonly notifications: number;
  /** Of all rounds that nothing else on the machine disturbed: µs for one notification, from text to listeners. */
  readonly microseconds: number;
  /** The same for `JSON.parse` alone. */
  readonly parseMicroseconds: number;
  readonly ratio: number;
  /** Events told to listeners; what should have been told is `notifications`. */
  readonly heard: number;
  readonly msPerArrival: number;
}

/**
 * What it costs to handle the news of a room, beside `JSON.parse` of the same frames in the same run. Rounds alternate, and the
 * fastest of each counts: what disturbs can only make a round slower.
 */
export async function measureHandling(consumers: number, rounds: number): Promise<Handling> {
  const crowd = await crowdedRoom(consumers);
  let parse = Infinity;
  let handle = Infinity;
  let notifications = 0;
  for (let round = 0; round < rounds; round++) {
    const frames = crowd.frames(round);
    parse = Math.min(
      parse,
      timeOf(frames, (frame) => JSON.parse(frame) as unknown),
    );
    handle = Math.min(handle, timeOf(frames, crowd.receive));
    notifications += frames.length;
  }
  const perRound = notifications / rounds;
  await crowd.room.leave();
  return {
    consumers,
    notifications,
    microseconds: (handle / perRound) * 1000,
    parseMicroseconds: (parse / perRound) * 1000,
    ratio: handle / parse,
    heard: crowd.heard(),
    msPerArrival: crowd.msPerArrival,
  };
}

function timeOf(frames: readonly string[], act: (frame: string) => unknown): number {
  const startedAt = performance.now();
  for (const frame of frames) act(frame);
  return performance.now() - startedAt;
}
