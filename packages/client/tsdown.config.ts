import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/index.ts', 'src/testing.ts', 'src/webrtc-adapter.ts'],
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  // One file per module: an app's bundler drops the dialects and engines that it does not reach.
  unbundle: true,
  dts: { sourcemap: true, compilerOptions: { stripInternal: true } },
  sourcemap: true,
  clean: true,
});
