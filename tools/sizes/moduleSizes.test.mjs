import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { moduleSizes } from './moduleSizes.mjs';

let root;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tureen-sizes-'));
  const files = {
    'index.js':
      "export { large } from './large.js'; export { small } from './small.js'; export { unused } from './unused.js';",
    'large.js':
      "export const large = () => 'a text that stands nowhere else in this bundle: quick brown foxes, lazy dogs';",
    'small.js': 'export const small = () => 1;',
    'unused.js': 'export const unused = () => 2;',
    'package.json': '{ "sideEffects": false }',
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

describe('moduleSizes', () => {
  it('lists the modules of the bundle in order of size', async () => {
    const { modules } = await moduleSizes({ entry: join(root, 'index.js'), imports: 'large, small', root });

    const paths = modules.map(({ path }) => path).filter((path) => path !== 'index.js');
    expect(paths).toEqual(['large.js', 'small.js']);
  });

  it('reports the decrease of the bundle without a module', async () => {
    const options = { entry: join(root, 'index.js'), root };
    const both = await moduleSizes({ ...options, imports: 'large, small' });
    const { total } = await moduleSizes({ ...options, imports: 'small' });
    const [large] = both.modules;

    expect(large.minified).toBeGreaterThan(80);
    expect(large.gzipped).toBeGreaterThan(50);
    expect(Math.abs(both.total - large.gzipped - total)).toBeLessThan(30);
  });
});
