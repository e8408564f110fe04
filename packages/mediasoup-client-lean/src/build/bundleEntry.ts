import { fileURLToPath } from 'node:url';
import {
  rolldown,
  type OutputOptions,
  type RolldownOutput,
  type RolldownPluginOption,
  type InputOptions,
} from 'rolldown';

import { leanMangleProps, leanTreeshake } from './bundlerOptions.ts';
import { leanMediasoupClient } from './leanMediasoupClient.ts';

export interface BundleOptions {
  /** Default: the entry of this package. */
  readonly input?: string;
  readonly plugins?: RolldownPluginOption;
  readonly treeshake?: InputOptions['treeshake'];
  readonly minify?: OutputOptions['minify'];
  /** Packages that stay imports. Default: none. */
  readonly external?: readonly string[];
}

/** Options that `@tureen/client`'s build uses for the entry, for tests and measurement. */
export const leanOptions: BundleOptions = {
  plugins: leanMediasoupClient,
  treeshake: leanTreeshake,
  minify: { compress: { target: 'es2022' }, mangle: false, codegen: false, mangleProps: leanMangleProps },
};

/** Bundles the entry in memory. */
export async function bundleEntry({
  input = fileURLToPath(new URL('../index.ts', import.meta.url)),
  plugins,
  treeshake = true,
  minify = false,
  external = [],
}: BundleOptions): Promise<RolldownOutput> {
  const bundle = await rolldown({
    input,
    plugins,
    treeshake,
    platform: 'browser',
    external: [...external],
    logLevel: 'silent',
  });
  try {
    return await bundle.generate({ format: 'esm', minify });
  } finally {
    await bundle.close();
  }
}
