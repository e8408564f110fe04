import { defineConfig } from 'tsdown';

import { importVendorModules } from './build/vendorModules.ts';

/** The published entry points. */
export const publicEntries = ['src/index.ts', 'src/ports.ts', 'src/testing.ts', 'src/webrtc-adapter.ts'];

/** The types alone, built first: the build of the modules reads there which members are public. */
export default defineConfig({
  entry: publicEntries,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  unbundle: true,
  dts: { emitDtsOnly: true, sourcemap: true, eager: true, compilerOptions: { stripInternal: true } },
  clean: true,
  plugins: [importVendorModules],
});
