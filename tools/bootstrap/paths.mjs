import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Cache folder of the user, for everything that several clones share. */
export function cacheFolder({ env = process.env, platform = process.platform, home = homedir() } = {}) {
  const { XDG_CACHE_HOME: xdg } = env;
  if (xdg && isAbsolute(xdg)) return join(xdg, 'tureen');
  return platform === 'darwin' ? join(home, 'Library', 'Caches', 'tureen') : join(home, '.cache', 'tureen');
}

export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Full path of the first of these programs that PATH has, or undefined. */
export function findProgram(names, { path = process.env.PATH ?? '' } = {}) {
  for (const name of names) {
    for (const folder of path.split(delimiter)) {
      const candidate = join(folder, name);
      if (folder !== '' && isExecutable(candidate)) return candidate;
    }
  }
  return undefined;
}
