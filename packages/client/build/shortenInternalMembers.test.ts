import { rolldown, type OutputChunk } from 'rolldown';
import { beforeAll, describe, expect, it } from 'vitest';

import { shortenInternalMembers } from './shortenInternalMembers.ts';

const modules: Readonly<Record<string, string>> = {
  'a.js': 'export class A { isClosed = false; handleLost() { this.isClosed = true; } get state() { return "open"; } }',
  'b.js': `import { A } from 'a.js';
export function run() {
  const entity = new A();
  entity.handleLost();
  const { isClosed, state } = entity;
  return { isClosed, state, names: Object.keys(entity) };
}`,
};

let chunks: OutputChunk[];

beforeAll(async () => {
  const bundle = await rolldown({
    input: ['a.js', 'b.js'],
    plugins: [
      { name: 'modules', resolveId: (id) => id, load: (id) => modules[id] ?? null },
      shortenInternalMembers(() => ({ isClosed: 'x', handleLost: 'y' })),
    ],
  });
  const { output } = await bundle.generate({ format: 'esm', sourcemap: true, entryFileNames: '[name].js' });
  chunks = output.filter((file) => file.type === 'chunk');
});

describe('shortenInternalMembers', () => {
  it('gives a member the same short name in every module', () => {
    const code = chunks.map((chunk) => chunk.code).join('\n');

    expect(code).toMatch(/class \{\s*x = false;\s*y\(\)/);
    expect(code).toMatch(/entity\.y\(\)/);
    expect(code).toMatch(/x: isClosed, state/);
    expect(code).not.toMatch(/handleLost|\.isClosed/);
  });

  it('keeps the names in the source map', () => {
    const [map] = chunks.map((chunk) => chunk.map);

    expect(map?.sources[0]).toContain('a.js');
    expect(map?.sourcesContent?.[0]).toContain('handleLost');
  });
});
