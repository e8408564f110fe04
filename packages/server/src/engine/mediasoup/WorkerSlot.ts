import { createWorker } from 'mediasoup';
import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { MediaWorkerDump, MediaWorkerState } from '../MediaBackend.ts';
import { withoutSignals } from './withoutSignals.ts';

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;

/** What a {@link WorkerSlot} is made of. */
export interface WorkerSlotOptions {
  readonly settings: types.WorkerSettings;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Its worker ended by itself; another is being started. */
  readonly onDied: (pid: number, error: Error) => void;
  /** There is one in the place of the dead. */
  readonly onReplaced: (pid: number) => void;
}

/** The place of one worker: whenever the one in it dies, it starts another. */
export class WorkerSlot {
  readonly #options: WorkerSlotOptions;
  /** One for each room. */
  readonly #routers = new Set<types.Router>();
  /** Those that rooms have beside the first. */
  readonly #sideRouters = new Set<types.Router>();
  #worker: types.Worker | undefined;
  #pid = 0;
  #cancelRetry: (() => void) | undefined;
  #closed = false;

  constructor(options: WorkerSlotOptions) {
    this.#options = options;
  }

  /** Resolves when there is a worker; rejects with what the system said where none can be started. */
  async start(): Promise<void> {
    const { settings, logger } = this.#options;
    const worker = await withoutSignals(() => createWorker(settings));
    if (this.#closed) {
      worker.close();
      return;
    }
    this.#worker = worker;
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
    if (worker === undefined || worker.subprocessClosed) return;
    await new Promise<void>((resolve) => {
      worker.once('subprocessclose', resolve);
      worker.close();
    });
  }

  #handleDied(worker: types.Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#options.logger.error({ pid: worker.pid, err: error }, 'media worker died');
    this.#options.onDied(worker.pid, error);
    this.#replace(FIRST_RETRY_MS);
  }

  #replace(retryMs: number): void {
    if (this.#closed) return;
    const onReplaced = () => {
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
