import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

import { sharedAliases, withSharedAliases } from './aliases.ts';
import { bundleEntry } from './bundleEntry.ts';

/** A library with the same dependencies: CommonJS that reads `require('debug')` itself. */
const protooClient = fileURLToPath(import.meta.resolve('protoo-client'));

describe('sharedAliases', () => {
  it('replace the emitter and the logs of protoo-client too', async () => {
    const { output } = await bundleEntry({
      input: protooClient,
      plugins: [withSharedAliases],
      external: ['websocket', 'retry'],
    });
    const { code, moduleIds } = output[0];

    expect(moduleIds).toEqual(expect.arrayContaining([sharedAliases.debug, sharedAliases.events]));
    expect(code).not.toMatch(/node_modules\/(?:debug|events|ms)\//);
  });
});
