import { type Plugin, defineConfig } from 'vite';

const omitted = /mediasoup-client\/lib\/(handlers\/(FakeHandler|ReactNative106)|test\/fakeParameters)\.js$/;
const talkative = /node_modules\/(mediasoup-client|awaitqueue|h264-profile-level-id)\//;

/**
 * mediasoup-client is one CommonJS module to a bundler, so that what it brings for tests, and for React Native, would come
 * along. A page with a `<script>` has neither, and `room.trace` and the room's `logger` tell it more than the library's own log,
 * which has to be switched on in the browser's storage. Bundlers of apps keep it.
 */
const notForPages: Plugin = {
  name: 'not-for-pages',
  enforce: 'pre',
  load(id) {
    if (omitted.test(id)) return 'module.exports = {};';
    if (id.endsWith('node_modules/debug/src/browser.js')) return 'module.exports = () => () => {};';
    return null;
  },
  transform(code, id) {
    // The arguments stay as they are, for what they might do; the texts go. As long as what it replaces, for the source map.
    return talkative.test(id) ? { code: code.replaceAll('logger.debug(', 'void        ('), map: null } : null;
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
