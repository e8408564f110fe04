import { defineConfig } from 'tsdown';

import { licensesBeside } from './build/licenses.ts';
import { foreignTypes, importForeignTypes, importVendorModules, inlineTypesOfEvents } from './build/vendorModules.ts';

/** The published entry points. */
export const publicEntries = ['src/index.ts', 'src/ports.ts', 'src/testing.ts', 'src/webrtc-adapter.ts'];

const common = { format: 'esm', platform: 'neutral', target: 'es2022' } as const;

/** The types alone, built first: the build of the modules reads there which members are public. */
export default defineConfig([
  {
    ...common,
    entry: publicEntries,
    unbundle: true,
    dts: { emitDtsOnly: true, sourcemap: true, eager: true, compilerOptions: { stripInternal: true } },
    clean: true,
    plugins: [importForeignTypes, importVendorModules],
  },
  {
    // The types of mediasoup-client in the signatures of the client, with all that they need.
    ...common,
    entry: { [foreignTypes]: `src/${foreignTypes}.ts` },
    dts: { emitDtsOnly: true, oxc: true },
    deps: { alwaysBundle: [/./] },
    clean: false,
    plugins: [inlineTypesOfEvents, licensesBeside],
  },
]);
