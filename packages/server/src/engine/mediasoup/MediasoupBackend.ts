import { availableParallelism } from 'node:os';
import { version } from 'mediasoup';
import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import { emitOn, systemClock, TypedEmitter } from '@tureen/kernel';
import { MediaError } from '../port/MediaError.ts';
import type { MediaBackend } from '../MediaBackend.ts';
import type { MediaRouter } from '../port/MediaRouter.ts';
import type { MediaBackendEvents, MediaWorkerDump, MediaWorkerState } from '../MediaWorkers.ts';
import { MediasoupRouter } from './MediasoupRouter.ts';
import type { TransportSettings } from './MediasoupRouter.ts';
import { ReceiveCapabilities } from './ReceiveCapabilities.ts';
import { WorkerSlot } from './WorkerSlot.ts';
import { listeningOf } from './listening.ts';
import { defaultMediaCodecs } from './mediaCodecs.ts';
import type { MediasoupBackendOptions } from './options.ts';

/** Worker processes of mediasoup, and the routers on them. */
export class MediasoupBackend extends TypedEmitter<MediaBackendEvents> implements MediaBackend {
  readonly version = version;
  readonly #logger: Logger;
  readonly #slots: readonly WorkerSlot[];
  readonly #mediaCodecs: types.RouterRtpCodecCapability[];
  readonly #transportSettings: Omit<TransportSettings, 'listen'>;
  /** Set with the first router: all have the same codecs. */
  #receive: ReceiveCapabilities | undefined;
  #closed = false;

  constructor(options: MediasoupBackendOptions) {
    const { logger, clock = systemClock, workers = 0, workerLogLevel = 'warn', workerBin } = options;
    super({
      onListenerError: (error, event) => {
        logger.error({ err: error, event }, 'listener failed');
      },
    });
    this.#logger = logger;
    this.#mediaCodecs = [...(options.mediaCodecs ?? defaultMediaCodecs)];
    this.#transportSettings = transportSettings(options);
    this.#slots = Array.from({ length: workers === 0 ? availableParallelism() : workers }, (_, index) => {
      const settings = { logLevel: workerLogLevel, ...(workerBin === undefined ? {} : { workerBin }) };
      return new WorkerSlot({
        settings,
        listening: listeningOf(options, index),
        patience: patienceOf(options),
        logger,
        clock,
        onSuspect: (pid, silentMs) => {
          emitOn(this, 'workerSuspect', { pid, silentMs });
        },
        onRecovered: (pid) => {
          emitOn(this, 'workerRecovered', { pid });
        },
        onKilled: (pid, silentMs) => {
          emitOn(this, 'workerKilled', { pid, silentMs });
        },
        onDied: (pid, error) => {
          emitOn(this, 'workerDied', { pid, error });
        },
        onReplaced: (pid) => {
          emitOn(this, 'workerReplaced', { pid });
        },
      });
    });
  }

  /** Resolves when every worker runs. If one fails to start, closes the others and rejects. */
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
    // If a worker hangs or exits meanwhile, another worker opens the room. The room loses some time, but no media.
    for (let left = this.#slots.length; ; left -= 1) {
      const { slot, worker } = this.#slotForRoom();
      try {
        return await this.#createRouterOn(slot, worker);
      } catch (error) {
        const isStillServing = slot.worker === worker && slot.state.state === 'running';
        if (isStillServing || left <= 1) throw error;
      }
    }
  }

  #slotForRoom(): { readonly slot: WorkerSlot; readonly worker: types.Worker } {
    const [slot] = this.#slots.filter(isRunning).sort((a, b) => a.load - b.load);
    const worker = slot?.worker;
    if (slot === undefined || worker === undefined) throw new MediaError('noWorker', 'no media worker is available');
    return { slot, worker };
  }

  async #createRouterOn(slot: WorkerSlot, worker: types.Worker): Promise<MediaRouter> {
    const router = await slot.createRouter(worker, { mediaCodecs: this.#mediaCodecs });
    this.#receive ??= new ReceiveCapabilities(router.rtpCapabilities);
    return new MediasoupRouter({
      router,
      receive: this.#receive,
      settings: { ...this.#transportSettings, listen: slot.listen },
      createSideRouter: () => slot.createSideRouter(worker),
      calls: slot.calls,
      onListenerError: (error, event) => {
        this.#logger.error({ err: error, event, routerId: router.id }, 'listener failed');
      },
    });
  }

  dump(): Promise<MediaWorkerDump[]> {
    return Promise.all(this.#slots.filter(isRunning).map((slot) => slot.calls.run(() => slot.dump())));
  }

  /** Whether the backend closed. From then on warnings of its workers are expected. */
  get closed(): boolean {
    return this.#closed;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#slots.map((slot) => slot.close()));
    this.removeAllListeners();
  }
}

function isRunning({ state }: WorkerSlot): boolean {
  return state.state === 'running';
}

function patienceOf({
  workerSuspectMs = 4000,
  workerKillMs = 15_000,
  callTimeoutMs = 10_000,
}: MediasoupBackendOptions) {
  return { suspectMs: workerSuspectMs, killMs: workerKillMs, callTimeoutMs };
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
