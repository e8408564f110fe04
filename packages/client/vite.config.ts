import { defineConfig } from 'vite';

import { leanMediasoupClient, licencesBeside } from './mediasoupClient.config.ts';
import { leanProtooClient } from './protooClient.config.ts';
import { leanSdpTransform } from './sdpTransform.config.ts';
import { leanWebrtcAdapter } from './webrtcAdapter.config.ts';

/** The UMD build, for pages without a build step: the global `Tureen`, with everything it needs inside. */
export default defineConfig({
  plugins: [leanMediasoupClient, leanProtooClient, leanSdpTransform, leanWebrtcAdapter, licencesBeside],
  resolve: { conditions: ['tureen-source', 'module', 'browser', 'import', 'default'] },
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    target: 'es2022',
    // tsdown has put the modules there.
    emptyOutDir: false,
    sourcemap: true,
    minify: true,
    lib: { entry: 'src/umd.ts', name: 'Tureen', formats: ['umd'], fileName: () => 'tureen.umd.js' },
  },
});
