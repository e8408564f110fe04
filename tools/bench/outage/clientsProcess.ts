/** Clients of `npm run bench:outage` in their own process. Arguments: the URL of the server, and the number of clients. */
import { ProtooTransport, Room, type SignalingTransport, mediasoupV3 } from '@tureen/client';
import type { ConnectOptions } from '@tureen/client/ports';
import { FakeEngine } from '@tureen/client/testing';

import { SilentTrack } from '../world/SilentTrack.ts';
import { EventLoop } from './EventLoop.ts';

export interface OutageClientsReport {
  /** Time at which each client reconnected, in ms since the epoch. A client that ended its session is missing. */
  readonly backAt: readonly number[];
  /** Time at which each connection to the server opened. */
  readonly connectedAt: readonly number[];
  /** Attempts to connect. */
  readonly attempts: number;
  /** Longest stall of the event loop, in ms. */
  readonly stallMs: number;
}

const roomSize = 10;
const [, , url = '', count = '0'] = process.argv;
const now = () => performance.timeOrigin + performance.now();

const connectedAt: number[] = [];
let attempts = 0;

class CountingTransport implements SignalingTransport {
  readonly #beneath = new ProtooTransport({ url: `${url.replace(/^http/, 'ws')}/mediasoup-v3` });

  async connect(options: ConnectOptions) {
    attempts += 1;
    const connection = await this.#beneath.connect(options);
    connectedAt.push(now());
    return connection;
  }
}

const rooms = Array.from(
  { length: Number(count) },
  (_, n) =>
    new Room({
      roomId: `outage-${String(Math.floor(n / roomSize))}`,
      peerId: `peer-${String(n)}`,
      dialect: mediasoupV3({ engine: new FakeEngine() }),
      transport: new CountingTransport(),
    }),
);
for (const [n, room] of rooms.entries()) {
  await room.join();
  // One client of each room sends, so that a rejoin also publishes and consumes.
  if (n % roomSize === 0) await room.produce(new SilentTrack('audio').asTrack(), { source: 'microphone' });
}
const loop = new EventLoop();

/** Responds once each client has reconnected or ended its session. */
process.on('message', () => {
  loop.takeLongestStall();
  connectedAt.length = attempts = 0;
  const backAt: number[] = [];
  const settled = rooms.map(
    (room) =>
      new Promise<void>((resolve) => {
        room.once('reconnected', () => {
          backAt.push(now());
          resolve();
        });
        room.once('left', () => {
          resolve();
        });
      }),
  );
  void Promise.all(settled).then(() => {
    const report: OutageClientsReport = { backAt, connectedAt, attempts, stallMs: loop.takeLongestStall() };
    process.send?.(report);
  });
});
process.on('disconnect', () => void Promise.all(rooms.map((room) => room.leave())).then(() => process.exit()));

process.send?.(null);
