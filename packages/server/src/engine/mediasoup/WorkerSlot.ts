import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import type { Clock } from '@tureen/kernel';
import { withDeadline } from '../../shared/withDeadline.ts';
import type { MediaWorkerDump, MediaWorkerState, MediaWorkerStatus } from '../MediaWorkers.ts';
import { openShared } from './listening.ts';
import type { Listening } from './listening.ts';
import { closingLate, WorkerCalls } from './WorkerCalls.ts';
import { WorkerProcess } from './WorkerProcess.ts';
import { WorkerWatchdog } from './WorkerWatchdog.ts';

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;
/** Time after which a replacement counts as stable, in ms. */
const HELD_AFTER_MS = 10_000;

/** Times in which a worker must respond, in ms. */
export interface WorkerPatience {
  /** Time until the worker is suspect. */
  readonly suspectMs: number;
  /** Time until the worker is killed; 0: never. */
  readonly killMs: number;
  /** Time for one request. */
  readonly callTimeoutMs: number;
}

/** Parts of a {@link WorkerSlot}. */
export interface WorkerSlotOptions {
  readonly settings: types.WorkerSettings;
  readonly listening: Listening;
  readonly patience: WorkerPatience;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Called where the worker does not respond. */
  readonly onSuspect: (pid: number, silentMs: number) => void;
  /** Called where the suspect worker responds again. */
  readonly onRecovered: (pid: number) => void;
  /** Called after the worker was killed because it did not respond for too long. `onDied` follows. */
  readonly onKilled: (pid: number, silentMs: number) => void;
  /** Called where the worker exited unexpectedly; the slot starts another. */
  readonly onDied: (pid: number, error: Error) => void;
  /** Called where the replacement runs. */
  readonly onReplaced: (pid: number) => void;
}

/** Sockets that all transports share, or separate sockets for each transport. */
export type RouterListen =
  { readonly webRtcServer: types.WebRtcServer } | { readonly listenInfos: types.TransportListenInfo[] };

/** Running worker with its parts. */
interface Running {
  readonly process: WorkerProcess;
  readonly worker: types.Worker;
  readonly server: types.WebRtcServer | undefined;
  readonly watchdog: WorkerWatchdog;
}

/**
 * Slot for one worker, which is replaced whenever it exits. The port of a dead worker is free once its process exited, which
 * precedes `died`. If another process has opened the port since, the slot tries again later.
 */
export class WorkerSlot {
  /** Requests to the worker. */
  readonly calls: WorkerCalls;
  readonly #options: WorkerSlotOptions;
  /** Routers of rooms, one for each. */
  readonly #routers = new Set<types.Router>();
  /** Additional routers of rooms. */
  readonly #sideRouters = new Set<types.Router>();
  /** Pending requests for routers of rooms. */
  #opening = 0;
  /** Aborts when the worker becomes suspect: another worker opens the waiting rooms. */
  #trust = new AbortController();
  #running: Running | undefined;
  #pid = 0;
  #cancelRetry: (() => void) | undefined;
  #replacedAt = -Infinity;
  /** Consecutive replacements that exited soon after their start. */
  #earlyDeaths = 0;
  #starting: Promise<void> = Promise.resolve();
  /** Aborts when the slot closes, which cancels a starting worker. */
  readonly #closing = new AbortController();

  constructor(options: WorkerSlotOptions) {
    this.#options = options;
    this.calls = new WorkerCalls({ clock: options.clock, timeoutMs: options.patience.callTimeoutMs });
  }

