import { afterAll, expect } from 'vitest';
import { LeftConnections } from './leftConnections.mjs';

/** Runs before each test file, in the process that the files share. Fails a file during which a room of another file connects. */
const key = Symbol.for('tureen.leftConnections');
const shared = /** @type {Record<symbol, LeftConnections | undefined>} */ (/** @type {unknown} */ (globalThis));

if (shared[key] === undefined) {
  const connections = new LeftConnections();
  shared[key] = connections;
  globalThis.WebSocket = new Proxy(globalThis.WebSocket, {
    construct(target, args, newTarget) {
      connections.handleOpen(String(args[0]), expect.getState().testPath ?? 'unknown');
      return Reflect.construct(target, args, newTarget);
    },
  });
}

afterAll(() => {
  shared[key]?.assertNone();
});
