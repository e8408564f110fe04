import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { gzipSync } from 'node:zlib';

/** The esbuild that size-limit uses. */
const fromLimits = createRequire(createRequire(import.meta.url).resolve('@size-limit/esbuild'));

const sizeOf = (code) => gzipSync(code, { level: 9 }).length;

/** Marks the start of each module in the output. Bundlers keep such comments. */
const markModules = {
  name: 'mark-modules',
  setup(build) {
    build.onLoad({ filter: /\.m?js$/ }, async ({ path }) => ({
      contents: `/*! @module ${path} */\n${await readFile(path, 'utf8')}`,
      loader: 'js',
    }));
  },
};

/**
 * Size in bytes of each module in a bundle of `imports` from the file `entry`: minified, and the decrease of the gzipped bundle without
 * the module. Similar modules compress together, so the sum of the parts is less than the whole.
 * @param {{ entry: string, imports: string, root: string }} options
 * @returns {Promise<{ total: number, modules: { path: string, minified: number, gzipped: number }[] }>}
 */
export async function moduleSizes({ entry, imports, root }) {
  const { build } = fromLimits('esbuild');
  const { outputFiles } = await build({
    stdin: {
      contents: `import { ${imports} } from ${JSON.stringify(entry)}; console.log(${imports});`,
      resolveDir: root,
    },
    bundle: true,
    minify: true,
    legalComments: 'inline',
    logLevel: 'error',
    write: false,
    outdir: root,
    plugins: [markModules],
  });
  const [head, ...parts] = outputFiles[0].text.split(/\/\*! @module (.*?) \*\/\n?/);
  const modules = parts.flatMap((path, index) => (index % 2 === 0 ? [{ path, code: parts[index + 1] }] : []));
  const sizeWithout = (left) =>
    sizeOf(
      head +
        modules
          .filter((one) => one !== left)
          .map(({ code }) => code)
          .join(''),
    );
  const total = sizeWithout(null);
  return {
    total,
    modules: modules
      .map((one) => ({
        path: relative(root, one.path).replace(/^.*node_modules\//, ''),
        minified: one.code.length,
        gzipped: total - sizeWithout(one),
      }))
      .sort((a, b) => b.gzipped - a.gzipped),
  };
}
