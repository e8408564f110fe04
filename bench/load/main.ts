/** `npm run bench:server`: see bench/README.md. */
import { parseArgs } from 'node:util';

import { type DialectName, dialectNames } from '../world/dialects.ts';
import { median, megabytes, table } from '../world/table.ts';
import { LoadedRoom } from './LoadedRoom.ts';
import { ServerUnderLoad } from './ServerUnderLoad.ts';
import { countedEvents } from './Tally.ts';

const { values } = parseArgs({
  options: {
    peers: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '60' },
    rampSeconds: { type: 'string', default: '5' },
    atMost: { type: 'string', default: '64' },
    dialects: { type: 'string', default: 'mediasoup-v3' },
  },
});
const roomSize = 10;
const publishers = 2;
const patienceMs = 30_000;
const numberOf = (name: 'peers' | 'seconds' | 'rampSeconds' | 'atMost') => {
  const given = Number(values[name]);
  if (!Number.isInteger(given) || given < 0) throw new Error(`--${name}: a whole number`);
  return given;
};
const names = values.dialects === 'all' ? dialectNames : (values.dialects.split(',') as DialectName[]);
for (const name of names) if (!dialectNames.includes(name)) throw new Error(`--dialects: ${name} is none`);
const [peers, seconds, rampSeconds, atMost] = [
  numberOf('peers'),
  numberOf('seconds'),
  numberOf('rampSeconds'),
  numberOf('atMost'),
];

let turns = 0;
/** Dialects by turns, so that rooms are mixed where there are several. */
const nextDialect = (): DialectName => names[turns++ % names.length] ?? 'mediasoup-v3';

const server = await ServerUnderLoad.start();
const rooms: LoadedRoom[] = [];
const openRoom = () => {
  const room = new LoadedRoom(server.url, `load-${String(rooms.length)}`, patienceMs);
  rooms.push(room);
  return room;
};
const until = async (at: number, act: () => Promise<void>) => {
  while (performance.now() < at) await act();
};

if (rampSeconds > 0) await ramp();
if (peers > 0) await hold();
await server.close();
process.exitCode = judge() ? 0 : 1;

/** Pairs that meet, publish and part, more of them at once, until more at once are no more per second. */
async function ramp(): Promise<void> {
  const rows: (string | number)[][] = [
    ['pairs at once', 'joins/s', 'ms each (median)', 'server MB', 'late ms p50', 'p99', 'CPU'],
  ];
  let best = 0;
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
      median(took).toFixed(1),
      megabytes(residentBytes),
      delayMedianMs.toFixed(1),
      delay99Ms.toFixed(1),
      `${(load * 100).toFixed(0)} %`,
    ]);
    if (perSecond < best * 1.1) break;
    best = perSecond;
  }
  console.log(`${table(rows)}\n`);
}

/** Rooms of ten that stay, in each of which somebody comes, goes or is muted all the time. */
async function hold(): Promise<void> {
  const standing = Array.from({ length: Math.ceil(peers / roomSize) }, openRoom);
  const filledAt = performance.now();
  for (const room of standing) {
    while (room.size < Math.min(roomSize, peers)) await room.join(nextDialect());
    for (let publisher = 0; publisher < publishers; publisher++) await room.publish();
  }
  const rows: (string | number)[][] = [['', 'peers', 'server MB', 'heap MB', 'late ms p50', 'p99', 'CPU']];
  const note = async (when: string) => {
    const report = await server.report();
    rows.push([
      when,
      report.peers,
      megabytes(report.residentBytes),
      megabytes(report.heapBytes),
      report.delayMedianMs.toFixed(1),
      report.delay99Ms.toFixed(1),
      `${(report.load * 100).toFixed(0)} %`,
    ]);
  };
  await note(`filled in ${((performance.now() - filledAt) / 1000).toFixed(1)} s`);
  const tenths = 10;
  let visits = 0;
  for (let tenth = 1; tenth <= tenths; tenth++) {
    const endsAt = performance.now() + (seconds * 1000) / tenths;
    // One room after the other: this process shall not be what is measured.
    await until(endsAt, async () => {
      const room = standing[visits++ % standing.length];
      await room?.mute();
      await room?.leave();
      await room?.join(nextDialect());
      await room?.publish();
    });
    await note(`${((seconds / tenths) * tenth).toFixed(1)} s`);
  }
  console.log(`${table(rows)}\n`);
  await Promise.all(standing.map((room) => room.close()));
}

/** Whether everybody was told everything, once. */
function judge(): boolean {
  const rows: (string | number)[][] = [['told to peers', 'owed', 'told', 'lost', 'too often']];
  const tallies = rooms.flatMap((room) => room.tallies);
  const complaints = rooms.flatMap((room) => room.complaints);
  for (const event of countedEvents) {
    const sum = (of: (owed: number, told: number) => number) =>
      tallies.reduce((total, tally) => total + of(tally.owed(event), tally.told(event)), 0);
    rows.push([
      event,
      sum((owed) => owed),
      sum((_, told) => told),
      sum((owed, told) => Math.max(0, owed - told)),
      sum((owed, told) => Math.max(0, told - owed)),
    ]);
  }
  const isAll = tallies.every((tally) => tally.isEven) && complaints.length === 0;
  console.log(table(rows));
  for (const complaint of complaints.slice(0, 20)) console.log(complaint);
  console.log(`\n${names.join(', ')}: ${isAll ? 'nothing was lost' : 'SOMETHING WAS LOST'}`);
  return isAll;
}
