import { findBaseline } from '../baseline/baseline.mjs';
import { findMediasoup2Worker } from '../mediasoup2-worker/worker.mjs';
import { findPreviousRelease } from '../previousRelease/previousRelease.mjs';
import { findWorker } from '../mediasoup-worker/worker.mjs';
import { installPackages } from './apt.mjs';
import { findBrowsers } from './browsers/browsers.mjs';
import { dependenciesDigest, ensureDependencies } from './dependencies.mjs';
import { childEnvironment } from './environment.mjs';
import { writeEnvironmentFile } from './environmentFile.mjs';
import { ROOT } from './paths.mjs';
import { ensureToolchain } from './toolchain.mjs';

/**
 * Result of a search on this machine: the variables for children, or the missing system packages. In the latter case, `make` returns the
 * variables once apt has installed the packages.
 * @typedef {{ env: Record<string, string>, missing?: undefined, make?: undefined } | {
 *   env?: undefined, missing: { why: string, packages: string[] }, make: () => Promise<Record<string, string>>
 * }} Found
 */

/** Finders of the needs that the set-up may have to build or install. */
const FINDERS = {
  worker: findWorker,
  'mediasoup2-worker': findMediasoup2Worker,
  browsers: findBrowsers,
  'previous-release': findPreviousRelease,
  baseline: findBaseline,
};

/**
 * Gets what a command needs, in the order of their dependencies: Node and pnpm, dependencies, workers, browsers. Calls apt once, for
 * all packages. Writes the results into `.toolchain/environment.json`.
 * @param {{ progress: ReturnType<import('./progress.mjs').createProgress>, needs?: string[] }} options `needs`: keys of `NEEDS`
 * @returns {Promise<NodeJS.ProcessEnv>} the environment for what the command starts
 */
export async function bootstrap({ progress, needs = [] }) {
  const root = ROOT;
  const { pathFirst } = await ensureToolchain({ root, progress });
  const env = childEnvironment({ pathFirst });
  const context = { root, env, progress };
  await ensureDependencies(context);

  const found = [];
  for (const [need, find] of Object.entries(FINDERS)) if (needs.includes(need)) found.push(await find(context));
  await installPackages(
    found.map(({ missing }) => missing).filter((missing) => missing?.packages.length > 0),
    context,
  );
  const variables = {};
  for (const { env: known, make } of found) Object.assign(variables, known ?? (await make()));

  await writeEnvironmentFile({ dependencies: await dependenciesDigest(root), pathFirst, variables }, { root });
  return childEnvironment({ pathFirst, extra: variables });
}
