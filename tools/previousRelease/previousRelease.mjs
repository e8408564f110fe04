import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EXIT, Stop } from '../bootstrap/exit.mjs';
import { cacheFolder } from '../bootstrap/paths.mjs';
import { ensureCommit, extractCommit, prepareFolder, runStep } from '../bootstrap/preparedFolder.mjs';
import { RELEASE_FILE, faultOfRelease, readRelease } from '../bootstrap/release.mjs';
import { readStamp, writeStamp } from '../bootstrap/stamp.mjs';
import { mediasoupPackage } from '../mediasoup-worker/package.mjs';
import { findWorker } from '../mediasoup-worker/worker.mjs';

/** Raise this number when the steps below change, so that a release prepared by the old steps is prepared again. */
const RECIPE = 1;
/** Packs the release from its own source, with its own `npm run pack`, and installs the tarballs in an empty app. */
async function prepare(aside, { root, env, progress, release }) {
  const [source, packed, app] = ['source', 'packed', 'app'].map((name) => join(aside, name));
  for (const folder of [packed, app]) await mkdir(folder);
  const label = `Packing and installing release ${release.tag}, for the compatibility tests`;
  await progress.during(label, async (setDetail) => {
    const shown = { env, onLine: setDetail };
    await extractCommit(source, { root, env, commit: release.commit });
    await runStep('npm run pack', 'node', ['tools/pack.mjs', `--out=${packed}`], { ...shown, cwd: source });
    const files = await readdir(packed);
    const tarballs = files.filter((name) => name.endsWith('.tgz')).map((name) => join(packed, name));
    await writeFile(join(app, 'package.json'), '{ "private": true }\n');
    // The version that the release was tested with: a newer mediasoup would not match the worker. `--ignore-scripts`, because
    // mediasoup's install script would fetch a worker.
    const mediasoup = `mediasoup@${mediasoupPackage(source).version}`;
    const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...tarballs, mediasoup];
    await runStep('npm install', 'npm', install, { ...shown, cwd: app });
  });
  const mediasoup = mediasoupPackage(source);
  const worker =
    mediasoup.version === mediasoupPackage(root).version ? null : await workerOf({ root: source, env, progress });
  for (const name of ['source', 'packed']) await rm(join(aside, name), { recursive: true, force: true });
  return { recipe: RECIPE, ...release, worker };
}

/** Path of a worker for a release on another version of mediasoup. */
async function workerOf(context) {
  const found = await findWorker(context, { given: '' });
  return (found.env ?? (await found.make())).MEDIASOUP_WORKER_BIN;
}

/**
 * Finds the previous release, installed as an app installs it, in a folder of the user's cache: `app/node_modules/@tureen/*`,
 * and `release.json` with its version and, where mediasoup differs, the path of its worker.
 * @param {{ root: string, env: NodeJS.ProcessEnv, progress: ReturnType<import('../bootstrap/progress.mjs').createProgress> }} context
 * @returns {Promise<import('../bootstrap/bootstrap.mjs').Found>}
 */
export async function findPreviousRelease({ root, env, progress }) {
  const toEnv = (path) => ({ env: { TUREEN_PREVIOUS_RELEASE: path } });
  const given = process.env.TUREEN_PREVIOUS_RELEASE;
  if (given) {
    const fault = await faultOfRelease(given, root);
    if (fault === undefined) return toEnv(resolve(given));
    throw new Stop(
      EXIT.dependencies,
      `TUREEN_PREVIOUS_RELEASE is ${given}, which ${fault}.\nUnset the variable: the set-up then prepares the release.`,
    );
  }

  const release = readRelease(root);
  const folder = join(cacheFolder(), 'previous-release', `${release.commit}-${RECIPE}`);
  await prepareFolder(folder, {
    isReady: async () =>
      (await readStamp(join(folder, RELEASE_FILE)))?.recipe === RECIPE &&
      (await faultOfRelease(folder, root)) === undefined,
    prepare: async (aside) => {
      const need = `The compatibility tests need release ${release.tag}`;
      await ensureCommit({ root, env, commit: release.commit, need });
      await writeStamp(join(aside, RELEASE_FILE), await prepare(aside, { root, env, progress, release }));
    },
    onWait: (pid) => progress.say(`Waiting for process ${pid}, which prepares release ${release.tag}.`),
  });
  return toEnv(folder);
}
