/** `npm run bench:server`: see tools/bench/README.md. */
import { parseArgs } from 'node:util';

import { type DialectName, dialectNames } from '../world/dialects.ts';
import { megabytes, quantile, table } from '../world/table.ts';
import { residentBytesOf } from '../world/memory.ts';
import { Program } from '../world/Program.ts';
import { LoadedRoom } from './LoadedRoom.ts';
import { type MediaReport, mediaRoom } from './mediaRoom.ts';
import type { ServerReport } from './serverProcess.ts';
import { countedEvents } from './Tally.ts';

const { values } = parseArgs({
  options: {
    peers: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '60' },
    rampSeconds: { type: 'string', default: '5' },
    atMost: { type: 'string', default: '256' },
    mediaRooms: { type: 'string', default: '2' },
    dialects: { type: 'string', default: 'all' },
  },
});
const roomSize = 10;
const publishers = 2;
const patienceMs = 30_000;
/** ms after which a join is too slow for users. */
const tooLongMs = 2000;
const numberOf = (name: 'peers' | 'seconds' | 'rampSeconds' | 'atMost' | 'mediaRooms') => {
  const given = Number(values[name]);
  if (!Number.isInteger(given) || given < 0)
    throw new Error(`--${name} requires a whole number, not '${String(given)}'`);
  return given;
};
const names = values.dialects === 'all' ? dialectNames : (values.dialects.split(',') as DialectName[]);
for (const name of names)
  if (!dialectNames.includes(name))
    throw new Error(`--dialects: ${name} is not a dialect; choose from ${dialectNames.join(', ')}`);
const [peers, seconds, rampSeconds, atMost, mediaRooms] = [
  numberOf('peers'),
  numberOf('seconds'),
  numberOf('rampSeconds'),
  numberOf('atMost'),
  numberOf('mediaRooms'),
];

let turns = 0;
/** Alternates between the dialects, so that rooms are mixed. */
const nextDialect = (): DialectName => names[turns++ % names.length] ?? 'mediasoup-v3';

const server = await Program.start<{ url: string; workers: number[] }, ServerReport>(
  new URL('serverProcess.ts', import.meta.url),
);
const { url, workers } = server.ready;
const rooms: LoadedRoom[] = [];
const openRoom = (others?: typeof mediaRoom) => {
  const id = `load-${String(rooms.length)}`;
  const room = new LoadedRoom({ url, id, patienceMs, ...(others === undefined ? {} : { others }) });
  rooms.push(room);
  return room;
};
const lost = () =>
  rooms.flatMap(({ tallies }) => tallies).reduce((sum, tally) => sum + tally.missing, 0) +
  rooms.reduce((sum, { complaints }) => sum + complaints.length, 0);
const until = async (at: number, act: () => Promise<void>) => {
  while (performance.now() < at) await act();
};

if (rampSeconds > 0) await ramp();
if (peers > 0) await hold();
await server.close();
process.exitCode = judge() ? 0 : 1;

/** Doubles the number of pairs that join, publish and leave at the same time, until more pairs make fewer joins. */
async function ramp(): Promise<void> {
  const rows: (string | number)[][] = [
    ['pairs at once', 'joins/s', 'ms each p50', 'p95', 'lost', 'server MB', 'delay ms p50', 'p99', 'CPU'],
  ];
  let best = 0;
  let worse = 0;
  let why = '--atMost was reached';
  for (let pairs = 1; pairs <= atMost; pairs *= 2) {
    await server.report();
    const [startedAt, took]: [number, number[]] = [performance.now(), []];
    const meet = async () => {
      const room = openRoom();
      await until(startedAt + rampSeconds * 1000, async () => {
        for (let peer = 0; peer < 2; peer++) {
          const joinedAt = performance.now();
          await room.join(nextDialect());
          took.push(performance.now() - joinedAt);
          await room.publish();
        }
        await room.close();
      });
    };
    await Promise.all(Array.from({ length: pairs }, meet));
    const perSecond = took.length / ((performance.now() - startedAt) / 1000);
    const { residentBytes, delayMedianMs, delay99Ms, load } = await server.report();
    rows.push([
      pairs,
      perSecond.toFixed(0),
      quantile(took, 0.5).toFixed(1),
      quantile(took, 0.95).toFixed(1),
      lost(),
      megabytes(residentBytes),
      delayMedianMs.toFixed(1),
      delay99Ms.toFixed(1),
      `${(load * 100).toFixed(0)} %`,
    ]);
    // Two slower steps in a row, because another program may slow one measurement.
    worse = perSecond < best ? worse + 1 : 0;
    const isFull = [
      ['notifications are lost', lost() > 0],
      ['joins take too long', quantile(took, 0.95) > tooLongMs],
      ['more pairs at once make fewer joins', worse > 1],
    ] as const;
    best = Math.max(best, perSecond);
    why = isFull.find(([, is]) => is)?.[0] ?? why;
    if (isFull.some(([, is]) => is)) break;
  }
  console.log(`${table(rows)}\nfull at ${best.toFixed(0)} joins/s: ${why}\n`);
}

