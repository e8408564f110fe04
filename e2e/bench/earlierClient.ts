import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, defaultClientConditions, type Plugin } from 'vite';

/** Last commit before the work on the first picture. Its build and its release are not comparable, so the bench bundles its source. */
const commit = 'f46d7bca2992b2589bac70ddb725c235f0636be3';
const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** Extracts the source of client and protocol. A shallow clone gets the commit from its origin. */
async function extract(folder: string): Promise<void> {
  const archive = join(folder, 'source.tar');
  const options = { cwd: root };
  const save = () =>
    run('git', ['archive', '-o', archive, commit, 'packages/client/src', 'packages/protocol/src'], options);
  await save().catch(async () => {
    await run('git', ['fetch', '--quiet', '--depth=1', 'origin', commit], options);
    await save();
  });
  await run('tar', ['-xf', archive, '-C', folder]);
}

/** Finds the protocol in the same source, and packages in this checkout: both commits have the same versions of them. */
function dependencies(folder: string): Plugin {
  const importer = join(root, 'packages/client/src/index.ts');
  const protocolImporter = join(root, 'packages/protocol/src/common/index.ts');
  return {
    name: 'dependencies-of-the-earlier-client',
    enforce: 'pre',
    async resolveId(id, from) {
      if (from?.startsWith(folder) !== true || id.startsWith('.')) return null;
      const dialect = /^@tureen\/protocol\/(.+)$/.exec(id)?.[1];
      if (dialect !== undefined) return join(folder, 'packages/protocol/src', dialect, 'index.ts');
      const found = await this.resolve(id, importer, { skipSelf: true });
      return found ?? this.resolve(id, protocolImporter, { skipSelf: true });
    },
  };
}

let bundled: Promise<string> | undefined;

/** The client of an earlier commit as one module. */
export const earlierClient = (): Promise<string> => (bundled ??= bundle());

/** Bundles in the same way as the pages of the tests. */
async function bundle(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tureen-earlier-client-'));
  try {
    await extract(folder);
    const built = await build({
      root: folder,
      configFile: false,
      logLevel: 'error',
      plugins: [dependencies(folder)],
      resolve: { conditions: ['tureen-source', ...defaultClientConditions] },
      define: { 'process.env.NODE_ENV': '"production"' },
      build: {
        write: false,
        minify: false,
        target: 'es2022',
        lib: { entry: join(folder, 'packages/client/src/index.ts'), formats: ['es'] },
      },
    });
    const [output] = [built].flat();
    const chunk = output !== undefined && 'output' in output ? output.output[0] : undefined;
    if (chunk === undefined) throw new Error('expected one module');
    return chunk.code;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
