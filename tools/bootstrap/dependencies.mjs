import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from './children.mjs';
import { EXIT, Stop } from './exit.mjs';
import { withLock } from './lock.mjs';
import { digestOf, readStamp, writeStamp } from './stamp.mjs';
import { retryFlags } from './toolchain.mjs';

const INSTALL_MS = 1_200_000;

/** Folders in `packages:` of pnpm-workspace.yaml. `x/*` means every folder in x. */
export function workspacePatterns(yaml) {
  const [, list = ''] = /^packages:\n((?:\s*(?:-.*|#.*)?\n)*)/m.exec(`${yaml}\n`) ?? [];
  return [...list.matchAll(/^\s*-\s*['"]?([^'"#\s]+)['"]?/gm)].map(([, pattern]) => pattern);
}

async function manifests(root) {
  const patterns = workspacePatterns(await readFile(join(root, 'pnpm-workspace.yaml'), 'utf8'));
  const folders = await Promise.all(
    patterns.map(async (pattern) => {
      if (!pattern.endsWith('/*')) return [pattern];
      const parent = pattern.slice(0, -2);
      const entries = await readdir(join(root, parent), { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory()).map((entry) => `${parent}/${entry.name}`);
    }),
  );
  return ['package.json', ...folders.flat().map((folder) => `${folder}/package.json`)];
}

const DECIDES = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'bin'];

/** Part of a package.json that an install depends on. A new script requires no install. */
export function relevantPart(manifest) {
  const parsed = JSON.parse(manifest);
  return JSON.stringify(DECIDES.map((key) => parsed[key] ?? null));
}

/** Digest of everything that determines what `pnpm install` installs. */
export async function dependenciesDigest(root) {
  const pieces = { machine: `${process.platform}-${process.arch}` };
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) pieces[name] = await readFile(join(root, name), 'utf8');
  for (const name of await manifests(root)) {
    const content = await readFile(join(root, name), 'utf8').catch(() => undefined);
    if (content !== undefined) pieces[name] = relevantPart(content);
  }
  return digestOf(pieces);
}

/** The stamp is in the root's node_modules. The node_modules of a package can be missing nevertheless. */
async function areLinksThere(root) {
  for (const name of await manifests(root)) {
    const manifest = await readFile(join(root, name), 'utf8').catch(() => '{}');
    const { dependencies, devDependencies } = JSON.parse(manifest);
    if ((dependencies ?? devDependencies) && !existsSync(join(root, dirname(name), 'node_modules'))) return false;
  }
  return true;
}

const stampPathOf = (root) => join(root, 'node_modules', '.tureen-install.json');

/** Whether the last `pnpm install` of the set-up is still valid. */
export async function areDependenciesInstalled(root) {
  return (
    (await readStamp(stampPathOf(root)))?.digest === (await dependenciesDigest(root)) && (await areLinksThere(root))
  );
}

/**
 * Runs `pnpm install` when the lockfile or a manifest changed since the last install that succeeded.
 * @param {{ root: string, env: NodeJS.ProcessEnv, progress: ReturnType<import('./progress.mjs').createProgress> }} context
 */
export async function ensureDependencies({ root, env, progress }) {
  if (await areDependenciesInstalled(root)) return;
  await withLock(
    join(root, '.toolchain', 'install.lock'),
    async () => {
      if (await areDependenciesInstalled(root)) return;
      await progress.during('Installing the dependencies (pnpm install)', async (setDetail) => {
        const flags = [
          'install',
          '--frozen-lockfile',
          '--reporter=append-only',
          '--config.confirm-modules-purge=false',
          ...retryFlags('config.'),
        ];
        const { code, output, isTimedOut } = await run('pnpm', flags, {
          cwd: root,
          env,
          timeoutMs: INSTALL_MS,
          onLine: setDetail,
        });
        if (code !== 0) {
          const why = isTimedOut ? 'pnpm install took longer than twenty minutes.' : 'pnpm install failed.';
          throw new Stop(EXIT.dependencies, `The dependencies cannot be installed: ${why}`, { output });
        }
      });
      await writeStamp(stampPathOf(root), { digest: await dependenciesDigest(root) });
    },
    { onWait: (pid) => progress.say(`Waiting for process ${pid}, which installs the dependencies.`) },
  );
}
