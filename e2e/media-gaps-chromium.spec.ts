import { RelayedCall } from './fixtures/RelayedCall.ts';
import { expect, test } from './fixtures/test.ts';

/** What was seen of one cut, for the table. */
interface Row {
  readonly cut: string;
  /** The longest time between two frames in a call in which nothing happens, in ms. */
  readonly calm: number;
  /** The same around the cut. */
  readonly gap: number;
  /** Connections that were made anew, at both ends together. */
  readonly reconnects: number;
  /** The server's producer and consumer are those from before. */
  readonly same: boolean;
}

/** How many are waited for, in calm and after a cut: a few seconds' worth. */
const frames = 50;

const cuts: readonly { cut: string; happens: (call: RelayedCall) => unknown; expected: (row: Row) => void }[] = [
  {
    cut: 'signalling reset',
    happens: async (call) => {
      call.tcp.cut('rst');
      await Promise.all([call.sender, call.receiver].map((peer) => peer.sees({ event: 'reconnected' })));
    },
    expected: ({ calm, gap, reconnects, same }) => {
      expect(reconnects).toBe(2);
      expect(same).toBe(true);
      // No longer than when nothing happens, but for what a busy machine makes of it.
      expect(gap).toBeLessThan(5 * Math.max(calm, 100));
    },
  },
  {
    cut: 'media worker killed',
    happens: (call) => call.killWorker(),
    expected: allIsNew,
  },
  {
    cut: 'server restarted',
    happens: (call) => call.restartServer(),
    expected: allIsNew,
  },
  {
    cut: 'UDP cut for 1 s',
    happens: (call) => call.udp.cutFor(1000),
    expected: (row) => {
      expect(row.gap).toBeGreaterThan(900);
      nothingIsNew(row);
    },
  },
  {
    cut: 'UDP cut for 5 s',
    happens: (call) => call.udp.cutFor(5000),
    expected: ({ gap }) => {
      expect(gap).toBeGreaterThan(4500);
    },
  },
  {
    cut: 'UDP cut for 30 s',
    happens: (call) => call.udp.cutFor(30_000),
    expected: ({ gap }) => {
      expect(gap).toBeGreaterThan(27_000);
    },
  },
];

function allIsNew({ reconnects, same }: Row): void {
  expect(reconnects).toBeGreaterThanOrEqual(2);
  expect(same).toBe(false);
}

function nothingIsNew({ reconnects, same }: Row): void {
  expect(reconnects).toBe(0);
  expect(same).toBe(true);
}

test('pictures should come back after whatever is cut', async ({ world }) => {
  test.setTimeout(180_000);
  world.allowErrors(/WebSocket connection to .* failed/);
  const calls: RelayedCall[] = [];
  for (const { cut } of cuts) calls.push(await RelayedCall.open(world, { name: cut }));
  const rows = await Promise.all(
    cuts.map(async ({ cut, happens }, index): Promise<Row> => {
      const call = calls[index]!;
      const calm = await call.longestGap(frames);
      const gap = await call.longestGap(frames, () => happens(call));
      const row = { cut, calm, gap, reconnects: await call.count('reconnected'), same: await call.isTheSame() };
      await call.close();
      return row;
    }),
  );
  console.info(
    [
      'longest time without a frame, in ms:',
      ...rows.map(
        ({ cut, calm, gap, reconnects, same }) =>
          `  ${cut.padEnd(20)} calm ${calm.toFixed().padStart(5)}   cut ${gap.toFixed().padStart(6)}   ` +
          `${reconnects} reconnected, ${same ? 'the same' : 'other'} producer and consumer`,
      ),
    ].join('\n'),
  );
  for (const [index, row] of rows.entries())
    await test.step(row.cut, () => {
      cuts[index]!.expected(row);
    });
});
