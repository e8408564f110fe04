import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { writeStamp } from './stamp.mjs';

/**
 * `.toolchain/environment.json`: what the set-up found on this machine, for scripts that run later. The set-up writes the file.
 * `tools/run.mjs` and the configurations of vitest and Playwright read it.
 * @typedef {object} FoundEnvironment
 * @property {string} dependencies digest of the lockfile and manifests that the set-up installed
 * @property {string[]} pathFirst folders that come first in the PATH of commands
 * @property {Record<string, string>} variables by name; the empty string stands for Playwright's own browser
 */
const pathOf = (root) => join(root, '.toolchain', 'environment.json');

const isStillThere = (path) => path === '' || existsSync(path);

/**
 * Reads the file. Leaves out programs that no longer exist. Returns undefined if the set-up has not run, or if its Node or pnpm no
 * longer exists.
 * @returns {FoundEnvironment | undefined}
 */
export function readEnvironmentFile({ root = ROOT } = {}) {
  let found;
  try {
    found = JSON.parse(readFileSync(pathOf(root), 'utf8'));
  } catch {
    return undefined;
  }
  if (!found.pathFirst.every(isStillThere)) return undefined;
  const variables = Object.entries(found.variables).filter(([, path]) => isStillThere(path));
  return { ...found, variables: Object.fromEntries(variables) };
}

/**
 * Writes the file. Keeps variables of an earlier set-up for the same dependencies: a worker belongs to one version of mediasoup.
 * @param {FoundEnvironment} found
 */
export async function writeEnvironmentFile(found, { root = ROOT } = {}) {
  const earlier = readEnvironmentFile({ root });
  const kept = earlier?.dependencies === found.dependencies ? earlier.variables : {};
  await writeStamp(pathOf(root), { ...found, variables: { ...kept, ...found.variables } });
}

/** Sets the variables that the set-up found and the user did not set. */
export function applyEnvironmentFile({ root = ROOT, env = process.env } = {}) {
  for (const [name, value] of Object.entries(readEnvironmentFile({ root })?.variables ?? {})) env[name] ??= value;
}
