import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { charactersBySource } from './sourceMap.mjs';

/** The esbuild that size-limit uses. */
const fromLimits = createRequire(createRequire(import.meta.url).resolve('@size-limit/esbuild'));

/** Bundles like size-limit, with a source map. Its sources are relative to `folder`. */
async function bundle({ path, import: imports, ignore = [] }, root) {
  const { build } = fromLimits('esbuild');
  const { outputFiles } = await build({
    stdin: { contents: `import ${imports} from './${path}'; console.log(${imports})`, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    external: ignore,
    minify: true,
    sourcemap: 'external',
    logLevel: 'error',
    outdir: root,
    write: false,
  });
  const textOf = (end) => outputFiles.find((file) => file.path.endsWith(end)).text;
  return { code: textOf('.js'), map: JSON.parse(textOf('.map')), folder: root };
}

/** Reads a built bundle and its source map. */
async function readBundle({ path }, root) {
  const file = join(root, path);
  const [code, map] = await Promise.all([readFile(file, 'utf8'), readFile(`${file}.map`, 'utf8')]);
  return { code, map: JSON.parse(map), folder: dirname(file) };
}

/**
 * Minified bytes of each source in the bundle of an entry of `.size-limit.mjs`. A package's source is named by its path in the package,
 * every other by its path in this repository.
 * @returns {Promise<Map<string | null, number>>}
 */
export async function bundleSources(entry, root) {
  const { code, map, folder } = await (entry.import === undefined ? readBundle : bundle)(entry, root);
  const sources = new Map();
  for (const [source, count] of charactersBySource({ code, map })) {
    const isOwn = source !== null && !source.startsWith('<');
    const name = isOwn ? relative(root, resolve(folder, source)).replace(/^.*node_modules\//, '') : null;
    sources.set(name, (sources.get(name) ?? 0) + count);
  }
  return sources;
}
