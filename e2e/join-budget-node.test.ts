import {
  ProtooTransport,
  type ReconnectPolicy,
  Room,
  type RoomEvents,
  type SignalingTransport,
  mediasoupV3,
  pushPull,
} from '@tureen/client';
import type { ConnectOptions } from '@tureen/client/ports';
import { FakeEngine, FakePeerConnectionMedia, ManualClock } from '@tureen/client/testing';
import { type RunningServer, startServer } from '@tureen/server';
import { afterEach, describe, expect, it } from 'vitest';

/** Clients that lose each session soon after the join, over real WebSockets and a real worker, with manual clocks. */

let server: RunningServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

const dialects = {
  'mediasoup-v3': () => mediasoupV3({ engine: new FakeEngine() }),
  'push-pull': () => pushPull({ engine: new FakePeerConnectionMedia() }),
};

/** Server time in ms that passes per connection. The server waits before it closes some refused connections. */
const msPerConnection = 1000;

/** Calls back when a connection has opened. */
class ToldTransport implements SignalingTransport {
  readonly #beneath: SignalingTransport;
  readonly #onOpen: () => void;

  constructor(beneath: SignalingTransport, onOpen: () => void) {
    this.#beneath = beneath;
    this.#onOpen = onOpen;
  }

  async connect(options: ConnectOptions) {
    const connection = await this.#beneath.connect(options);
    setImmediate(this.#onOpen);
    return connection;
  }
}

interface EvictedOptions {
  readonly dialect: keyof typeof dialects;
  readonly policy?: ReconnectPolicy;
  readonly settings?: Parameters<typeof startServer>[0];
}

/** Alice, whom the server evicts immediately after each join. */
async function evicted({ dialect, policy, settings }: EvictedOptions) {
  const serverClock = new ManualClock();
  const running = await startServer(
    { port: 0, workers: 1, logLevel: 'silent', pingIntervalMs: 0, reconnectGraceMs: 0, metrics: 'local', ...settings },
    { clock: serverClock },
  );
  server = running;
  const clock = new ManualClock();
  const room = new Room({
    roomId: 'r',
    peerId: 'alice',
    dialect: dialects[dialect](),
    transport: new ToldTransport(
      new ProtooTransport({ url: `${running.url.replace(/^http/, 'ws')}/${dialect}` }),
      () => {
        serverClock.advance(msPerConnection);
      },
    ),
    clock,
    reconnectPolicy: policy,
  });
  const announced: RoomEvents['reconnecting'][] = [];
  let joins = 0;
  const evict = () => {
    joins += 1;
    running.registry.get('r')?.peers.get('alice')?.close({ reason: 'workerDied' });
  };
  room.on('reconnecting', (details) => {
    announced.push(details);
    setImmediate(() => {
      clock.advance(details.delayMs);
    });
  });
  const attempts = (count: number) => room.waitFor('reconnecting', { where: () => announced.length >= count });
  return { room, running, serverClock, announced, evict, attempts, joins: () => joins };
}

async function metricOf({ url }: RunningServer, name: string): Promise<string[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text.split('\n').filter((line) => line.startsWith(name));
}

describe.each(Object.keys(dialects) as (keyof typeof dialects)[])(
  'Client that is evicted after each join in %s',
  (dialect) => {
    it('backs off further each time', async () => {
      const { room, announced, evict, attempts } = await evicted({ dialect });
      room.on('reconnected', evict);
      await room.join();
      evict();
      await attempts(9);
      expect(announced.slice(0, 9).map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      const [first = NaN, second = NaN, , , , , , , ninth = NaN] = announced.map(({ delayMs }) => delayMs);
      expect(first).toBeLessThanOrEqual(second);
      expect(ninth).toBeGreaterThanOrEqual(second * 10);
      await room.leave();
    });

    it('is limited by the join allowance of the server if its policy never waits, and rejoins once a join is allowed again', async () => {
      const { room, running, serverClock, evict, attempts, joins } = await evicted({ dialect, policy: () => 0 });
      room.on('reconnected', evict);
      await room.join();
      evict();
      await attempts(100);
      // 30 joins immediately, and one more every two seconds.
      expect(joins()).toBeGreaterThanOrEqual(30);
      expect(joins()).toBeLessThanOrEqual(31 + serverClock.now() / 2000);
      expect(joins()).toBeLessThan(90);
      if (dialect === 'mediasoup-v3')
        expect(await metricOf(running, 'tureen_refusals_total{')).toEqual([
          expect.stringMatching(/status="429",reason="tooManyJoins"} [1-9]\d*$/),
        ]);
      room.off('reconnected', evict);
      const back = room.waitFor('reconnected');
      serverClock.advance(2000);
      await back;
      expect(room.state).toBe('joined');
      await room.leave();
    });

    it('is not limited if it rejoins every two seconds', async () => {
      const { room, serverClock, evict, attempts, joins } = await evicted({ dialect, policy: () => 2000 });
      room.on('reconnected', () => {
        serverClock.advance(2000 - msPerConnection);
        evict();
      });
      await room.join();
      evict();
      await attempts(60);
      expect(joins()).toBe(60);
      await room.leave();
    });
  },
);
