import { installPackages } from './apt.mjs';
import { findBrowsers } from './browsers/browsers.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { childEnvironment } from './environment.mjs';
import { ROOT } from './paths.mjs';
import { findMediasoup2Worker } from '../mediasoup2-worker/worker.mjs';
import { ensureToolchain } from './toolchain.mjs';
import { findWorker } from '../mediasoup-worker/worker.mjs';

/**
 * Gets what a command needs and no more, in the order in which one thing needs the other: Node and pnpm, dependencies,
 * worker, browsers. Whatever of it apt has to install is installed, or asked for, at once.
 * @param {{ progress: ReturnType<import('./progress.mjs').createProgress>, needsWorker: boolean, needsBrowsers: boolean, needsMediasoup2Worker?: boolean }} options
 * `needsMediasoup2Worker`: the worker of mediasoup 2 too, for tests with the genuine old programs
 * @returns {Promise<NodeJS.ProcessEnv>} the environment for what the command starts
 */
export async function bootstrap({ progress, needsWorker, needsBrowsers, needsMediasoup2Worker = false }) {
  const root = ROOT;
  const { pathFirst } = await ensureToolchain({ root, progress });
  const env = childEnvironment({ pathFirst });
  const context = { root, env, progress };
  await ensureDependencies(context);

  const worker = needsWorker ? await findWorker(context) : undefined;
  const mediasoup2 = needsMediasoup2Worker ? await findMediasoup2Worker(context) : undefined;
  const browsers = needsBrowsers ? await findBrowsers(context) : undefined;
  await installPackages(
    [worker?.needs, mediasoup2?.needs, browsers?.needs].filter((needs) => needs?.packages.length > 0),
    context,
  );

  const extra = {};
  if (worker) extra.MEDIASOUP_WORKER_BIN = worker.bin ?? (await worker.make());
  if (mediasoup2) extra.TUREEN_MEDIASOUP2_WORKER = mediasoup2.bin ?? (await mediasoup2.make());
  if (browsers) Object.assign(extra, browsers.env ?? (await browsers.look()));
  return childEnvironment({ pathFirst, extra });
}
