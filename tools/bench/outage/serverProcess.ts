/** Server of `npm run bench:outage` in its own process. Argument: the port. 0 chooses a free port. */
import { startServer } from '@tureen/server';

import { EventLoop } from './EventLoop.ts';

export interface OutageServerReady {
  readonly url: string;
  readonly port: number;
  /** Time at which the server listened, in ms since the epoch. */
  readonly listeningAt: number;
}

export interface OutageServerReport {
  readonly peers: number;
  /** Longest stall of the event loop since the last report, in ms. */
  readonly stallMs: number;
}

const server = await startServer({ port: Number(process.argv[2] ?? 0), workers: 1, logLevel: 'error' });
const loop = new EventLoop();

process.on('message', () => {
  const report: OutageServerReport = { peers: server.registry.peerCount, stallMs: loop.takeLongestStall() };
  process.send?.(report);
});
process.on('disconnect', () => void server.close());

const ready: OutageServerReady = {
  url: server.url,
  port: server.port,
  listeningAt: performance.timeOrigin + performance.now(),
};
process.send?.(ready);
