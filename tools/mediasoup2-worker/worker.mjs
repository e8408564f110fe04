import { readFile } from 'node:fs/promises';
import { readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from '../bootstrap/children.mjs';
import { EXIT, Stop } from '../bootstrap/exit.mjs';
import { withLock } from '../bootstrap/lock.mjs';
import { cacheFolder } from '../bootstrap/paths.mjs';
import { CachedWorker, cacheKey } from '../mediasoup-worker/cache.mjs';
import { buildMediasoup2Worker, missingBuildPackages } from './build.mjs';

/** Number of the recipe. Raise it when the recipe changes, so that earlier workers are built again. */
const RECIPE = 1;
const toEnv = (path) => ({ TUREEN_MEDIASOUP2_WORKER: path });

const STARTED_BY_HAND = "you don't seem to be my real father";

/** Folder and version of the tests' genuine mediasoup 2. Its `worker/` is the source. */
export function mediasoup2Package(root) {
  const folder = realpathSync(join(root, 'packages', 'testkit', 'node_modules', 'mediasoup-v2'));
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return { folder, version };
}

/** Whether the file is a worker of mediasoup 2 that starts on this machine. */
export async function mediasoup2Starts(path) {
  const { output } = await run(path, [], { env: {}, timeoutMs: 10_000 });
  return output.includes(STARTED_BY_HAND);
}

/** Checks that the worker of TUREEN_MEDIASOUP2_WORKER starts. */
async function namedWorker(path) {
  if (await mediasoup2Starts(path)) return path;
  throw new Stop(
    EXIT.worker,
    `TUREEN_MEDIASOUP2_WORKER is ${path}, which is not a worker of mediasoup 2 that starts on this machine.`,
  );
}

/**
 * Finds the worker of mediasoup 2: the worker that the user names, or a cached one. Otherwise lists the system packages for a build.
 * @param {{ root: string, env: NodeJS.ProcessEnv, progress: ReturnType<import('../bootstrap/progress.mjs').createProgress> }} context
 * @returns {Promise<import('../bootstrap/bootstrap.mjs').Found>}
 */
export async function findMediasoup2Worker({ root, env, progress }) {
  const given = process.env.TUREEN_MEDIASOUP2_WORKER;
  if (given) return { env: toEnv(await namedWorker(resolve(given))) };

  const mediasoup = mediasoup2Package(root);
  const { platform, arch } = process;
  const osRelease = platform === 'linux' ? await readFile('/etc/os-release', 'utf8').catch(() => '') : undefined;
  const key = cacheKey({ version: mediasoup.version, platform, arch, osRelease });
  const kind = { name: 'mediasoup-2-worker', recipe: RECIPE, starts: mediasoup2Starts };
  const place = new CachedWorker(cacheFolder(), key, kind);
  const bin = await place.find();
  if (bin !== undefined) return { env: toEnv(bin) };

  const build = async () => {
    const folder = await place.aside();
    try {
      const path = await buildMediasoup2Worker({ folder, mediasoup, env, progress });
      return await place.publish(path, { origin: 'source', mediasoupVersion: mediasoup.version });
    } finally {
      await place.removeAside(folder);
    }
  };
  return {
    missing: { why: 'to build the worker of mediasoup 2', packages: missingBuildPackages() },
    make: async () => {
      const onWait = (pid) => progress.say(`Waiting for process ${pid}, which builds the worker of mediasoup 2.`);
      return toEnv(await withLock(place.lockPath, async () => (await place.find()) ?? build(), { onWait }));
    },
  };
}
