import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { removeAtExit } from './cleanup.mjs';
import { run } from './children.mjs';
import { EXIT, Stop } from './exit.mjs';
import { withLock } from './lock.mjs';

const STEP_MS = 1_200_000;

/** Runs a program. Stops the command if the program fails or takes longer than 20 minutes. */
export async function runStep(what, command, args, options) {
  const { code, output, isTimedOut } = await run(command, args, { timeoutMs: STEP_MS, ...options });
  if (code === 0) return;
  const why = isTimedOut ? 'The command ran for more than 20 minutes.' : `The command ended with code ${code}.`;
  throw new Stop(EXIT.dependencies, `${what} failed. ${why}`, { output });
}

/**
 * Makes a commit available. A shallow clone gets the commit from its origin.
 * @param {{ root: string, env: NodeJS.ProcessEnv, commit: string, need: string }} options `need`: what needs the commit, as
 * the beginning of a sentence, e.g. `The compatibility tests need release v0.2.0`
 */
export async function ensureCommit({ root, env, commit, need }) {
  const isThere = async () =>
    (await run('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: root, env })).code === 0;
  if (await isThere()) return;
  const fetch = ['fetch', '--quiet', '--depth=1', 'origin', commit];
  const { output } = await run('git', fetch, { cwd: root, env, timeoutMs: STEP_MS });
  if (await isThere()) return;
  throw new Stop(
    EXIT.dependencies,
    `${need}, and this clone lacks the commit: \`git ${fetch.join(' ')}\` failed.\n` +
      `Fetch ${commit} from a repository that has it (in a shallow clone: \`git fetch --unshallow\`), and run the command again.`,
    { output },
  );
}

/** Extracts the source of a commit into a new folder. */
export async function extractCommit(folder, { root, env, commit }) {
  await mkdir(folder);
  const archive = `${folder}.tar`;
  await runStep('git archive', 'git', ['archive', '--format=tar', '-o', archive, commit], { cwd: root, env });
  await runStep('tar', 'tar', ['-xf', archive, '-C', folder], { env });
  await rm(archive);
}

/** Removes what an interrupted preparation of the same folder left. Call this only under the lock of the folder. */
export async function removeLeftovers(folder) {
  const parent = dirname(folder);
  const names = (await readdir(parent)).filter((name) => name.startsWith(`${basename(folder)}.aside-`));
  for (const name of names) await rm(join(parent, name), { recursive: true, force: true });
}

/**
 * Prepares a folder that several clones share, unless it is ready. The folder appears only when it is complete.
 * @param {string} folder
 * @param {{ isReady: () => Promise<boolean>, prepare: (aside: string) => Promise<void>, onWait: (pid: string) => void }} options
 * `prepare` fills a folder beside the final one; `onWait` is called while another process prepares the folder
 */
export async function prepareFolder(folder, { isReady, prepare, onWait }) {
  if (await isReady()) return;
  await mkdir(dirname(folder), { recursive: true });
  await withLock(
    `${folder}.lock`,
    async () => {
      if (await isReady()) return;
      await removeLeftovers(folder);
      const aside = removeAtExit(await mkdtemp(`${folder}.aside-`));
      await prepare(aside);
      await rm(folder, { recursive: true, force: true });
      await rename(aside, folder);
    },
    { onWait },
  );
}
