import { afterAll, beforeAll } from 'vitest';
import type { MediaBackend } from '../engine/MediaBackend.ts';
import { createMediasoupBackend } from '../engine/mediasoup/index.ts';
import { capturedLogs } from './capturedLogs.ts';

/** Starts one real media worker for the tests of a file. Call this at top level, and the returned function inside the tests. */
export function useBackend(): () => MediaBackend {
  let backend: MediaBackend | undefined;
  beforeAll(async () => {
    backend = await createMediasoupBackend({ logger: capturedLogs().logger, workers: 1 });
  });
  afterAll(() => backend?.close());
  return () => {
    if (backend === undefined) throw new Error('no test is running');
    return backend;
  };
}
