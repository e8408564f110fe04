import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../bootstrap/children.mjs';
import { EXIT } from '../bootstrap/exit.mjs';
import { ROOT } from '../bootstrap/paths.mjs';

/** Prints the output of a build immediately. */
const SHOWN = { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] };

/**
 * Runs pnpm in the workspace and shows what it prints.
 * @param {string[]} args
 * @param {{ env: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>} one of EXIT
 */
export async function runPnpm(args, { env }) {
  const { code, output } = await run('pnpm', args, { ...SHOWN, env });
  // Empty unless pnpm could not be started.
  if (output !== '') console.error(output);
  return code === 0 ? EXIT.ok : EXIT.failed;
}

/**
 * Builds every package that has a build, in the order of their dependencies. testkit has none, and the client's tests depend on
 * testkit, which depends on the client: with it in the list, pnpm finds no order.
 */
export const build = (options) => runPnpm(['-r', '--filter=!@tureen/testkit', '--if-present', 'run', 'build'], options);

/** Folder and manifest of each package under `packages/`. */
export async function readPackages({ root = ROOT } = {}) {
  const parent = join(root, 'packages');
  const names = (await readdir(parent)).sort().filter((name) => existsSync(join(parent, name, 'package.json')));
  return Promise.all(
    names.map(async (name) => {
      const folder = join(parent, name);
      return { folder, manifest: JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) };
    }),
  );
}

/** Whether every package with a build has been built once. */
export async function isBuilt(options) {
  const packages = await readPackages(options);
  return packages.every(({ folder, manifest }) => !manifest.scripts?.build || existsSync(join(folder, 'dist')));
}
