import { createWorker } from 'mediasoup';
import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { MediaWorkerDump, MediaWorkerState } from '../MediaBackend.ts';
import { openShared } from './listening.ts';
import type { Listening } from './listening.ts';
import { withoutSignals } from './withoutSignals.ts';

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;
/** Time after which a replacement counts as one that works, in ms. */
const HELD_AFTER_MS = 10_000;

/** What a {@link WorkerSlot} is made of. */
export interface WorkerSlotOptions {
  readonly settings: types.WorkerSettings;
  readonly listening: Listening;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Its worker ended by itself; another is being started. */
  readonly onDied: (pid: number, error: Error) => void;
  /** There is one in the place of the dead. */
  readonly onReplaced: (pid: number) => void;
}

/** Sockets that all transports share, or sockets of their own. */
export type RouterListen =
  { readonly webRtcServer: types.WebRtcServer } | { readonly listenInfos: types.TransportListenInfo[] };

/**
 * The place of one worker: whenever the worker dies, another is started. The port of the dead one is free as soon as its
 * process is gone, which comes before `died`; where another process was quicker, the slot tries again later.
 */
export class WorkerSlot {
  readonly #options: WorkerSlotOptions;
  /** One for each room. */
  readonly #routers = new Set<types.Router>();
  /** Those that rooms have beside the first. */
  readonly #sideRouters = new Set<types.Router>();
  #worker: types.Worker | undefined;
  #server: types.WebRtcServer | undefined;
  #pid = 0;
  #cancelRetry: (() => void) | undefined;
  #replacedAt = -Infinity;
  /** Replacements in a row that died soon after their start. */
  #earlyDeaths = 0;
  #starting: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: WorkerSlotOptions) {
    this.#options = options;
  }

  /**
   * Resolves when there is a worker that listens. Rejects where none can be started, or with {@link MediaPortError} where
   * the worker cannot listen; the process is gone then.
   */
  start(): Promise<void> {
    this.#starting = this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    const { settings, listening, logger } = this.#options;
    const worker = await withoutSignals(() => createWorker(settings));
    let server: types.WebRtcServer | undefined;
    try {
      if (!this.#closed) server = await openShared(worker, listening);
    } catch (error) {
      await endOf(worker);
      throw error;
    }
    if (this.#closed) {
      await endOf(worker);
      return;
    }
    if (worker.closed) throw new Error('the media worker ended while it was started');
    this.#worker = worker;
    this.#server = server;
    this.#pid = worker.pid;
    worker.on('died', (error) => {
      this.#handleDied(worker, error);
    });
    logger.info({ pid: worker.pid }, 'media worker started');
  }

  get state(): MediaWorkerState {
    return { pid: this.#pid, alive: this.#worker !== undefined, rooms: this.#routers.size };
  }

  /** Undefined where the worker is dead. */
  get worker(): types.Worker | undefined {
    return this.#worker;
  }

  /** What the transports of its routers are made with. */
  get listen(): RouterListen {
    const { own } = this.#options.listening;
    return this.#server === undefined ? { listenInfos: [...own] } : { webRtcServer: this.#server };
  }

  createRouter(worker: types.Worker, options: types.RouterOptions): Promise<types.Router> {
    return keepIn(this.#routers, worker.createRouter(options));
  }

  /** Makes a router without codecs that does not count as a room. */
  createSideRouter(worker: types.Worker): Promise<types.Router> {
    return keepIn(this.#sideRouters, worker.createRouter());
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

  /** Resolves when the process is gone. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry?.();
    const worker = this.#worker;
    this.#worker = undefined;
    this.#server = undefined;
    if (worker !== undefined) await endOf(worker);
    // One that is being started ends as soon as it is up, and whoever starts it hears of failures.
    await this.#starting.catch(() => undefined);
  }

  #handleDied(worker: types.Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#server = undefined;
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
    if (this.#closed) return;
    const onReplaced = () => {
      this.#replacedAt = this.#options.clock.now();
      if (this.#worker !== undefined) this.#options.onReplaced(this.#worker.pid);
    };
    this.start().then(onReplaced, (error: unknown) => {
      if (this.#closed) return;
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

/** Ends a worker; resolves when its process is gone. */
async function endOf(worker: types.Worker): Promise<void> {
  if (worker.subprocessClosed) return;
  await new Promise<void>((resolve) => {
    worker.once('subprocessclose', resolve);
    worker.close();
  });
}
