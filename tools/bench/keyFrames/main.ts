/** `npm run bench:key-frames`: see tools/bench/README.md. */
import { parseArgs } from 'node:util';

import { type RunningServer, startServer } from '@tureen/server';

import { MediaPeer } from '../load/MediaPeer.ts';
import { CountingClock } from '../world/CountingClock.ts';
import { median, table } from '../world/table.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    newcomers: { type: 'string', default: '20' },
    withinMs: { type: 'string', default: '1000' },
  },
});
const [rounds, newcomers, withinMs] = [Number(values.rounds), Number(values.newcomers), Number(values.withinMs)];
/** Maximum median wait of a lone late joiner, as a multiple of the wait without a minimum interval between requests. */
const mostLonger = 1.5;

const clock = new CountingClock();
const pause = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));

interface Outcome {
  /** ms from the media connection to the first key frame. */
  readonly loneMs: number;
  readonly crowdRequests: number;
  readonly crowdMs: readonly number[];
  /** ms from the first late joiner to the last. */
  readonly arrivalsMs: number;
}

async function run(server: RunningServer, roomId: string): Promise<Outcome> {
  const join = (userId: string) => MediaPeer.join(server.url, roomId, userId);
  const sender = await join('sender');
  const pushers = (await sender.push({ keyFrames: 'onRequest' })).filter(
    ({ rtpParam }) => rtpParam.av_type === 'video',
  );
  const peers = await Promise.all(Array.from({ length: newcomers + 1 }, (_, n) => join(`newcomer${String(n)}`)));
  const waitOf = async (peer: MediaPeer): Promise<number> => {
    const { shown } = await peer.pull('sender', pushers);
    const connectedAt = clock.now();
    await shown;
    return clock.now() - connectedAt;
  };
  const [lone, ...crowd] = peers;
  const loneMs = await waitOf(lone!);
  // The interval after the last key frame request must have passed.
  await pause(1500);

  const before = sender.keyFrameRequests;
  const startedAt = clock.now();
  const waits = [];
  for (const peer of crowd) {
    waits.push(waitOf(peer));
    await pause(withinMs / newcomers);
  }
  const arrivalsMs = clock.now() - startedAt;
  const crowdMs = await Promise.all(waits);
  await pause(1000);
  const crowdRequests = sender.keyFrameRequests - before;
  await Promise.all([sender, ...peers].map((peer) => peer.close()));
  return { loneMs, crowdRequests, crowdMs, arrivalsMs };
}

const servers = {
  'no minimum interval': await startServer({ port: 0, workers: 1, logLevel: 'silent', keyFrameRequestDelayMs: 0 }),
  default: await startServer({ port: 0, workers: 1, logLevel: 'silent' }),
};
const outcomes: Record<string, Outcome[]> = {};
// Rounds alternate between the servers, so that other load on the machine affects both.
for (let round = 0; round < rounds; round += 1)
  for (const [name, server] of Object.entries(servers))
    (outcomes[name] ??= []).push(await run(server, `room${String(round)}`));
await Promise.all(Object.values(servers).map((server) => server.close()));

const medianOf = (name: string, value: (outcome: Outcome) => number) => median((outcomes[name] ?? []).map(value));
console.log(
  table([
    [
      '',
      'lone late joiner, ms',
      `requests for ${String(newcomers)}`,
      'their wait, ms',
      'longest, ms',
      'arrivals took, ms',
    ],
    ...Object.keys(servers).map((name) => [
      name,
      medianOf(name, ({ loneMs }) => loneMs).toFixed(),
      medianOf(name, ({ crowdRequests }) => crowdRequests).toFixed(),
      medianOf(name, ({ crowdMs }) => median(crowdMs)).toFixed(),
      medianOf(name, ({ crowdMs }) => Math.max(...crowdMs)).toFixed(),
      medianOf(name, ({ arrivalsMs }) => arrivalsMs).toFixed(),
    ]),
  ]),
);
const lone = (name: string) => medianOf(name, ({ loneMs }) => loneMs);
const isLonger = lone('default') > mostLonger * Math.max(lone('no minimum interval'), 40);
const isTooMany = (outcomes.default ?? []).some(
  ({ crowdRequests, arrivalsMs, crowdMs }) =>
    // On a busy machine DTLS takes long for many peers. A longer arrival allows more key frame requests.
    crowdRequests > 1 + Math.ceil((arrivalsMs + Math.max(...crowdMs)) / 500),
);
if (isLonger) console.error('a lone late joiner waits longer than without a minimum interval between requests');
if (isTooMany) console.error('the server requested more than two key frames a second');
process.exit(isLonger || isTooMany ? 1 : 0);
