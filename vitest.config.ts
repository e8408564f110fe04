import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { applyEnvironmentFile } from './tools/bootstrap/environmentFile.mjs';

// Tests with a real server need mediasoup's worker. A variable of the user wins over what the set-up found.
applyEnvironmentFile();
// Many tests start programs from source: from the second start on, Node takes their compiled code from here.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/node');

export default defineConfig({
  resolve: { conditions: ['tureen-source'] },
  ssr: { resolve: { conditions: ['tureen-source'] } },
  test: {
    include: [
      'packages/*/{src,build}/**/*.test.ts',
      'playground/src/**/*.test.ts',
      'tools/**/*.test.mjs',
      'e2e/**/*.test.ts',
      'tools/**/*.test.ts',
    ],
    environment: 'node',
    setupFiles: ['tools/testing/leftConnections.setup.mjs'],
    // A fresh thread and a new import of everything for each of 150 files takes longer than most of them run.
    isolate: false,
    // One core is left alone by default, which on two of them is half: many tests wait for a process or a socket.
    maxWorkers: '100%',
    // A hang is a failure of its own, not a slow test.
    testTimeout: 20_000,
    dangerouslyIgnoreUnhandledErrors: false,
  },
});
