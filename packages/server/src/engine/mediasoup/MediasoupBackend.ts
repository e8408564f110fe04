import { availableParallelism } from 'node:os';
import { version } from 'mediasoup';
import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import { systemClock } from '../../shared/clock.ts';
import { TypedEmitter } from '../../shared/TypedEmitter.ts';
import { MediaError } from '../MediaBackend.ts';
import type {
  MediaBackend,
  MediaBackendEvents,
  MediaRouter,
  MediaWorkerDump,
  MediaWorkerState,
} from '../MediaBackend.ts';
import { MediasoupRouter } from './MediasoupRouter.ts';
import type { TransportSettings } from './MediasoupRouter.ts';
import { WorkerSlot } from './WorkerSlot.ts';
import { listeningOf } from './listening.ts';
import { asked } from './mediaErrors.ts';
import { defaultMediaCodecs } from './mediaCodecs.ts';
import type { MediasoupBackendOptions } from './options.ts';

/** Worker processes of mediasoup, and the routers on them. */
export class MediasoupBackend extends TypedEmitter<MediaBackendEvents> implements MediaBackend {
  readonly version = version;
  readonly #logger: Logger;
  readonly #slots: readonly WorkerSlot[];
  readonly #mediaCodecs: types.RouterRtpCodecCapability[];
  readonly #transportSettings: Omit<TransportSettings, 'listen'>;
  #closed = false;

  constructor(options: MediasoupBackendOptions) {
    const { logger, clock = systemClock, workers = 0, workerLogLevel = 'warn', workerBin } = options;
    super((error, event) => {
      logger.error({ err: error, event }, 'listener failed');
    });
    this.#logger = logger;
    this.#mediaCodecs = [...(options.mediaCodecs ?? defaultMediaCodecs)];
    this.#transportSettings = transportSettings(options);
    this.#slots = Array.from({ length: workers === 0 ? availableParallelism() : workers }, (_, index) => {
      const settings = { logLevel: workerLogLevel, ...(workerBin === undefined ? {} : { workerBin }) };
      return new WorkerSlot({
        settings,
        listening: listeningOf(options, index),
        logger,
        clock,
        onDied: (pid, error) => {
          this.emit('workerDied', { pid, error });
        },
        onReplaced: (pid) => {
          this.emit('workerReplaced', { pid });
        },
      });
    });
  }

  /** Resolves when every worker is up; where one does not start, none is left. */
  async start(): Promise<void> {
    const starts = await Promise.allSettled(this.#slots.map((slot) => slot.start()));
    const failed = starts.find((start) => start.status === 'rejected');
    if (failed === undefined) return;
    await this.close();
    throw failed.reason;
  }

  get workers(): readonly MediaWorkerState[] {
    return this.#slots.map((slot) => slot.state);
  }

  async createRouter(): Promise<MediaRouter> {
    const [slot] = this.#slots.filter(({ state }) => state.alive).sort((a, b) => a.state.rooms - b.state.rooms);
    const worker = slot?.worker;
    if (slot === undefined || worker === undefined) throw new MediaError('noWorker', 'no media worker is alive');
    const router = await asked(() => slot.createRouter(worker, { mediaCodecs: this.#mediaCodecs }));
    return new MediasoupRouter({
      router,
      settings: { ...this.#transportSettings, listen: slot.listen },
      createSideRouter: () => slot.createSideRouter(worker),
      onListenerError: (error, event) => {
        this.#logger.error({ err: error, event, routerId: router.id }, 'listener failed');
      },
    });
  }

  dump(): Promise<MediaWorkerDump[]> {
    return asked(() => Promise.all(this.#slots.filter(({ state }) => state.alive).map((slot) => slot.dump())));
  }

  /** What its workers complain of from now on is that nobody listens any more. */
  get closed(): boolean {
    return this.#closed;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#slots.map((slot) => slot.close()));
    this.clear();
  }
}

function transportSettings(options: MediasoupBackendOptions): Omit<TransportSettings, 'listen'> {
  return {
    addresses: options.addresses ?? [],
    tcp: options.tcp ?? true,
    initialAvailableOutgoingBitrate: options.initialAvailableOutgoingBitrate ?? 1_000_000,
    maxIncomingBitrate: options.maxIncomingBitrate ?? 10_000_000,
    maxOutgoingBitrate: options.maxOutgoingBitrate ?? 0,
    keyFrameRequestDelayMs: options.keyFrameRequestDelayMs ?? 500,
  };
}
