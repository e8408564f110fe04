import { defaultClientConditions, defineConfig } from 'vite';

/** Serves the pages of the tests, and the packages they import from source. */
export default defineConfig({
  root: import.meta.dirname,
  cacheDir: 'node_modules/.vite',
  server: { host: '127.0.0.1', hmr: false, fs: { allow: ['..'] } },
  resolve: { conditions: ['tureen-source', ...defaultClientConditions] },
  // Found up front: a dependency found late makes Vite reload the page in the middle of a test.
  optimizeDeps: { entries: ['pages/**/*.html'] },
});
