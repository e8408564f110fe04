import type { Page } from '@playwright/test';
import { type DialectName, dialects } from './dialects.ts';
import { type World, expect, test } from './fixtures/test.ts';
import type { Outcome } from './pages/faults/Story.ts';
import { FrameNames } from './relays/FrameNames.ts';
import { type Fate, TcpRelay } from './relays/TcpRelay.ts';

/**
 * A sample of `faults/` with Chromium's WebSocket and media, on a network that fails once per case. The messages come from a run without
 * faults.
 */

/** Methods that join, produce, consume, pause, close and leave in each dialect. */
const methods: Readonly<Record<DialectName, readonly string[]>> = {
  'mediasoup-v3': ['join', 'produce', 'newConsumer', 'pauseProducer', 'closeProducer', 'leaveRoom'],
  'mediasoup-v2': ['join', 'createProducer', 'enableConsumer', 'pauseProducer', 'closeProducer', 'leave'],
  'mediasoup-v2-beta': ['joinRoom', 'createProducer', 'enableConsumer', 'pauseProducer', 'closeProducer', 'leaveRoom'],
  'mediasoup-v2-alpha': ['join', 'createReceiver', 'enableSender', 'pauseReceiver', 'closeReceiver', 'leave'],
  'push-pull': ['join', 'push', 'pull', 'pausePush', 'unpush', 'leave'],
};

const fates: readonly Exclude<Fate, 'pass' | Promise<void>>[] = ['cutBefore', 'cutAfter', 'flip', 'shorten', 300];
/** Short times: the server soon notices a disconnected peer, and soon ends its grace period. */
test.use({ settings: { pingIntervalMs: 2000, reconnectGraceMs: 8000 } });

const isWhole = process.env.FAULTS === 'all';

test('a room survives connections that are cut, delayed and mangled', async ({ world }) => {
  test.setTimeout(isWhole ? 600_000 : 120_000);
  world.allowErrors(/WebSocket connection to .* failed/);
  const { page } = await world.open('faults', { path: '/pages/faults/' });
  const devTools = await page.context().newCDPSession(page);
  const table: Record<string, Record<string, number>> = {};
  const failures: string[] = [];
  await Promise.all(
    dialects.map(async (dialect) => {
      const clean = await run({ world, page, dialect, name: 'clean', fault: null });
      expect(clean.wrong, dialect).toEqual([]);
      const points = methods[dialect].flatMap((method) => {
        const found = clean.passed.filter((name) => name.endsWith(` ${method} #1`));
        expect(found, `${method} in ${dialect}`).not.toEqual([]);
        return found;
      });
      const cases: Fault[] = [
        ...points.flatMap((at) => fates.map((fate) => ({ at, fate }))).filter((_, index) => isWhole || index % 3 === 0),
        // Once only, because a client needs seconds to notice it.
        { at: `toClient response to ${methods[dialect][1]} #1`, fate: 'freeze' },
      ];
      const counts = { cases: cases.length, undisturbed: 0, reconnected: 0, 'failed typed': 0, wrong: 0 };
      table[dialect] = counts;
      for (const [index, fault] of cases.entries()) {
        // Chromium allows 500 media connections per page, including closed ones until garbage collection.
        if (index % 8 === 0) await devTools.send('HeapProfiler.collectGarbage');
        const { wrong, errors, reconnects } = await run({ world, page, dialect, name: String(index), fault });
        if (wrong.length > 0) failures.push(`${dialect}, ${fault.fate} ${fault.at}: ${wrong.join('; ')}`);
        const became = errors.length > 0 ? 'failed typed' : reconnects > 0 ? 'reconnected' : 'undisturbed';
        counts[wrong.length > 0 ? 'wrong' : became] += 1;
      }
    }),
  );
  console.table(table);
  expect(failures).toEqual([]);
});

interface Case {
  readonly world: World;
  readonly page: Page;
  readonly dialect: DialectName;
  readonly name: string;
  readonly fault: Fault | null;
}

interface Fault {
  readonly at: string;
  readonly fate: Exclude<Fate, Promise<void>>;
}

async function run({ world, page, dialect, name, fault }: Case): Promise<Outcome & { passed: string[] }> {
  const passed: string[] = [];
  const names = new FrameNames();
  const relay = await TcpRelay.open({
    port: world.server.port,
    judge: (frame) => {
      const at = names.nameOf(frame);
      passed.push(at);
      return at === fault?.at ? fault.fate : 'pass';
    },
  });
  const roomId = `${world.roomId}-${dialect}-${name}`;
  try {
    const faultyUrl = `ws://127.0.0.1:${relay.port}/${dialect}`;
    const request = { dialect, roomId, faultyUrl, serverUrl: world.urlOf(dialect) };
    const heal = async () => {
      if (fault?.fate !== 'flip' && fault?.fate !== 'freeze') return;
      await page.evaluate((id) => window.faults.noticed(id), roomId);
      // One end does not know the outcome of the mangled message. A cut makes the next resume agree on the state.
      if (fault.fate === 'flip' && passed.includes(fault.at)) relay.cut('fin');
      // The event of a browser whose network has returned, after which the room probes its connection.
      if (fault.fate === 'freeze') await page.evaluate(() => dispatchEvent(new Event('online')));
    };
    await Promise.all([page.evaluate((story) => window.faults.play(story), request), heal()]);
    await expect.poll(() => atServer(world, roomId), { timeout: 5000 }).toEqual(asWanted);
    const outcome = await page.evaluate((id) => window.faults.end(id), roomId);
    if (fault !== null && !passed.includes(fault.at)) outcome.wrong.push('the message did not occur');
    return { ...outcome, passed };
  } catch (error) {
    return { wrong: [error instanceof Error ? error.message : String(error)], errors: [], reconnects: 0, passed };
  } finally {
    await relay.close();
  }
}

const asWanted = { alice: { producers: 1, consumers: 1 }, bob: { producers: 1, consumers: 1 } };

/** Peers in a room at the server, with their entities. */
function atServer(world: World, roomId: string) {
  const peers = [...(world.server.registry.get(roomId)?.peers ?? [])];
  return Object.fromEntries(
    peers.map(([id, peer]) => [
      id,
      { producers: peer.sending.producers.size, consumers: peer.receiving.consumers.size },
    ]),
  );
}
