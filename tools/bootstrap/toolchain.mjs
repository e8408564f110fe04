import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeAtExit, keepAfterExit } from './cleanup.mjs';
import { run } from './children.mjs';
import { childEnvironment } from './environment.mjs';
import { EXIT, Stop } from './exit.mjs';
import { withLock } from './lock.mjs';
import { findProgram } from './paths.mjs';
import { NODE_VERSION, PNPM_VERSION, isNodeGoodEnough, isPnpmGoodEnough, nodePackageFor } from './versions.mjs';

const PROBE_MS = 15_000;
const INSTALL_MS = 600_000;

/** npm and pnpm retry for minutes by default, which is too long without a network. */
const RETRIES = { 'fetch-retries': 2, 'fetch-retry-mintimeout': 1000, 'fetch-retry-maxtimeout': 5000 };

/** Retry settings as flags of npm, or with a prefix of pnpm. */
export const retryFlags = (prefix = '') =>
  Object.entries(RETRIES).map(([name, value]) => `--${prefix}${name}=${value}`);

/** The npm that runs this process, or the one on PATH. */
export function npmCommand(env = process.env) {
  if (env.npm_execpath?.endsWith('npm-cli.js')) return [process.execPath, [env.npm_execpath]];
  return ['npm', []];
}

async function pnpmOnPath() {
  // Corepack's stand-in for pnpm would download pnpm, but this only looks for an installed one.
  const env = childEnvironment({ extra: { COREPACK_ENABLE_NETWORK: '0', COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' } });
  const { code, output } = await run('pnpm', ['--version'], { env, timeoutMs: PROBE_MS });
  return code === 0 ? output.trim() : undefined;
}

/**
 * Lists the npm packages, in exact versions, that provide a missing Node or pnpm.
 * @param {{ nodeVersion: string, pnpmVersion: string | undefined, platform: string, arch: string }} machine
 */
export function missingTools({ nodeVersion, pnpmVersion, platform, arch }) {
  const packages = {};
  if (!isNodeGoodEnough(nodeVersion)) {
    const name = nodePackageFor(platform, arch);
    if (!name) {
      throw new Stop(
        EXIT.toolchain,
        `Node ${nodeVersion} is too old, and npm has no package of Node ${NODE_VERSION} for ${platform}-${arch}.\n` +
          'Install Node 24 (or 22.18 and up) and run the command again.',
      );
    }
    packages[name] = NODE_VERSION;
  }
  if (pnpmVersion === undefined || !isPnpmGoodEnough(pnpmVersion)) packages.pnpm = PNPM_VERSION;
  return packages;
}

async function hasPackages(folder, packages) {
  const found = await Promise.all(
    Object.entries(packages).map(async ([name, version]) => {
      try {
        const manifest = await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8');
        return JSON.parse(manifest).version === version;
      } catch {
        return false;
      }
    }),
  );
  return found.every(Boolean);
}

/** Installs into another folder, then renames, so that a broken download never looks like a toolchain. */
async function install(folder, packages, progress) {
  const list = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  await progress.during(
    `Downloading ${list.join(' and ')} into .toolchain, for this project only`,
    async (setDetail) => {
      const aside = removeAtExit(join(folder, `aside-${process.pid}`));
      await mkdir(aside, { recursive: true });
      const [command, first] = npmCommand();
      // Errors only. Otherwise npm warns about pnpm's install script, which only makes pnpm start faster.
      const flags = [
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
        '--no-update-notifier',
        '--save-exact',
        ...retryFlags(),
      ];
      const { code, output, isTimedOut } = await run(
        command,
        [...first, 'install', '--prefix', aside, ...flags, ...list],
        {
          cwd: aside,
          env: childEnvironment({ pathFirst: [dirname(process.execPath)] }),
          timeoutMs: INSTALL_MS,
          onLine: setDetail,
        },
      );
      if (code !== 0) {
        const why = isTimedOut ? 'it took longer than ten minutes' : 'npm could not install them';
        throw new Stop(
          EXIT.toolchain,
          `Node or pnpm cannot be downloaded from the npm registry: ${why}.\n` +
            'Check that the registry is reachable, or install Node 24 and pnpm 12, and run the command again.',
          { output },
        );
      }
      const place = join(folder, 'node_modules');
      await rm(place, { recursive: true, force: true });
      await rename(join(aside, 'node_modules'), place);
      await rm(aside, { recursive: true, force: true });
      keepAfterExit(aside);
    },
  );
}

async function assertRuns(name, env) {
  const { code, output } = await run(name, ['--version'], { env, timeoutMs: PROBE_MS });
  if (code === 0) return output.trim();
  throw new Stop(
    EXIT.toolchain,
    `The ${name} downloaded into .toolchain does not run on this machine.\nInstall Node 24 and pnpm 12 and run the command again.`,
    { output },
  );
}

/**
 * Finds Node and pnpm, or downloads them.
 * @param {{ root: string, progress: ReturnType<import('./progress.mjs').createProgress> }} context
 * @returns {Promise<{ pathFirst: string[] }>} folders that come first in the PATH of commands
 */
export async function ensureToolchain({ root, progress }) {
  const { version: nodeVersion, platform, arch } = process;
  const packages = missingTools({ nodeVersion, pnpmVersion: await pnpmOnPath(), platform, arch });
  if (Object.keys(packages).length === 0) {
    const programs = [process.execPath, findProgram(['pnpm'])];
    return { pathFirst: [...new Set(programs.map((program) => dirname(program)))] };
  }

  const folder = join(root, '.toolchain');
  const bin = join(folder, 'node_modules', '.bin');
  const pathFirst = packages.pnpm && Object.keys(packages).length === 1 ? [dirname(process.execPath), bin] : [bin];
  if (!(await hasPackages(folder, packages))) {
    await withLock(
      join(folder, 'lock'),
      async () => {
        if (await hasPackages(folder, packages)) return; // another process has installed them
        if (!isNodeGoodEnough(nodeVersion)) {
          progress.say(
            `Node ${nodeVersion} is too old to run the source, which needs 22.18. The set-up does not change it.`,
          );
        }
        await install(folder, packages, progress);
        const env = childEnvironment({ pathFirst });
        await assertRuns('node', env);
        await assertRuns('pnpm', env);
      },
      { onWait: (pid) => progress.say(`Waiting for process ${pid}, which downloads Node and pnpm.`) },
    );
  }
  return { pathFirst };
}
