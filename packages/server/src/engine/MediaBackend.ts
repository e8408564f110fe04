import type { EventSource } from '../shared/EventSource.ts';
import type { MediaBackendEvents, MediaWorkerDump, MediaWorkerState } from './MediaWorkers.ts';
import type { MediaRouter } from './port/MediaRouter.ts';

/**
 * The port for what moves media: all that the rooms need of an SFU, in neutral words. `engine/mediasoup/` implements it.
 * Every method that answers with a promise rejects with {@link MediaError} only. Closing anything is idempotent, and
 * closes what was made on it; who asked for it is not told again.
 */
export interface MediaBackend extends EventSource<MediaBackendEvents> {
  /** The version of what lies below, told to clients by some dialects. */
  readonly version: string;
  /** Every worker process there should be. */
  readonly workers: readonly MediaWorkerState[];
  /** Makes a router on the running worker with the fewest. Rejects with `noWorker` where no worker is running. */
  createRouter(): Promise<MediaRouter>;
  /** Lists what every running worker holds now. For leak hunts. */
  dump(): Promise<MediaWorkerDump[]>;
  /** Ends the workers, and kills those that do not end in time. Resolves when their processes are gone. */
  close(): Promise<void>;
}