  /**
   * Starts a worker that listens. Rejects where none can start, or with a `MediaPortError` where the worker cannot listen;
   * then the process exited.
   */
  start(): Promise<void> {
    this.#starting = this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    const { settings, logger, clock } = this.#options;
    const process = await WorkerProcess.start(settings, clock, this.#closing.signal);
    const { worker } = process;
    let server: types.WebRtcServer | undefined;
    try {
      server = await this.#openShared(worker);
    } catch (error) {
      await process.end();
      throw error;
    }
    if (this.#isClosed) {
      await process.end();
      return;
    }
    if (worker.closed) throw new Error('the media worker exited during its start');
    this.#trust = new AbortController();
    this.#running = { process, worker, server, watchdog: this.#watch(process) };
    this.#pid = worker.pid;
    worker.on('died', (error) => {
      this.#handleDied(worker, error);
    });
    logger.info({ pid: worker.pid }, 'started media worker');
  }

  /** @throws MediaPortError, or Error where the worker does not respond. */
  #openShared(worker: types.Worker): Promise<types.WebRtcServer | undefined> {
    const { listening, clock, patience } = this.#options;
    return withDeadline(() => openShared(worker, listening), {
      clock,
      timeoutMs: patience.callTimeoutMs,
      toError: () => new Error(`the media worker does not respond (${String(patience.callTimeoutMs)} ms)`),
      signal: this.#closing.signal,
    });
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  #watch(process: WorkerProcess): WorkerWatchdog {
    const { clock, patience, logger, onSuspect, onRecovered, onKilled } = this.#options;
    const { worker } = process;
    const { pid } = worker;
    return new WorkerWatchdog({
      ask: () => worker.getResourceUsage(),
      clock,
      suspectMs: patience.suspectMs,
      killMs: patience.killMs,
      onSuspect: (silentMs) => {
        logger.warn(
          { pid, silentMs, rooms: this.#routers.size },
          'media worker does not respond; assigning it no new rooms',
        );
        this.#trust.abort();
        onSuspect(pid, silentMs);
      },
      onRecovered: () => {
        logger.info({ pid }, 'media worker responds again');
        this.#trust = new AbortController();
        onRecovered(pid);
      },
      onHung: (silentMs) => {
        logger.error({ pid, silentMs, rooms: this.#routers.size }, 'killing hung media worker');
        process.kill();
        onKilled(pid, silentMs);
      },
    });
  }

  get state(): MediaWorkerState {
    return { pid: this.#pid, state: this.#status, rooms: this.#routers.size };
  }

  get #status(): MediaWorkerStatus {
    if (this.#running === undefined) return 'dead';
    return this.#running.watchdog.isSuspect ? 'suspect' : 'running';
  }

  /** Rooms on the worker, including pending ones. */
  get load(): number {
    return this.#routers.size + this.#opening;
  }

  /** Worker; undefined where it is dead. */
  get worker(): types.Worker | undefined {
    return this.#running?.worker;
  }

  /** Listening options for transports of its routers. */
  get listen(): RouterListen {
    const { own } = this.#options.listening;
    const server = this.#running?.server;
    return server === undefined ? { listenInfos: [...own] } : { webRtcServer: server };
  }

  /** Creates the router of a room. Rejects with a {@link MediaError}, `timeout` as soon as the worker is suspect. */
  async createRouter(worker: types.Worker, options: types.RouterOptions): Promise<types.Router> {
    this.#opening += 1;
    try {
      return await this.calls.run(() => keepIn(this.#routers, worker.createRouter(options)), {
        ...closingLate,
        signal: this.#trust.signal,
      });
    } finally {
      this.#opening -= 1;
    }
  }

  /** Creates a router without codecs that does not count as a room. */
  createSideRouter(worker: types.Worker): Promise<types.Router> {
    return this.calls.run(() => keepIn(this.#sideRouters, worker.createRouter()), closingLate);
  }

  async dump(): Promise<MediaWorkerDump> {
    const routers = await Promise.all(
      [...this.#routers, ...this.#sideRouters].map(async (router) => {
        const { id, transportIds, mapProducerIdConsumerIds, mapConsumerIdProducerId } = await router.dump();
        return {
          id,
          transports: transportIds.length,
          producers: mapProducerIdConsumerIds.length,
          consumers: mapConsumerIdProducerId.length,
        };
      }),
    );
    return { pid: this.#pid, routers };
  }

  /** Stops the worker. Resolves when the process exited, within the time that a worker has to exit. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelRetry?.();
    const running = this.#running;
    this.#running = undefined;
    running?.watchdog.stop();
    await running?.process.end();
    // The caller of `start` handles its failures.
    await this.#starting.catch(() => undefined);
  }

  #handleDied(worker: types.Worker, error: Error): void {
    if (this.#running?.worker !== worker) return;
    this.#running.watchdog.stop();
    this.#running = undefined;
    this.#options.logger.error({ pid: worker.pid, err: error }, 'media worker exited unexpectedly');
    this.#options.onDied(worker.pid, error);
    this.#replaceDead();
  }

  /** Replaces the worker at once, but with a growing delay where replacements exit early: the same cause may kill each. */
  #replaceDead(): void {
    const { clock, logger } = this.#options;
    this.#earlyDeaths = clock.now() - this.#replacedAt < HELD_AFTER_MS ? this.#earlyDeaths + 1 : 0;
    if (this.#earlyDeaths === 0) {
      this.#replace(FIRST_RETRY_MS);
      return;
    }
    const retryMs = Math.min(FIRST_RETRY_MS * 2 ** (this.#earlyDeaths - 1), MAX_RETRY_MS);
    logger.warn({ retryMs }, 'media worker exited soon after its start; replacing it later');
    this.#cancelRetry = clock.after(retryMs, () => {
      this.#replace(FIRST_RETRY_MS);
    });
  }

  #replace(retryMs: number): void {
    if (this.#isClosed) return;
    const onReplaced = () => {
      this.#replacedAt = this.#options.clock.now();
      const pid = this.#running?.worker.pid;
      if (pid !== undefined) this.#options.onReplaced(pid);
    };
    this.start().then(onReplaced, (error: unknown) => {
      if (this.#isClosed) return;
      this.#options.logger.error({ err: error, retryMs }, 'cannot replace the media worker; trying again');
      this.#cancelRetry = this.#options.clock.after(retryMs, () => {
        this.#replace(Math.min(retryMs * 2, MAX_RETRY_MS));
      });
    });
  }
}

async function keepIn(routers: Set<types.Router>, made: Promise<types.Router>): Promise<types.Router> {
  const router = await made;
  routers.add(router);
  router.observer.once('close', () => {
    routers.delete(router);
  });
  return router;
}
