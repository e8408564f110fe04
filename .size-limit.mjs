/** What an app downloads, minified and gzipped. `pnpm size` after `pnpm build`. */
const appWith = (transport) => ({
  path: 'packages/client/dist/index.js',
  import: `{ Room, ${transport}, mediasoupV3 }`,
  gzip: true,
});
const app = appWith('ProtooTransport');
const leanApp = appWith('WebSocketTransport');

export default [
  { ...app, name: `ESM: ${app.import}, with all dependencies`, limit: '68.2 kB' },
  { ...leanApp, name: `ESM: ${leanApp.import}, with all dependencies`, limit: '66.5 kB' },
  {
    ...app,
    name: 'the same, without mediasoup-client',
    // The name in the package's `imports`.
    ignore: ['#mediasoup-client'],
    limit: '49.8 kB',
  },
  {
    name: 'UMD: everything',
    path: 'packages/client/dist/tureen.umd.js',
    gzip: true,
    limit: '99.6 kB',
    // The file as it is: bundled and minified once more it would be another one, and larger.
    modifyEsbuildConfig: (config) => ({ ...config, bundle: false, treeShaking: false, loader: { '.js': 'copy' } }),
  },
];
