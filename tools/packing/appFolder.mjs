import { cp, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../bootstrap/children.mjs';
import { childEnvironment } from '../bootstrap/environment.mjs';
import { retryFlags } from '../bootstrap/toolchain.mjs';
import { runNpm, temporaryFolder } from './tarballs.mjs';

/** Apps that are installed from the tarballs. The manifest of each names exact versions. */
const APPS = fileURLToPath(new URL('apps', import.meta.url));

const INSTALL_FLAGS = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', ...retryFlags()];

/**
 * Makes an app in a temporary folder and installs its dependencies from the registry that npm is configured for.
 * @param {string} name folder under `tools/packing/apps`
 * @param {{ tarballs: string[], env: NodeJS.ProcessEnv }} options `tarballs`: packages to install beside the others
 * @returns {Promise<string>} the folder
 */
export async function makeApp(name, { tarballs, env }) {
  const folder = await temporaryFolder(`app-${name}`);
  await cp(join(APPS, name), folder, { recursive: true });
  await runNpm(['install', ...INSTALL_FLAGS, ...tarballs], { cwd: folder, env });
  return folder;
}

/**
 * Adds packages to an app.
 * @param {string} folder
 * @param {Record<string, string>} packages exact versions
 */
export async function addPackages(folder, packages, { env }) {
  const list = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  await runNpm(['install', ...INSTALL_FLAGS, '--save-dev', ...list], { cwd: folder, env });
}

/**
 * Lists what an install without `devDependencies` contains, from the packages that npm has written into `node_modules`.
 * @param {{ packages: Record<string, { dev?: boolean, version: string }> }} lock
 * @returns {string[]} name and version, sorted
 */
export function productionPackages({ packages }) {
  return Object.entries(packages)
    .filter(([path, { dev = false }]) => path !== '' && !dev)
    .map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`)
    .toSorted();
}

/** Reads `productionPackages` of an installed app. */
export async function readProductionPackages(folder) {
  const lock = await readFile(join(folder, 'node_modules/.package-lock.json'), 'utf8');
  return productionPackages(JSON.parse(lock));
}

/** Runs a program in the folder of an app. Returns its output where it fails, with a title. */
export async function problemsOfCommand(title, command, args, { cwd, env }) {
  const { code, output } = await run(command, args, { cwd, env: childEnvironment({ base: env }) });
  return code === 0 ? [] : [`${title}: \`${basename(command)} ${args.join(' ')}\` failed:\n${output.trim()}`];
}

const common = {
  target: 'es2022',
  lib: ['ES2023', 'DOM', 'DOM.Iterable', 'ESNext.Disposable'],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
};

/** Ways in which apps resolve the types of a package, with the files that can be compiled so. */
const resolutions = {
  bundler: { options: { module: 'esnext', moduleResolution: 'bundler' }, files: ['main.ts', 'global.ts'] },
  node16: {
    options: { module: 'node16', moduleResolution: 'node16' },
    files: ['main.ts', 'global.ts', 'required.cts'],
  },
};

/**
 * Compiles an app with the types in its tarballs.
 * @param {string} folder
 * @param {Record<string, (keyof typeof resolutions)[]>} compilers resolutions by the name under which TypeScript is installed,
 *   e.g. `typescript-5.4`
 * @returns {Promise<string[]>} problems
 */
export async function problemsOfTypes(folder, compilers, { env }) {
  const problems = [];
  for (const [compiler, names] of Object.entries(compilers))
    for (const name of names) {
      const { options, files } = resolutions[name];
      const project = join(folder, `tsconfig.${name}.json`);
      await writeFile(project, JSON.stringify({ compilerOptions: { ...common, ...options }, files }));
      const tsc = join(folder, 'node_modules', compiler, 'bin/tsc');
      const title = `Types with ${compiler}, ${name}`;
      problems.push(...(await problemsOfCommand(title, process.execPath, [tsc, '-p', project], { cwd: folder, env })));
    }
  return problems;
}
