import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../bootstrap/children.mjs';
import { EXIT, Stop } from '../bootstrap/exit.mjs';
import { withLock } from '../bootstrap/lock.mjs';
import { cacheFolder } from '../bootstrap/paths.mjs';
import { buildWorker } from './build/build.mjs';
import { missingBuildPackages } from './build/requirements.mjs';
import { CachedWorker, cacheKey, startsHere } from './cache.mjs';
import { mediasoupPackage } from './package.mjs';
import { downloadPrebuilt } from './prebuilt.mjs';

const toEnv = (path) => ({ MEDIASOUP_WORKER_BIN: path });

const SELF_CHECK = fileURLToPath(new URL('selfCheck/selfCheck.mjs', import.meta.url));

async function placeInCache(mediasoup) {
  const { platform, arch } = process;
  const osRelease = platform === 'linux' ? await readFile('/etc/os-release', 'utf8').catch(() => '') : undefined;
  return new CachedWorker(cacheFolder(), cacheKey({ version: mediasoup.version, platform, arch, osRelease }));
}

/** @returns {Promise<string | undefined>} the fault of the worker, or undefined */
async function selfCheck(path, { env, progress }) {
  const label = 'Checking a call on this worker (DTLS in both roles, one audio packet)';
  const check = async () => {
    const { code, output } = await run('node', [SELF_CHECK, path], { env, timeoutMs: 60_000 });
    return code === 0 ? undefined : output.trim();
  };
  return progress.during(label, check, { faultOf: (fault) => fault });
}

/** Checks that the worker of MEDIASOUP_WORKER_BIN starts. The user is responsible for everything else. */
async function namedWorker(path) {
  if (await startsHere(path)) return path;
  throw new Stop(
    EXIT.worker,
    `MEDIASOUP_WORKER_BIN is ${path}, which is not a mediasoup worker that starts on this machine.`,
  );
}

async function tryPrebuilt(place, mediasoup, context) {
  const { progress } = context;
  const folder = await place.aside();
  try {
    const label = `Looking for mediasoup's prebuilt worker ${mediasoup.version}`;
    const work = () => downloadPrebuilt({ folder, mediasoup });
    const { path, refusal } = await progress.during(label, work, { faultOf: (got) => got.refusal });
    if (refusal !== undefined || (await selfCheck(path, context)) !== undefined) return undefined;
    return await place.publish(path, { origin: 'prebuilt', mediasoupVersion: mediasoup.version });
  } finally {
    await place.removeAside(folder);
  }
}

async function build(place, mediasoup, context) {
  const folder = await place.aside();
  try {
    const path = await buildWorker({ folder, mediasoup, progress: context.progress });
    const fault = await selfCheck(path, context);
    if (fault !== undefined) {
      throw new Stop(
        EXIT.worker,
        `The worker that was built failed its self-check, so the cache does not keep it.\n${fault}`,
      );
    }
    return await place.publish(path, { origin: 'source', mediasoupVersion: mediasoup.version });
  } finally {
    await place.removeAside(folder);
  }
}

/**
 * Finds mediasoup's worker: the worker that the user names, a cached one, or the prebuilt download. Otherwise lists the system packages
 * for a build, so that the set-up calls apt once.
 * @param {{ root: string, env: NodeJS.ProcessEnv, progress: ReturnType<import('../bootstrap/progress.mjs').createProgress> }} context
 * @param {{ given?: string }} [options] `given`: the worker that the user names; empty: none
 * @returns {Promise<import('../bootstrap/bootstrap.mjs').Found>}
 */
export async function findWorker(context, { given = process.env.MEDIASOUP_WORKER_BIN } = {}) {
  const { root, progress } = context;
  if (given) return { env: toEnv(await namedWorker(resolve(given))) };

  const mediasoup = mediasoupPackage(root);
  const place = await placeInCache(mediasoup);
  const alone = (work) =>
    withLock(place.lockPath, async () => (await place.find()) ?? work(), {
      onWait: (pid) => progress.say(`Waiting for process ${pid}, which downloads or builds the worker.`),
    });

  const bin = (await place.find()) ?? (await alone(() => tryPrebuilt(place, mediasoup, context)));
  if (bin !== undefined) return { env: toEnv(bin) };
  return {
    missing: { why: `to build mediasoup's worker`, packages: await missingBuildPackages() },
    make: async () => toEnv(await alone(() => build(place, mediasoup, context))),
  };
}
