import { defineConfig } from 'tsdown';

import { leanMediasoupClient, licencesBeside } from './mediasoupClient.config.ts';
import { leanSdpTransform } from './sdpTransform.config.ts';

const common = {
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  sourcemap: true,
  // What a minifier of apps would do, done better. Names and layout stay, for stack traces and debuggers.
  minify: {
    compress: { target: 'es2022', sequences: false, joinVars: false },
    mangle: false,
    codegen: { removeWhitespace: false },
  },
} as const;

export default defineConfig([
  {
    ...common,
    entry: ['src/index.ts', 'src/testing.ts', 'src/webrtc-adapter.ts'],
    // One file per module: an app's bundler drops the dialects and engines that it does not reach.
    unbundle: true,
    dts: { sourcemap: true, eager: true, compilerOptions: { stripInternal: true } },
    clean: true,
    plugins: [
      {
        name: 'vendors-apart',
        resolveId: (id) =>
          /^\.\.?\/(?:mediasoupClient|sdpTransform)\.ts$/.test(id)
            ? { id: id.replace(/ts$/, 'js'), external: true }
            : null,
      },
    ],
  },
  {
    ...common,
    entry: { 'media/device/mediasoupClient': 'src/media/device/mediasoupClient.ts' },
    platform: 'browser',
    deps: { alwaysBundle: [/./], onlyBundle: ['mediasoup-client', 'awaitqueue', 'h264-profile-level-id'] },
    dts: false,
    // No getter of it does anything else.
    treeshake: { propertyReadSideEffects: false },
    clean: false,
    plugins: [
      leanMediasoupClient,
      licencesBeside,
      {
        // The engine of push-pull has it too.
        name: 'sdp-transform-apart',
        resolveId: (id) => (id === 'sdp-transform' ? { id: '../sdpTransform.js', external: true } : null),
      },
    ],
  },
  {
    ...common,
    entry: { 'media/sdpTransform': 'src/media/sdpTransform.ts' },
    platform: 'browser',
    deps: { alwaysBundle: [/./], onlyBundle: ['sdp-transform'] },
    dts: false,
    clean: false,
    plugins: [leanSdpTransform, licencesBeside],
  },
]);
