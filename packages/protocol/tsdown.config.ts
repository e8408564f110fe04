import { defineConfig } from 'tsdown';

const folders = [
  'common',
  'mediasoup-v3',
  'mediasoup-v2-shared',
  'mediasoup-v2',
  'mediasoup-v2-beta',
  'mediasoup-v2-alpha',
  'push-pull',
];

export default defineConfig({
  entry: Object.fromEntries(folders.map((folder) => [`${folder}/index`, `src/${folder}/index.ts`])),
  platform: 'neutral',
  format: 'esm',
  target: 'es2022',
  // One file per module: an app's bundler drops what it does not reach.
  unbundle: true,
  dts: { sourcemap: true },
  sourcemap: true,
  // What a minifier of apps would do, done better. Names and layout stay, for stack traces and debuggers.
  minify: {
    compress: { target: 'es2022', sequences: false, joinVars: false },
    mangle: false,
    codegen: { removeWhitespace: false },
  },
});
