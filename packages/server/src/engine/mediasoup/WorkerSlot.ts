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
/** Time after which a replacement counts as one that works, in ms. */
const HELD_AFTER_MS = 10_000;

/** Times in which a worker has to respond, in ms. */
export interface WorkerPatience {
  /** Until the worker is suspect. */
  readonly suspectMs: number;
  /** Until the worker is killed; 0: never. */
  readonly killMs: number;
  /** For one request. */
  readonly callTimeoutMs: number;
}

/** What a {@link WorkerSlot} is made of. */
export interface WorkerSlotOptions {
  readonly settings: types.WorkerSettings;
  readonly listening: Listening;
  readonly patience: WorkerPatience;
  readonly logger: Logger;
  readonly clock: Clock;
  /** The worker does not respond. */
  readonly onSuspect: (pid: number, silentMs: number) => void;
  /** The suspect worker responds again. */
  readonly onRecovered: (pid: number) => void;
  /** The worker did not respond for too long, and was killed. `onDied` follows. */
  readonly onKilled: (pid: number, silentMs: number) => void;
  /** The worker ended unexpectedly; the slot starts another one. */
  readonly onDied: (pid: number, error: Error) => void;
  /** The new worker runs. */
  readonly onReplaced: (pid: number) => void;
}

/** Sockets that all transports share, or sockets of their own. */
export type RouterListen =
  { readonly webRtcServer: types.WebRtcServer } | { readonly listenInfos: types.TransportListenInfo[] };

/** A worker that runs, with what belongs to it. */
interface Running {
  readonly process: WorkerProcess;
  readonly worker: types.Worker;
  readonly server: types.WebRtcServer | undefined;
  readonly watchdog: WorkerWatchdog;
}

/**
 * The place of one worker: whenever the worker dies, another is started. The port of the dead one is free as soon as its
 * process is gone, which comes before `died`; where another process was quicker, the slot tries again later.
 */
export class WorkerSlot {
  /** Requests to the worker. */
  readonly calls: WorkerCalls;
  readonly #options: WorkerSlotOptions;
  /** One for each room. */
  readonly #routers = new Set<types.Router>();
  /** Those that rooms have beside the first. */
  readonly #sideRouters = new Set<types.Router>();
  /** Routers of rooms that the worker was asked for. */
  #opening = 0;
  /** Aborts when the worker becomes suspect: rooms that wait to be opened go elsewhere. */
  #trust = new AbortController();
  #running: Running | undefined;
  #pid = 0;
  #cancelRetry: (() => void) | undefined;
  #replacedAt = -Infinity;
  /** Replacements in a row that died soon after their start. */
  #earlyDeaths = 0;
  #starting: Promise<void> = Promise.resolve();
  /** Aborts when the slot closes: a worker that is being started is not waited for. */
  readonly #closing = new AbortController();

  constructor(options: WorkerSlotOptions) {
    this.#options = options;
    this.calls = new WorkerCalls({ clock: options.clock, timeoutMs: options.patience.callTimeoutMs });
  }

  /**
   * Resolves when there is a worker that listens. Rejects where none can be started, or with a `MediaPortError` where the
   * worker cannot listen; the process is gone then.
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
    if (worker.closed) throw new Error('the media worker ended while it was started');
    this.#trust = new AbortController();
    this.#running = { process, worker, server, watchdog: this.#watch(process) };
    this.#pid = worker.pid;
    worker.on('died', (error) => {
      this.#handleDied(worker, error);
    });
    logger.info({ pid: worker.pid }, 'media worker started');
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
        logger.warn({ pid, silentMs, rooms: this.#routers.size }, 'media worker does not respond, gets no new rooms');
        this.#trust.abort();
        onSuspect(pid, silentMs);
      },
      onRecovered: () => {
        logger.info({ pid }, 'media worker responds again');
        this.#trust = new AbortController();
        onRecovered(pid);
      },
      onHung: (silentMs) => {
        logger.error({ pid, silentMs, rooms: this.#routers.size }, 'media worker hangs, killing it');
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

  /** Rooms on the worker, and those that are being opened there. */
  get load(): number {
    return this.#routers.size + this.#opening;
  }

  /** Undefined where the worker is dead. */
  get worker(): types.Worker | undefined {
    return this.#running?.worker;
  }

  /** What the transports of its routers are made with. */
  get listen(): RouterListen {
    const { own } = this.#options.listening;
    const server = this.#running?.server;
    return server === undefined ? { listenInfos: [...own] } : { webRtcServer: server };
  }

  /** Makes the router of a room. Rejects with a {@link MediaError}, `timeout` as soon as the worker is suspect. */
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

  /** Makes a router without codecs that does not count as a room. */
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

  /** Resolves when the process is gone, which takes no longer than a worker may take to end. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelRetry?.();
    const running = this.#running;
    this.#running = undefined;
    running?.watchdog.stop();
    await running?.process.end();
    // Whoever starts a worker gets its failures.
    await this.#starting.catch(() => undefined);
  }

  #handleDied(worker: types.Worker, error: Error): void {
    if (this.#running?.worker !== worker) return;
    this.#running.watchdog.stop();
    this.#running = undefined;
    this.#options.logger.error({ pid: worker.pid, err: error }, 'media worker died');
    this.#options.onDied(worker.pid, error);
    this.#replaceDead();
  }

  /** Replaces the worker at once, but later each time where replacements die soon: the same cause may kill each of them. */
  #replaceDead(): void {
    const { clock, logger } = this.#options;
    this.#earlyDeaths = clock.now() - this.#replacedAt < HELD_AFTER_MS ? this.#earlyDeaths + 1 : 0;
    if (this.#earlyDeaths === 0) {
      this.#replace(FIRST_RETRY_MS);
      return;
    }
    const retryMs = Math.min(FIRST_RETRY_MS * 2 ** (this.#earlyDeaths - 1), MAX_RETRY_MS);
    logger.warn({ retryMs }, 'media worker died soon after its start, replacing it later');
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
      this.#options.logger.error({ err: error, retryMs }, 'media worker could not be replaced, trying again');
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
