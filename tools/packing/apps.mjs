import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { nodePackageFor } from '../bootstrap/versions.mjs';
import { addPackages, makeApp, problemsOfCommand, problemsOfTypes, readProductionPackages } from './appFolder.mjs';
import { runInBrowser } from './runInBrowser.mjs';

/**
 * @typedef {object} Context
 * @property {string[]} tarballs of the client and of what the client needs
 * @property {string[]} expected packages that these bring into an app, e.g. `@tureen/client@0.1.0`
 * @property {NodeJS.ProcessEnv} env
 */

const REFUSED = 'requestRefused: getRouterRtpCapabilities';

/** Compares what an app has installed with the packages that the bundle of the client loads. */
async function problemsOfInstall(folder, expected) {
  const installed = await readProductionPackages(folder);
  if (isDeepStrictEqual(installed, expected)) return [];
  return [`An install of the client brings ${installed.join(', ')} in place of ${expected.join(', ')}.`];
}

/** The oldest and the newest TypeScript. The types are the same in both resolutions, and the oldest takes 7 s for each. */
const OUTER_COMPILERS = { 'typescript-5.4': ['node16'], 'typescript-7': ['bundler', 'node16'] };

/**
 * Installs the client into a Vite app, compiles the app with the oldest and the newest TypeScript, builds it, and runs it in Chromium.
 * @param {Context} context
 * @returns {Promise<string[]>} problems
 */
export async function problemsOfViteApp({ tarballs, expected, env }) {
  const folder = await makeApp('vite', { tarballs, env });
  const problems = await problemsOfInstall(folder, expected);
  problems.push(...(await problemsOfTypes(folder, OUTER_COMPILERS, { env })));
  const vite = join('node_modules', 'vite', 'bin', 'vite.js');
  const built = await problemsOfCommand('Vite', process.execPath, [vite, 'build'], { cwd: folder, env });
  if (built.length > 0) return [...problems, ...built];
  const { output, errors } = await runInBrowser(join(folder, 'dist'), { env });
  if (output !== REFUSED) problems.push(`The Vite app shows '${output}' in place of '${REFUSED}'.`);
  return [...problems, ...errors.map((error) => `The Vite app throws: ${error}`)];
}

/**
 * Builds an app with webpack 5, which imports the client and calls `require` too, and runs the bundle. The app has older versions of
 * the client's optional peers, at which an install must not fail.
 */
export async function problemsOfWebpackApp({ tarballs, env }) {
  const folder = await makeApp('webpack', { tarballs, env });
  const inNode = (...args) => problemsOfCommand('webpack', process.execPath, args, { cwd: folder, env });
  const built = await inNode('build.cjs');
  return built.length > 0 ? built : inNode('dist/main.js');
}

/** Versions of Node below those that the repository needs. */
const OLDER_NODES = { 'node-18': '18.20.8', 'node-20': '20.20.2' };

const nodePath = (folder, name) => join(folder, 'node_modules', name, 'bin', 'node');

/** Installs older versions of Node into an app. Returns their programs by name. */
async function addNodes(folder, { env }) {
  const packageName = nodePackageFor(process.platform, process.arch);
  if (packageName === undefined) return {};
  const packages = Object.entries(OLDER_NODES).map(([name, version]) => [name, `npm:${packageName}@${version}`]);
  await addPackages(folder, Object.fromEntries(packages), { env });
  return Object.fromEntries(Object.keys(OLDER_NODES).map((name) => [name, nodePath(folder, name)]));
}

/** Runs the tests of an app with Jest, in Node 18, in Node 20, and in the Node that runs this program. */
export async function problemsOfJestApp({ tarballs, env }) {
  const folder = await makeApp('jest', { tarballs, env });
  const nodes = { [`node-${process.versions.node}`]: process.execPath, ...(await addNodes(folder, { env })) };
  const problems = [];
  for (const [name, node] of Object.entries(nodes)) {
    const args = [join('node_modules', 'jest', 'bin', 'jest.js'), '--ci'];
    problems.push(...(await problemsOfCommand(`Jest in ${name}`, node, args, { cwd: folder, env })));
  }
  return problems;
}

/** Versions of TypeScript between those in the manifest of the Vite app. */
const MIDDLE_TYPESCRIPTS = { 'typescript-5.9': 'npm:typescript@5.9.3', 'typescript-6': 'npm:typescript@6.0.3' };

/** Compiles the Vite app with the versions of TypeScript between the oldest and the newest, and what `problemsOfViteApp` leaves out. */
export async function problemsOfMiddleTypes({ tarballs, env }) {
  const folder = await makeApp('vite', { tarballs, env });
  await addPackages(folder, MIDDLE_TYPESCRIPTS, { env });
  const both = ['bundler', 'node16'];
  const compilers = { 'typescript-5.4': ['bundler'], 'typescript-5.9': both, 'typescript-6': both };
  return problemsOfTypes(folder, compilers, { env });
}
