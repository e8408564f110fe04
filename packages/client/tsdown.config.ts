import { leanMangleProps, leanMediasoupClient, leanPackages, leanTreeshake } from '@tureen/mediasoup-client-lean/build';
import { defineConfig } from 'tsdown';

import { checksModules, chooseChecks } from './build/developmentChecks.ts';
import { internalMembers } from './build/internalMembers.ts';
import { leanEventEmitter3 } from './build/leanEventEmitter3.ts';
import { leanProtooClient, leanProtooTreeshake } from './build/leanProtooClient.ts';
import { leanSdpTransform } from './build/leanSdpTransform.ts';
import { licensesBeside } from './build/licenses.ts';
import { shortenInternalMembers } from './build/shortenInternalMembers.ts';
import { importVendorModules, vendorModules } from './build/vendorModules.ts';
import { publicEntries } from './tsdown.types.config.ts';

/** What a minifier of apps would do, done better. Layout and the names of variables stay, for stack traces and debuggers. */
const minify = {
  compress: { target: 'es2022', sequences: false, joinVars: false },
  mangle: false,
  codegen: { removeWhitespace: false },
} as const;

const common = { format: 'esm', platform: 'neutral', target: 'es2022', sourcemap: true, minify } as const;

/** A module with libraries inside, built after the others. */
const vendor = { ...common, platform: 'browser', dts: false, clean: false } as const;

const mediasoupClient = 'src/media/device/mediasoupClient.ts';

/** Needs the types in `dist` (`tsdown.types.config.ts`). */
export default defineConfig([
  {
    ...common,
    entry: [...publicEntries, ...checksModules],
    // One file per module: an app's bundler drops the dialects and engines that it does not reach.
    unbundle: true,
    dts: false,
    clean: false,
    plugins: [importVendorModules, chooseChecks, shortenInternalMembers(internalMembers)],
  },
  {
    ...vendor,
    entry: { [vendorModules.mediasoupClient]: mediasoupClient },
    // sdp-transform and eventemitter3 are shared with other modules.
    deps: { alwaysBundle: [/./], onlyBundle: [...leanPackages] },
    treeshake: leanTreeshake,
    minify: { ...minify, mangleProps: leanMangleProps },
    plugins: [
      importVendorModules,
      ...leanMediasoupClient,
      licensesBeside,
      {
        name: 'sdp-transform-apart',
        resolveId: (id) => (id === 'sdp-transform' ? { id: '../sdpTransform.js', external: true } : null),
      },
    ],
  },
  {
    // The genuine package instead, for apps that build with the condition `mediasoup-client`.
    ...vendor,
    entry: { 'media/device/genuineMediasoupClient': mediasoupClient },
    deps: { alwaysBundle: ['@tureen/mediasoup-client-lean'], neverBundle: ['mediasoup-client'] },
  },
  {
    ...vendor,
    entry: { [vendorModules.protooClient]: 'src/signaling/protooClient.ts' },
    deps: { alwaysBundle: [/./], onlyBundle: ['protoo-client'] },
    treeshake: leanProtooTreeshake,
    plugins: [importVendorModules, leanProtooClient, licensesBeside],
  },
  {
    ...vendor,
    entry: { [vendorModules.sdpTransform]: 'src/media/sdpTransform.ts' },
    deps: { alwaysBundle: [/./], onlyBundle: ['sdp-transform'] },
    plugins: [leanSdpTransform, licensesBeside],
  },
  {
    ...vendor,
    entry: { [vendorModules.eventEmitter3]: 'src/shared/eventemitter3.ts' },
    deps: { alwaysBundle: [/./], onlyBundle: ['eventemitter3'] },
    plugins: [leanEventEmitter3, licensesBeside],
  },
]);
