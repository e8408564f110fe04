import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { run } from '../bootstrap/children.mjs';
import { removeAtExit } from '../bootstrap/cleanup.mjs';
import { EXIT, Stop } from '../bootstrap/exit.mjs';
import { withLock } from '../bootstrap/lock.mjs';
import { cacheFolder } from '../bootstrap/paths.mjs';
import { RELEASE_FILE, faultOfRelease, readRelease } from '../bootstrap/release.mjs';
import { readStamp, writeStamp } from '../bootstrap/stamp.mjs';
import { mediasoupPackage } from '../mediasoup-worker/package.mjs';
import { findWorker } from '../mediasoup-worker/worker.mjs';

/** Raise this number when the steps below change, so that a release prepared by the old steps is prepared again. */
const RECIPE = 1;
const STEP_MS = 1_200_000;

async function runStep(what, command, args, options) {
  const { code, output, isTimedOut } = await run(command, args, { timeoutMs: STEP_MS, ...options });
  if (code === 0) return;
  const why = isTimedOut ? 'The command ran for more than 20 minutes.' : `The command ended with code ${code}.`;
  throw new Stop(EXIT.dependencies, `${what} failed. ${why}`, { output });
}

/**
 * Makes the commit available. A shallow clone gets the commit from its origin.
 * @param {{ root: string, env: NodeJS.ProcessEnv, commit: string, tag: string }} options
 */
export async function ensureCommit({ root, env, commit, tag }) {
  const isThere = async () =>
    (await run('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: root, env })).code === 0;
  if (await isThere()) return;
  const fetch = ['fetch', '--quiet', '--depth=1', 'origin', commit];
  const { output } = await run('git', fetch, { cwd: root, env, timeoutMs: STEP_MS });
  if (await isThere()) return;
  throw new Stop(
    EXIT.dependencies,
    `The compatibility tests need the commit of release ${tag}, which this clone lacks: \`git ${fetch.join(' ')}\` failed.\n` +
      `Fetch ${commit} from a repository that has it (in a shallow clone: \`git fetch --unshallow\`), and run the command again.`,
    { output },
  );
}

/** Makes a folder in which to prepare a release, beside its final place. */
async function makeAside(folder) {
  return removeAtExit(await mkdtemp(`${folder}.aside-`));
}

/** Removes what an interrupted preparation of the same release left. Call this only under the lock of the release. */
export async function removeLeftovers(folder) {
  const parent = dirname(folder);
  const names = (await readdir(parent)).filter((name) => name.startsWith(`${basename(folder)}.aside-`));
  for (const name of names) await rm(join(parent, name), { recursive: true, force: true });
}

/** Packs the release from its own source, with its own `npm run pack`, and installs the tarballs in an empty app. */
async function prepare(aside, { root, env, progress, release }) {
  const [source, packed, app] = ['source', 'packed', 'app'].map((name) => join(aside, name));
  for (const folder of [source, packed, app]) await mkdir(folder);
  const label = `Packing and installing release ${release.tag}, for the compatibility tests`;
  await progress.during(label, async (setDetail) => {
    const shown = { env, onLine: setDetail };
    const archive = join(aside, 'source.tar');
    await runStep('git archive', 'git', ['archive', '--format=tar', '-o', archive, release.commit], { cwd: root, env });
    await runStep('tar', 'tar', ['-xf', archive, '-C', source], { env });
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
  for (const name of ['source', 'packed', 'source.tar']) await rm(join(aside, name), { recursive: true, force: true });
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
  const parent = join(cacheFolder(), 'previous-release');
  const folder = join(parent, `${release.commit}-${RECIPE}`);
  const isReady = async () =>
    (await readStamp(join(folder, RELEASE_FILE)))?.recipe === RECIPE &&
    (await faultOfRelease(folder, root)) === undefined;
  if (await isReady()) return toEnv(folder);

  await mkdir(parent, { recursive: true });
  await withLock(
    `${folder}.lock`,
    async () => {
      if (await isReady()) return;
      await ensureCommit({ root, env, ...release });
      await removeLeftovers(folder);
      const aside = await makeAside(folder);
      await writeStamp(join(aside, RELEASE_FILE), await prepare(aside, { root, env, progress, release }));
      await rm(folder, { recursive: true, force: true });
      await rename(aside, folder);
    },
    { onWait: (pid) => progress.say(`Waiting for process ${pid}, which prepares release ${release.tag}.`) },
  );
  return toEnv(folder);
}
