import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { rowsOf } from '@tureen/testkit/markdown/markdown';

const page = readFileSync(new URL('../../../SECURITY.md', import.meta.url), 'utf8');
const named = [...page.matchAll(/\| `([^`]+\.test\.m?[jt]s)`: "([^"]+)"/g)].map(([, file = '', title = '']) => ({
  file,
  title,
}));

it('SECURITY.md names a test in every row of its tables', () => {
  const rows = rowsOf(page);
  expect(rows.length).toBeGreaterThan(60);
  expect(named).toHaveLength(rows.length);
});

it.each(named)('SECURITY.md is right that $file has: $title', ({ file, title }) => {
  const base = new URL(file.startsWith('tools/') ? '../../../' : './', import.meta.url);
  // A long title stands on a line of its own.
  const source = readFileSync(new URL(file, base), 'utf8').replaceAll(/\(\s+'/g, "('");
  expect(source).toContain(`('${title}',`);
});

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

/** The folder of a package as seen from another one. */
function folderOf(name: string, from: string): string | undefined {
  const folder = join(from, 'node_modules', name);
  if (existsSync(folder)) return realpathSync(folder);
  return dirname(from) === from ? undefined : folderOf(name, dirname(from));
}

/** Names of the packages that run a script when they are installed, among a package and all that it depends on. */
function withInstallScripts(folder: string, seen = new Set<string>()): string[] {
  if (seen.has(folder)) return [];
  seen.add(folder);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const { name, dependencies = {}, optionalDependencies = {}, scripts = {} } = manifest;
  const runs = ['preinstall', 'install', 'postinstall'].some((script) => scripts[script] !== undefined);
  const below = Object.keys({ ...dependencies, ...optionalDependencies }).flatMap((dependency) => {
    const found = folderOf(dependency, folder);
    return found === undefined ? [] : withInstallScripts(found, seen);
  });
  return [...(runs ? [name] : []), ...below];
}

it('SECURITY.md names every package that runs a script when the server is installed, and no other', () => {
  const [, section = ''] = page.split('## What an installation runs');
  const listed = section
    .split('\n')
    .filter((line) => line.startsWith('- '))
    .flatMap((line) => [...(/^- (`[^`]+`(?: and `[^`]+`)*)/.exec(line)?.[1] ?? '').matchAll(/`([^`]+)`/g)])
    .map(([, name]) => name);
  const folder = fileURLToPath(new URL('..', import.meta.url));
  expect(listed).not.toEqual([]);
  expect(listed.sort()).toEqual(withInstallScripts(folder).sort());
});
