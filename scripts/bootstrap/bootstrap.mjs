import { installPackages } from './apt.mjs';
import { findBrowsers } from './browsers/browsers.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { childEnvironment } from './environment.mjs';
import { ROOT } from './paths.mjs';
import { ensureToolchain } from './toolchain.mjs';
import { findWorker } from './worker/worker.mjs';

/**
 * Gets what a command needs and no more, in the order in which one thing needs the other: Node and pnpm, dependencies,
 * worker, browsers. Whatever of it apt has to install is installed, or asked for, at once.
 * @param {{ progress: ReturnType<import('./progress.mjs').createProgress>, needsWorker: boolean, needsBrowsers: boolean }} options
 * @returns {Promise<NodeJS.ProcessEnv>} the environment for what the command starts
 */
export async function bootstrap({ progress, needsWorker, needsBrowsers }) {
  const root = ROOT;
  const { pathFirst } = await ensureToolchain({ root, progress });
  const env = childEnvironment({ pathFirst });
  const context = { root, env, progress };
  await ensureDependencies(context);

  const worker = needsWorker ? await findWorker(context) : undefined;
  const browsers = needsBrowsers ? await findBrowsers(context) : undefined;
  await installPackages(
    [worker?.needs, browsers?.needs].filter((needs) => needs?.packages.length > 0),
    context,
  );

  const extra = {};
  if (worker) extra.MEDIASOUP_WORKER_BIN = worker.bin ?? (await worker.make());
  if (browsers) Object.assign(extra, browsers.env ?? (await browsers.look()));
  return childEnvironment({ pathFirst, extra });
}
