import { type Plugin, defineConfig } from 'vite';

/**
 * mediasoup-client is one CommonJS module to a bundler, so that what it brings for tests, and for React Native, would come
 * along. A page with a `<script>` has neither.
 */
const notForPages: Plugin = {
  name: 'not-for-pages',
  enforce: 'pre',
  load(id) {
    const isOmitted = /mediasoup-client\/lib\/(handlers\/(FakeHandler|ReactNative106)|test\/fakeParameters)\.js$/.test(
      id,
    );
    return isOmitted ? 'module.exports = {};' : null;
  },
};

/** The UMD build, for pages without a build step: the global `Tureen`, with everything it needs inside. */
export default defineConfig({
  plugins: [notForPages],
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
