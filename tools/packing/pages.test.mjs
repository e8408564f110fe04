import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../bootstrap/paths.mjs';
import { brokenLinks, packedPages, pagesOfClient, withPackedLinks } from './pages.mjs';

const publication = { files: 'https://ann.example/files' };
const client = await packedPages('@tureen/client', { publication });
const llms = await readFile(join(ROOT, 'llms.txt'), 'utf8');

describe('the pages of the client package', () => {
  it('are the docs for users, AGENTS.md and llms.txt', () => {
    const paths = [...client.keys()];

    expect(paths).toEqual(expect.arrayContaining(['AGENTS.md', 'llms.txt', 'docs/errors.md', 'docs/glossary.md']));
    expect(paths.filter((path) => /decisions|style|imports|internals/.test(path))).toEqual([]);
  });

  it('have a target for each relative link, inside the package', () => {
    expect(brokenLinks(client, (path) => client.has(path))).toEqual([]);
  });

  it('link to other files of the repository absolutely, and only to files that exist', () => {
    const links = [...client.values()].flatMap((text) => [
      ...text.matchAll(/\]\(https:\/\/ann\.example\/files\/([^)#]+)/g),
    ]);

    expect(links.length).toBeGreaterThan(5);
    expect(links.map(([, path]) => path).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('are in no other package', async () => {
    expect(await packedPages('@tureen/server', { publication })).toEqual(new Map());
  });
});

describe('withPackedLinks', () => {
  const pages = new Map([
    ['packages/client/AGENTS.md', 'AGENTS.md'],
    ['docs/a.md', 'docs/a.md'],
    ['docs/b.md', 'docs/b.md'],
  ]);

  it.each([
    ['to another page', 'docs/a.md', '[b](b.md#c)', '[b](b.md#c)'],
    ['to a page with another folder', 'packages/client/AGENTS.md', '[a](../../docs/a.md)', '[a](docs/a.md)'],
    ['from docs/ to the package', 'docs/a.md', '[a](../packages/client/AGENTS.md)', '[a](../AGENTS.md)'],
    ['to other files', 'docs/a.md', '[s](../SECURITY.md#x)', '[s](https://ann.example/files/SECURITY.md#x)'],
    ['within the page', 'docs/a.md', '[x](#x)', '[x](#x)'],
  ])('leads a link %s to its place', (_, from, markdown, expected) => {
    expect(withPackedLinks(markdown, { from, pages, publication })).toBe(expected);
  });
});

describe('brokenLinks', () => {
  it.each([
    ['a file that is not packed', '[b](b.md)', 'docs/a.md: b.md'],
    ['a heading that does not exist', '[x](#x)', 'docs/a.md: #x'],
    ['a file outside of the package', '[r](../../README.md)', 'docs/a.md: ../../README.md'],
  ])('finds a link to %s', (_, text, expected) => {
    const pages = new Map([['docs/a.md', text]]);
    expect(brokenLinks(pages, (path) => pages.has(path) || path.startsWith('..'))).toEqual([expected]);
  });

  it('ignores links with a target, absolute links and code', () => {
    const text = '# A b!\n\n[x](#a-b) [y](https://ann.example/)\n\n```js\nf[a](b)\n```\n';
    const pages = new Map([['a.md', text]]);
    expect(brokenLinks(pages, (path) => pages.has(path))).toEqual([]);
  });
});

describe('llms.txt', () => {
  it('has a title, a summary, and sections of links', () => {
    const [title, , summary] = llms.split('\n');
    const [, ...sections] = llms.split(/^## .+$/m);

    expect(title).toMatch(/^# \S/);
    expect(summary).toMatch(/^> \S/);
    expect(sections.length).toBeGreaterThan(2);
    for (const line of sections.flatMap((section) => section.trim().split('\n')))
      expect(line).toMatch(/^- \[[^\]]+\]\([^)\s]+\): \S/);
  });

  it('links to every page of the client package', async () => {
    const links = [...llms.matchAll(/\]\(([^)]+)\)/g)].map(([, path]) => path);
    const pages = [...(await pagesOfClient()).keys()];

    expect(pages.filter((path) => !links.includes(path))).toEqual([]);
    expect(links.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
