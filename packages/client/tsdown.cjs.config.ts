import { defineConfig } from 'tsdown';

import { writeCommonJsTypes } from './build/commonJsTypes.ts';
import { licensesBeside } from './build/licenses.ts';
import { readBuiltModules } from './build/vendorModules.ts';
import { publicEntries } from './tsdown.types.config.ts';

const entries = publicEntries.map((path) => path.replace(/^src\/|\.ts$/g, ''));

/** Modules that only `/testing` and `/webrtc-adapter` load. They stay apart, since they load optional packages. */
const apart = /\/(?:testing|webrtc-adapter|MemoryTransport|ManualClock)\.js$|\/media\/fake\//;

/** What `require` loads: one bundle with the protocol inside, for Node and Jest. Needs the modules and the types in `dist`. */
export default defineConfig({
  format: 'cjs',
  platform: 'neutral',
  target: 'es2022',
  entry: entries.map((name) => `dist/${name}.js`),
  outDir: 'dist/cjs',
  hash: false,
  dts: false,
  sourcemap: true,
  clean: true,
  deps: { alwaysBundle: [/^@tureen\//], neverBundle: ['fake-mediastreamtrack', 'webrtc-adapter'] },
  // The entry points export from this file, so that a class is the same in each.
  outputOptions: { esModule: true, codeSplitting: { groups: [{ name: 'tureen', test: (id) => !apart.test(id) }] } },
  plugins: [readBuiltModules, licensesBeside, writeCommonJsTypes(entries)],
});
