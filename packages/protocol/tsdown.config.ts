import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: { 'common/index': 'src/common/index.ts', 'mediasoup-v3/index': 'src/mediasoup-v3/index.ts' },
  platform: 'neutral',
  format: 'esm',
  target: 'es2022',
  // One file per module: an app's bundler drops what it does not reach.
  unbundle: true,
  dts: true,
  sourcemap: true,
});
