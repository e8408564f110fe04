/** What an app downloads, minified and gzipped. `pnpm size` after `pnpm build`. */
const appWith = (transport) => ({
  path: 'packages/client/dist/index.js',
  import: `{ Room, ${transport}, mediasoupV3 }`,
  gzip: true,
});
const app = appWith('ProtooTransport');
const leanApp = appWith('WebSocketTransport');

export default [
  { ...app, name: `ESM: ${app.import}, with all dependencies`, limit: '66.8 kB' },
  { ...leanApp, name: `ESM: ${leanApp.import}, with all dependencies`, limit: '65.1 kB' },
  {
    ...app,
    name: 'the same, without mediasoup-client',
    // The name in the package's `imports`.
    ignore: ['#mediasoup-client'],
    limit: '48.3 kB',
  },
  {
    name: 'UMD: everything',
    path: 'packages/client/dist/tureen.umd.js',
    gzip: true,
    limit: '98 kB',
    // The file as it is: bundled and minified once more it would be another one, and larger.
    modifyEsbuildConfig: (config) => ({ ...config, bundle: false, treeShaking: false, loader: { '.js': 'copy' } }),
  },
];