/** Keeps rooms of ten peers in which peers join, leave, mute and unmute all the time. The first rooms have real media. */
async function hold(): Promise<void> {
  const first = rooms.length;
  const media = mediaRooms > 0 ? await startMedia(first) : undefined;
  const standing = Array.from({ length: Math.ceil(peers / roomSize) }, (_, n) =>
    openRoom(n < mediaRooms ? mediaRoom : undefined),
  );
  const filledAt = performance.now();
  for (const room of standing) {
    while (room.size < Math.min(roomSize, peers)) await room.join(nextDialect());
    for (let publisher = 0; publisher < publishers; publisher++) await room.publish();
  }
  const rows: (string | number)[][] = [
    ['', 'peers', 'server MB', 'heap MB', 'workers MB', 'delay ms p50', 'p99', 'CPU', 'packets due', 'received'],
  ];
  const note = async (when: string) => {
    const report = await server.report();
    const packets = await media?.report();
    const ofWorkers = await Promise.all(workers.map(residentBytesOf));
    rows.push([
      when,
      report.peers,
      megabytes(report.residentBytes),
      megabytes(report.heapBytes),
      megabytes(ofWorkers.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0)),
      report.delayMedianMs.toFixed(1),
      report.delay99Ms.toFixed(1),
      `${(report.load * 100).toFixed(0)} %`,
      packets?.due ?? 0,
      packets === undefined ? '-' : `${((packets.received / packets.due) * 100).toFixed(1)} %`,
    ]);
  };
  await note(`filled in ${((performance.now() - filledAt) / 1000).toFixed(1)} s`);
  const heap = async () => megabytes((await server.report('collect')).heapBytes);
  const heapBefore = await heap();
  const tenths = 10;
  let visits = 0;
  for (let tenth = 1; tenth <= tenths; tenth++) {
    const endsAt = performance.now() + (seconds * 1000) / tenths;
    // One room after the other, so that this process is not the bottleneck.
    await until(endsAt, async () => {
      const room = standing[visits++ % standing.length];
      if (room === undefined) return;
      await room.mute();
      await room.leave();
      await room.join(nextDialect());
      // Keeps the number of senders constant, so that start and end are comparable.
      if (room.senders < publishers) await room.publish();
    });
    await note(`${((seconds / tenths) * tenth).toFixed(1)} s`);
  }
  console.log(`${table(rows)}\nheap after collection: ${heapBefore} MB when filled, ${await heap()} MB at the end\n`);
  await Promise.all(standing.map((room) => room.close()));
  await media?.close();
}

/** Starts the process with real media for the rooms that open next. */
function startMedia(first: number): Promise<Program<null, MediaReport>> {
  const ids = Array.from({ length: mediaRooms }, (_, n) => `load-${String(first + n)}`);
  return Program.start(new URL('mediaProcess.ts', import.meta.url), [url, ids.join(',')]);
}

/** Whether every peer received every notification once. */
function judge(): boolean {
  const rows: (string | number)[][] = [['notification', 'due', 'received', 'lost', 'duplicated']];
  const tallies = rooms.flatMap((room) => room.tallies);
  const complaints = rooms.flatMap((room) => room.complaints);
  for (const event of countedEvents) {
    const sum = (of: (due: number, received: number) => number) =>
      tallies.reduce((total, tally) => total + of(tally.due(event), tally.received(event)), 0);
    rows.push([
      event,
      sum((due) => due),
      sum((_, received) => received),
      sum((due, received) => Math.max(0, due - received)),
      sum((due, received) => Math.max(0, received - due)),
    ]);
  }
  const isAll = tallies.every((tally) => tally.isComplete) && complaints.length === 0;
  console.log(table(rows));
  for (const complaint of complaints.slice(0, 20)) console.log(complaint);
  console.log(`\n${names.join(', ')}: ${isAll ? 'nothing was lost' : 'SOMETHING WAS LOST'}`);
  return isAll;
}
