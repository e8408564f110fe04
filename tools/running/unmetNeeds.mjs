import { isBaseline } from '../bootstrap/baseline.mjs';
import { areDependenciesInstalled, dependenciesDigest } from '../bootstrap/dependencies.mjs';
import { NEEDS } from '../bootstrap/needs.mjs';
import { findProgram } from '../bootstrap/paths.mjs';
import { faultOfRelease } from '../bootstrap/release.mjs';
import { isBuilt } from '../packing/build.mjs';

/** Whether a headed browser has a display, or can get a virtual one. */
export function hasScreen({ env, platform = process.platform }) {
  return platform !== 'linux' || Boolean(env.DISPLAY) || findProgram(['xvfb-run'], { path: env.PATH }) !== undefined;
}

/**
 * Lists what the set-up must do before a command with these needs can run. Empty if the set-up has already run.
 * @param {{ root: string, needs: string[], env: NodeJS.ProcessEnv, found: import('../bootstrap/environmentFile.mjs').FoundEnvironment | undefined }} options
 * @returns {Promise<string[]>}
 */
export async function unmetNeeds({ root, needs, env, found }) {
  const isCurrent =
    found !== undefined &&
    found.dependencies === (await dependenciesDigest(root)) &&
    (await areDependenciesInstalled(root));
  if (!isCurrent) return ['toolchain', ...needs];
  const valueOf = (name) => env[name] ?? found.variables[name];
  const special = {
    screen: () => hasScreen({ env }),
    build: () => isBuilt({ root }),
    'previous-release': async () => (await faultOfRelease(valueOf('TUREEN_PREVIOUS_RELEASE'), root)) === undefined,
    baseline: () => isBaseline(valueOf('TUREEN_BASELINE')),
  };
  const unmet = [];
  for (const need of needs) {
    const isFound = NEEDS[need].every((name) => valueOf(name) !== undefined);
    if (!isFound || !(await (special[need]?.() ?? true))) unmet.push(need);
  }
  return unmet;
}
