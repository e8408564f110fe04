import { describe, expect, it } from 'vitest';
import {
  PLACEHOLDER,
  packedManifest,
  readPublication,
  relativeLinks,
  unfilledKeys,
  withAbsoluteLinks,
} from './publication.mjs';

const publication = {
  author: 'Ann',
  license: 'MIT',
  homepage: 'https://ann.example/tureen',
  repository: { type: 'git', url: 'git+https://ann.example/tureen.git' },
  bugs: { url: 'https://ann.example/tureen/issues' },
  files: 'https://ann.example/tureen/files',
  keywords: { '@tureen/client': ['webrtc'] },
};
const context = { publication, directory: 'packages/client' };

describe('unfilledKeys', () => {
  it('names each value that contains the placeholder', () => {
    const repository = { type: 'git', url: `git+https://${PLACEHOLDER}/tureen.git` };
    expect(unfilledKeys({ ...publication, author: PLACEHOLDER, repository })).toEqual(['author', 'repository.url']);
  });

  it('returns nothing where every value is filled in', () => {
    expect(unfilledKeys(publication)).toEqual([]);
  });
});

describe('tools/publish.json', () => {
  it('has keywords for each published package', async () => {
    const { keywords } = await readPublication();
    expect(Object.keys(keywords)).toEqual(['@tureen/client', '@tureen/protocol', '@tureen/server']);
  });
});

describe('packedManifest', () => {
  const manifest = {
    name: '@tureen/client',
    version: '0.1.0',
    type: 'module',
    exports: {
      '.': { 'tureen-source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
      './internals': { 'tureen-source': './src/internals.ts' },
      './package.json': './package.json',
    },
    scripts: { build: 'tsdown' },
    dependencies: { '@tureen/protocol': '^0.1.0' },
    devDependencies: { '@tureen/kernel': '^0.1.0' },
  };

  it('adds the metadata, with the folder of the package in the repository', () => {
    expect(packedManifest(manifest, context)).toMatchObject({
      author: 'Ann',
      license: 'MIT',
      homepage: publication.homepage,
      bugs: publication.bugs,
      repository: { ...publication.repository, directory: 'packages/client' },
      keywords: ['webrtc'],
    });
  });

  it('leaves out what only the workspace reads', () => {
    const packed = packedManifest(manifest, context);
    expect(packed.exports).toEqual({
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    });
    expect(packed).not.toHaveProperty('scripts');
    expect(packed).not.toHaveProperty('devDependencies');
    expect(packed.dependencies).toEqual(manifest.dependencies);
  });
});

describe('withAbsoluteLinks', () => {
  it.each([
    ['to a page', '[a](../../docs/a.md#b)', '[a](https://ann.example/tureen/files/docs/a.md#b)'],
    ['to a file of the package', '[a](src/a.ts)', '[a](https://ann.example/tureen/files/packages/client/src/a.ts)'],
    ['of an image', '![a](./a.png)', '![a](https://ann.example/tureen/files/packages/client/a.png)'],
  ])('makes a relative link %s absolute', (_, markdown, expected) => {
    expect(withAbsoluteLinks(markdown, context)).toBe(expected);
  });

  it.each(['[a](https://b.example/c)', '[a](mailto:a@b.example)', '[a](#b)', '```js\nf[a](b)\n```'])(
    'keeps %s',
    (markdown) => {
      expect(withAbsoluteLinks(markdown, context)).toBe(markdown);
    },
  );
});

describe('relativeLinks', () => {
  it('lists relative links in Markdown and in HTML', () => {
    const markdown = '[a](../a.md) [b](https://b.example) [c](#c)\n[d]: ./d.md\n<img src="e.png">\n';
    expect(relativeLinks(markdown)).toEqual(['../a.md', './d.md', 'e.png']);
  });

  it('ignores code blocks', () => {
    expect(relativeLinks('```js\nf[a](b);\n```\n')).toEqual([]);
  });
});
