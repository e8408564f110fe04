import { firefox } from '@playwright/test';
import { RelayedCall } from './fixtures/RelayedCall.ts';
import { expect, test } from './fixtures/test.ts';
import { firefoxLaunch } from './launch.ts';

/** Measurements of one cut, for the table. */
interface Row {
  readonly cut: string;
  /** Longest time between two frames in an undisturbed call, in ms. */
  readonly calm: number;
  /** Longest time between two frames around the cut, in ms. */
  readonly gap: number;
  /** Packets that the cut dropped. */
  readonly lost: number;
  /** Reconnects of both ends together. */
  readonly reconnects: number;
  readonly repairs: Record<'sender' | 'receiver', string[]>;
  /** Whether the server kept the producer and consumer. */
  readonly same: boolean;
}

/** Frames to wait for before and after a cut: a few seconds. */
const frames = 50;

interface Cut {
  readonly cut: string;
  readonly happens: (call: RelayedCall) => unknown;
  readonly expected: (row: Row) => void;
  readonly inFirefox?: boolean;
}

/** The longest cut comes first and runs while the others take turns. */
const cuts: readonly Cut[] = [
  {
    cut: 'UDP cut for 30 s',
    happens: (call) => call.udp.cutFor(30_000),
    expected: ({ gap, repairs: { sender, receiver } }) => {
      expect(gap).toBeGreaterThan(27_000);
      // Recovery starts with the mildest step. How many steps it takes depends on timing.
      for (const [direction, steps] of [['send', sender] as const, ['recv', receiver] as const]) {
        expect(steps[0]).toBe(`${direction} restartIce`);
        const ladder = ['restartIce', 'rebuild', 'rejoin'].map((step) => `${direction} ${step}`);
        for (const ofOneJoin of untilRejoin(steps, ladder[2]!))
          expect(ofOneJoin).toEqual(ladder.filter((step) => ofOneJoin.includes(step)));
      }
    },
  },
  {
    cut: 'UDP cut for 5 s',
    happens: (call) => call.udp.cutFor(5000),
    expected: (row) => {
      expect(row.gap).toBeGreaterThan(4500);
      nothingIsNew(row);
    },
  },
  {
    cut: 'UDP cut for 1 s',
    happens: (call) => call.udp.cutFor(1000),
    expected: (row) => {
      // On a slow machine, the page shows frames during the cut that arrived before it.
      expect(row.lost).toBeGreaterThan(0);
      expect(row.gap).toBeGreaterThan(900 - row.calm);
      nothingIsNew(row);
    },
  },
  { cut: 'signaling frozen', happens: freezeSignaling, expected: nothingIsSeen },
  { cut: 'signaling reset', happens: resetSignaling, expected: nothingIsSeen },
  { cut: 'the same, in Firefox', happens: resetSignaling, expected: nothingIsSeen, inFirefox: true },
  { cut: 'media worker killed', happens: (call) => call.killWorker(), expected: allIsNew },
  { cut: 'server restarted', happens: (call) => call.restartServer(), expected: allIsNew },
];

/** The steps of each join. After a rejoin during the cut, recovery starts again with the new transports. */
function untilRejoin(steps: readonly string[], rejoin: string): string[][] {
  const joins: string[][] = [[]];
  for (const step of steps) {
    joins.at(-1)!.push(step);
    if (step === rejoin) joins.push([]);
  }
  return joins;
}

async function resetSignaling({ tcp, sender, receiver }: RelayedCall): Promise<void> {
  tcp.cut('rst');
  await Promise.all([sender, receiver].map((peer) => peer.sees({ event: 'reconnected' })));
}

/** Freezes signaling without notifying either end. The clients must notice themselves, while their pages do nothing. */
async function freezeSignaling({ tcp, sender, receiver }: RelayedCall): Promise<void> {
  const back = [sender, receiver].map((peer) => peer.sees({ event: 'reconnected' }));
  tcp.freeze();
  await Promise.all(back);
}

function nothingIsSeen({ calm, gap, reconnects, same }: Row): void {
  expect(reconnects).toBe(2);
  expect(same).toBe(true);
  // At most the gap of an undisturbed call, with a margin for a busy machine.
  expect(gap).toBeLessThan(5 * Math.max(calm, 200));
}

function allIsNew({ reconnects, same }: Row): void {
  expect(reconnects).toBeGreaterThanOrEqual(2);
  expect(same).toBe(false);
}

function nothingIsNew({ reconnects, same }: Row): void {
  expect(reconnects).toBe(0);
  expect(same).toBe(true);
}

async function measure({ cut, happens }: Cut, call: RelayedCall): Promise<Row> {
  const calm = await call.longestGap(frames);
  const gap = await call.longestGap(frames, () => happens(call));
  const [reconnects, repairs] = [await call.count('reconnected'), await call.repairs()];
  const row = { cut, calm, gap, lost: call.udp.lost, reconnects, repairs, same: await call.isTheSame() };
  await call.close();
  return row;
}

function lineOf({ cut, calm, gap, reconnects, repairs, same }: Row): string {
  const ms = (value: number) => value.toFixed().padStart(6);
  const ids = same ? 'the same' : 'other';
  const done = Object.entries(repairs).map(([end, steps]) =>
    steps.length === 0 ? '' : `; ${end}: ${steps.join(', ')}`,
  );
  return `  ${cut.padEnd(20)}${ms(calm)} in calm${ms(gap)} around the cut, ${reconnects} reconnected, ${ids} ids${done.join('')}`;
}

test('pictures return after every kind of cut', async ({ world }) => {
  test.setTimeout(300_000);
  world.allowErrors(/WebSocket connection to .* failed|can’t establish a connection|was interrupted/);
  const browser = await firefox.launch(firefoxLaunch);
  const open = ({ cut, inFirefox }: Cut) =>
    RelayedCall.open(world, { name: cut, browser: inFirefox === true ? browser : undefined });

  const inTurn = async (lane: readonly Cut[]): Promise<(readonly [Cut, Row])[]> => {
    const rows: [Cut, Row][] = [];
    for (const cut of lane) rows.push([cut, await measure(cut, await open(cut))]);
    return rows;
  };

  // Three calls at a time: with more, a slow machine cannot decode their pictures.
  const [longest, ...others] = cuts;
  const lanes = [
    [longest!],
    others.filter((_cut, index) => index % 2 === 0),
    others.filter((_cut, index) => index % 2 === 1),
  ];
  const rows = (await Promise.all(lanes.map(inTurn))).flat();
  await browser.close();

  console.info(['longest time without a frame, in ms:', ...rows.map(([, row]) => lineOf(row))].join('\n'));
  for (const [cut, row] of rows)
    await test.step(row.cut, () => {
      cut.expected(row);
    });
});
