import { delimiter } from 'node:path';

/** Variables in which npm describes itself to a script. A nested npm or pnpm would read them as its own settings. */
const OF_THE_OUTER_NPM =
  /^npm_(lifecycle_|package_|command$|execpath$|node_execpath$|config_(local_prefix|global_prefix|prefix|user_agent|npm_version|node_gyp|globalconfig|init_module)$)/;

/**
 * Environment of the programs that the tools start.
 * @param {{ pathFirst?: string[], extra?: Record<string, string>, base?: NodeJS.ProcessEnv }} [options]
 */
export function childEnvironment({ pathFirst = [], extra = {}, base = process.env } = {}) {
  const kept = Object.entries(base).filter(([name]) => !OF_THE_OUTER_NPM.test(name));
  const env = { ...Object.fromEntries(kept), ...extra };
  env.PATH = [...pathFirst, base.PATH ?? ''].filter((part) => part !== '').join(delimiter);
  return env;
}
