import type { EventSource } from '../shared/EventSource.ts';
import type { MediaBackendEvents, MediaWorkerDump, MediaWorkerState } from './MediaWorkers.ts';
import type { MediaRouter } from './port/MediaRouter.ts';

/**
 * Port of the media engine: everything that rooms need from an SFU, without vendor types. `engine/mediasoup/` implements it.
 * Each method with a promise rejects only with {@link MediaError}. Closing is idempotent, closes all children, and emits no
 * event for the caller.
 */
export interface MediaBackend extends EventSource<MediaBackendEvents> {
  /** Version of the engine, which some dialects send to clients. */
  readonly version: string;
  /** State of every configured worker process. */
  readonly workers: readonly MediaWorkerState[];
  /** Creates a router on the running worker with the fewest routers. Rejects with `noWorker` where no worker is running. */
  createRouter(): Promise<MediaRouter>;
  /** Lists the entities on every running worker, to find leaks. */
  dump(): Promise<MediaWorkerDump[]>;
  /** Stops the workers, and kills those that do not exit in time. Resolves when their processes exited. */
  close(): Promise<void>;
}
