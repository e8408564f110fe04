import { describe, expect, it } from 'vitest';
import {
  PLACEHOLDER,
  invalidValues,
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

  it('accepts values that are not texts', () => {
    expect(unfilledKeys({ ...publication, author: null, license: 1 })).toEqual([]);
  });
});

describe('invalidValues', () => {
  const names = ['@tureen/client'];

  it('returns nothing for texts, web URLs, and a repository over HTTPS or SSH', () => {
    const repository = { type: 'git', url: 'git+ssh://git@ann.example/tureen.git' };
    expect(invalidValues(publication, names)).toEqual([]);
    expect(invalidValues({ ...publication, repository }, names)).toEqual([]);
  });

  it.each([
    ['an empty author', { author: ' ' }, 'author: not a text'],
    ['an author that is null', { author: null }, 'author: not a text'],
    ['an SSH URL of files', { files: 'ssh://git@ann.example/tureen' }, 'files: not an http(s) URL'],
    ['files without a URL', { files: undefined }, 'files: not an http(s) URL'],
    ['a home page without a scheme', { homepage: 'ann.example' }, 'homepage: not an http(s) URL'],
    ['no page for bugs', { bugs: undefined }, 'bugs.url: not an http(s) URL'],
    [
      'a repository that is not a URL',
      { repository: { type: 'git', url: 'git@ann.example:tureen.git' } },
      'repository.url: not a URL that begins with git+https:// or git+ssh://',
    ],
    ['a package without keywords', { keywords: {} }, 'keywords.@tureen/client: not a list of texts'],
  ])('names %s', (_, change, expected) => {
    expect(invalidValues({ ...publication, ...change }, names)).toEqual([expected]);
  });
});

describe('tools/publish.json', () => {
  it('has keywords for each published package', async () => {
    const { keywords } = await readPublication();
    expect(Object.keys(keywords)).toEqual(['@tureen/client', '@tureen/protocol', '@tureen/server']);
  });

  it('has no value that npm or a browser cannot use', async () => {
    const file = await readPublication();
    expect(invalidValues(file, Object.keys(file.keywords))).toEqual([]);
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
    ['with a title', '[a](b.md "B")', '[a](https://ann.example/tureen/files/packages/client/b.md "B")'],
    ['of an image', '![a](./a.png)', '![a](https://ann.example/tureen/files/packages/client/a.png)'],
  ])('makes a relative link %s absolute', (_, markdown, expected) => {
    expect(withAbsoluteLinks(markdown, context)).toBe(expected);
  });

  it('accepts a URL of the files with a slash at its end', () => {
    const files = `${publication.files}/`;
    expect(withAbsoluteLinks('[a](a.md)', { ...context, publication: { ...publication, files } })).toBe(
      '[a](https://ann.example/tureen/files/packages/client/a.md)',
    );
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
    const markdown = '[a](../a.md) [b](https://b.example) [c](#c)\n[d]: ./d.md\n<img src="e.png">\n[f](f.md "F")\n';
    expect(relativeLinks(markdown)).toEqual(['../a.md', './d.md', 'e.png', 'f.md']);
  });

  it('ignores code blocks', () => {
    expect(relativeLinks('```js\nf[a](b);\n```\n')).toEqual([]);
  });
});
