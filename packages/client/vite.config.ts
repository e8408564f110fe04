import { defineConfig } from 'vite';

import { productionChecks } from './build/developmentChecks.ts';
import { copyForRequire } from './build/umdCopy.ts';
import { leanWebrtcAdapter } from './build/leanWebrtcAdapter.ts';
import { licensesBeside } from './build/licenses.ts';
import { inlineVendorModules } from './build/vendorModules.ts';

/** The UMD build, for pages without a build step: the global `Tureen`, with everything it needs inside. Needs the modules of `dist`. */
export default defineConfig({
  plugins: [inlineVendorModules, productionChecks, leanWebrtcAdapter, licensesBeside, copyForRequire],
  resolve: { conditions: ['tureen-source', 'module', 'browser', 'import', 'default'] },
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    target: 'es2022',
    // tsdown has written the modules there.
    emptyOutDir: false,
    sourcemap: true,
    minify: true,
    lib: { entry: 'src/umd.ts', name: 'Tureen', formats: ['umd'], fileName: () => 'tureen.umd.js' },
  },
});
