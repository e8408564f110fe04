import type { MediaBackend } from '../MediaBackend.ts';
import { MediasoupBackend } from './MediasoupBackend.ts';
import { logMediasoup } from './mediasoupLogs.ts';
import type { MediasoupBackendOptions } from './options.ts';

export type { MediasoupBackendOptions } from './options.ts';
export { checkMediaCodecs, rtcPilotMediaCodecs } from './mediaCodecs.ts';

/**
 * Starts the media workers. Rejects with the system's error (`spawn ... ENOENT` where the worker's binary is missing); then
 * no worker is left running.
 */
export async function createMediasoupBackend(options: MediasoupBackendOptions): Promise<MediaBackend> {
  const logger = options.logger.child({ part: 'mediasoup' });
  const backend = new MediasoupBackend({ ...options, logger });
  logMediasoup(logger, () => backend.closed);
  await backend.start();
  return backend;
}
