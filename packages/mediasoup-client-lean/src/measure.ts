import { gzipSync } from 'node:zlib';
import type { Plugin } from 'rolldown';

import { withSharedAliases, withoutUnusedModules } from './build/aliases.ts';
import { bundleEntry, leanOptions, type BundleOptions } from './build/bundleEntry.ts';
import { leanMangleProps, leanTreeshake } from './build/bundlerOptions.ts';

/**
 * `pnpm measure` in this package: gzipped size of the entry, minified like in an app, after each step of the lean build. Excludes
 * eventemitter3 and sdp-transform in the steps in which the client imports them anyway.
 */
const aliases: Plugin[] = [withSharedAliases, withoutUnusedModules];
const methods = ['debug', 'warn', 'error'];
const treeshake = {
  ...leanTreeshake,
  // Without rewriting, the bundler drops log calls.
  manualPureFunctions: [
    ...leanTreeshake.manualPureFunctions,
    ...['logger', 'enhancedEventEmitterLogger'].flatMap((logger) => [
      logger,
      ...methods.map((name) => `${logger}.${name}`),
    ]),
  ],
};
const external = ['sdp-transform', 'eventemitter3'];

const steps: Readonly<Record<string, BundleOptions>> = {
  'as is': { external: ['sdp-transform'] },
  aliases: { plugins: aliases, external },
  'aliases, options of the bundler': {
    plugins: aliases,
    treeshake,
    minify: { compress: true, mangle: true, mangleProps: leanMangleProps },
    external,
  },
  'aliases, options, rewriting': { ...leanOptions, external },
};

async function sizeOf(options: BundleOptions): Promise<number> {
  const minify = typeof options.minify === 'object' ? options.minify : {};
  const { output } = await bundleEntry({
    ...options,
    minify: { ...minify, compress: true, mangle: true, codegen: true },
  });
  return gzipSync(output[0].code, { level: 9 }).length;
}

let before: number | undefined;
for (const [step, options] of Object.entries(steps)) {
  const size = await sizeOf(options);
  const saved = before === undefined ? '' : `  −${((before - size) / 1000).toFixed(2)}`;
  process.stdout.write(`${step.padEnd(34)} ${(size / 1000).toFixed(2).padStart(6)} kB${saved}\n`);
  before = size;
}
