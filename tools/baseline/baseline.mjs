import { join, resolve } from 'node:path';
import { BASELINE_COMMIT, BASELINE_FILE, BASELINE_RECIPE, isBaseline } from '../bootstrap/baseline.mjs';
import { EXIT, Stop } from '../bootstrap/exit.mjs';
import { cacheFolder } from '../bootstrap/paths.mjs';
import { ensureCommit, extractCommit, prepareFolder, runStep } from '../bootstrap/preparedFolder.mjs';
import { writeStamp } from '../bootstrap/stamp.mjs';

/** Installs what the server runs with. Prefers packages that this machine has. */
const INSTALL = ['install', '--frozen-lockfile', '--prefer-offline', '--ignore-scripts', '--prod'];

/** Extracts the source of the baseline and installs the dependencies of its server. The server runs from source. */
async function prepare(aside, { root, env, progress }) {
  const label = `Preparing the server of ${BASELINE_COMMIT.slice(0, 7)}, for the comparison`;
  await progress.during(label, async (setDetail) => {
    await ensureCommit({ root, env, commit: BASELINE_COMMIT, need: 'The bench compares with an earlier server' });
    const source = join(aside, 'source');
    await extractCommit(source, { root, env, commit: BASELINE_COMMIT });
    const args = [...INSTALL, '--filter', '@tureen/server...'];
    await runStep('pnpm install', 'pnpm', args, { env: { ...env, CI: 'true' }, cwd: source, onLine: setDetail });
  });
  await writeStamp(join(aside, BASELINE_FILE), { recipe: BASELINE_RECIPE, commit: BASELINE_COMMIT });
}

/**
 * Finds the server of the baseline, in a folder of the user's cache: `source/` is its checkout with installed dependencies.
 * @param {{ root: string, env: NodeJS.ProcessEnv, progress: ReturnType<import('../bootstrap/progress.mjs').createProgress> }} context
 * @returns {Promise<import('../bootstrap/bootstrap.mjs').Found>}
 */
export async function findBaseline({ root, env, progress }) {
  const toEnv = (path) => ({ env: { TUREEN_BASELINE: path } });
  const given = process.env.TUREEN_BASELINE;
  if (given) {
    if (await isBaseline(given)) return toEnv(resolve(given));
    throw new Stop(
      EXIT.dependencies,
      `TUREEN_BASELINE is ${given}, which is not the server of ${BASELINE_COMMIT}.\nUnset the variable: the set-up then prepares the server.`,
    );
  }
  const folder = join(cacheFolder(), 'baseline', `${BASELINE_COMMIT}-${BASELINE_RECIPE}`);
  await prepareFolder(folder, {
    isReady: () => isBaseline(folder),
    prepare: (aside) => prepare(aside, { root, env, progress }),
    onWait: (pid) => progress.say(`Waiting for process ${pid}, which prepares the server of the baseline.`),
  });
  return toEnv(folder);
}
