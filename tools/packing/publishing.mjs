import { dirname } from 'node:path';
import { run } from '../bootstrap/children.mjs';
import { childEnvironment } from '../bootstrap/environment.mjs';
import { npmCommand } from '../bootstrap/toolchain.mjs';
import { runNpm } from './tarballs.mjs';

/** Whether the registry has this version of a package. */
async function isPublished({ name, version }, { cwd, env }) {
  const [command, first] = npmCommand(env);
  const args = [...first, 'view', `${name}@${version}`, 'version', '--json'];
  const { code, output } = await run(command, args, { cwd, env: childEnvironment({ base: env }) });
  // npm prints nothing for a version that does not exist, and fails for a package that does not exist.
  return code === 0 && output.includes(`"${version}"`);
}

/**
 * Publishes a tarball, unless the registry already has this version: a run that failed in the middle can be repeated.
 * @param {{ manifest: { name: string, version: string }, path: string }} packed
 * @param {{ env: NodeJS.ProcessEnv, isDryRun?: boolean }} options
 * @returns {Promise<string>} what to tell the user
 */
export async function publishTarball({ manifest, path }, { env, isDryRun = false }) {
  const options = { cwd: dirname(path), env };
  if (!isDryRun && (await isPublished(manifest, options))) {
    return `The registry already has ${manifest.name}@${manifest.version}: not published again.`;
  }
  return runNpm(['publish', path, '--access=public', ...(isDryRun ? ['--dry-run'] : [])], options);
}
