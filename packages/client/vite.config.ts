import { type Plugin, defineConfig } from 'vite';

import { leanMediasoupClient, licencesBeside } from './mediasoupClient.config.ts';

/** A page with a `<script>` is not React Native. */
const notForPages: Plugin = {
  name: 'not-for-pages',
  enforce: 'pre',
  load: (id) =>
    id.endsWith('mediasoup-client/lib/handlers/ReactNative106.js') ? 'export const ReactNative106 = undefined;' : null,
};

/** The UMD build, for pages without a build step: the global `Tureen`, with everything it needs inside. */
export default defineConfig({
  plugins: [notForPages, leanMediasoupClient, licencesBeside],
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
