import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { removeForeignMaps, unwantedContents } from './contents.mjs';
import { temporaryFolder } from './tarballs.mjs';

const mapOf = (source, content) => JSON.stringify({ version: 3, sources: [source], sourcesContent: content });

/** A package with these files. */
async function makePackage(files) {
  const folder = await temporaryFolder('contents');
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

describe('unwantedContents', () => {
  it('accepts maps whose sources are in the package or in the map', async () => {
    const folder = await makePackage({
      'dist/a.js': 'a();\n//# sourceMappingURL=a.js.map',
      'dist/a.js.map': mapOf('../src/a.ts'),
      'dist/b.js': 'b();\n//# sourceMappingURL=b.js.map\n',
      'dist/b.js.map': mapOf('../node_modules/b/b.js', ['b();']),
      'dist/testing.js': 'export {};',
      'src/a.ts': 'a();',
    });

    expect(await unwantedContents(folder)).toEqual([]);
  });

  it.each([
    [
      'a map that is missing',
      { 'dist/a.d.ts': '//# sourceMappingURL=a.d.ts.map' },
      'dist/a.d.ts: a.d.ts.map is missing',
    ],
    [
      'a map whose source is missing',
      { 'dist/a.js.map': mapOf('../../b/a.ts') },
      'dist/a.js.map: ../../b/a.ts is missing',
    ],
    ['a test', { 'src/a.test.ts': '' }, 'src/a.test.ts: only for tests or contributors'],
    ['a fixture', { 'src/common/someFixture.ts': '' }, 'src/common/someFixture.ts: only for tests or contributors'],
    ['a decision', { 'docs/decisions/0001-a.md': '' }, 'docs/decisions/0001-a.md: only for tests or contributors'],
  ])('finds %s', async (_, files, expected) => {
    expect(await unwantedContents(await makePackage(files))).toEqual([expected]);
  });
});

describe('removeForeignMaps', () => {
  it('removes maps whose sources are missing, with their comments, and keeps the others', async () => {
    const folder = await makePackage({
      'dist/a.d.ts': 'declare const a: 1;\n//# sourceMappingURL=a.d.ts.map',
      'dist/a.d.ts.map': mapOf('../../kernel/a.ts'),
      'dist/b.js': 'b();\n//# sourceMappingURL=b.js.map',
      'dist/b.js.map': mapOf('../src/b.ts'),
      'src/b.ts': 'b();',
    });
    await removeForeignMaps(folder);

    expect(await unwantedContents(folder)).toEqual([]);
    expect(await readFile(join(folder, 'dist/a.d.ts'), 'utf8')).toBe('declare const a: 1;\n');
    expect(await readFile(join(folder, 'dist/b.js'), 'utf8')).toContain('sourceMappingURL=b.js.map');
  });
});
