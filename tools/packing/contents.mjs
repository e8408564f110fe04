import { existsSync } from 'node:fs';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** Files and folders of the workspace that no app reads: tests with their parts, and decisions. */
const UNWANTED =
  /\.(?:test|test-d|spec)\.[cm]?[jt]s$|Fixture\.ts$|(?:^|\/)(?:fixtures|testing|test-support|contracts|decisions)\//;

const CODE = /\.[cm]?[jt]s$/;
const mapComment = /\n?^\/\/# sourceMappingURL=(\S+)\s*$/m;

/** Sources of a map that are neither in the map nor in a file. */
async function missingSources(path) {
  const { sources, sourcesContent = [], sourceRoot = '' } = JSON.parse(await readFile(path, 'utf8'));
  return sources.filter(
    (source, index) =>
      typeof sourcesContent[index] !== 'string' && !existsSync(resolve(dirname(path), sourceRoot, source)),
  );
}

/**
 * Removes the maps of modules whose sources the package does not contain: those of packages of the workspace that are bundled.
 * @param {string} folder of the package
 */
export async function removeForeignMaps(folder) {
  for (const file of await readdir(folder, { recursive: true })) {
    const path = join(folder, file);
    if (!file.endsWith('.map') || (await missingSources(path)).length === 0) continue;
    await rm(path);
    const code = path.replace(/\.map$/, '');
    const text = await readFile(code, 'utf8');
    await writeFile(code, text.replace(mapComment, '\n'));
  }
}

/**
 * Lists files that no app reads, source maps that are missing, and source maps whose sources are missing.
 * @param {string} folder of the package
 * @returns {Promise<string[]>} e.g. `dist/a.js: a.js.map is missing`
 */
export async function unwantedContents(folder) {
  const found = [];
  for (const file of (await readdir(folder, { recursive: true })).toSorted()) {
    const path = join(folder, file);
    if (UNWANTED.test(file)) found.push(`${file}: only for tests or contributors`);
    else if (file.endsWith('.map'))
      found.push(...(await missingSources(path)).map((source) => `${file}: ${source} is missing`));
    else if (CODE.test(file)) {
      const map = mapComment.exec(await readFile(path, 'utf8'))?.[1];
      if (map !== undefined && !existsSync(join(dirname(path), map)))
        found.push(`${file}: ${basename(map)} is missing`);
    }
  }
  return found;
}
