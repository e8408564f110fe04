import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { ROOT } from '../bootstrap/paths.mjs';
import { fileUrl, relativeLinks, replaceRelativeLinks, withAbsoluteLinks } from './publication.mjs';

/** The package that contains the docs. */
const WITH_DOCS = '@tureen/client';

/** Pages directly in `docs/` that are for contributors. Folders in `docs/` are too. */
const FOR_CONTRIBUTORS = new Set(['imports.md', 'internals.md', 'style.md']);

/**
 * Finds the pages that the client package contains beside its README.
 * @returns {Promise<Map<string, string>>} path in the package by path in the repository
 */
export async function pagesOfClient({ root = ROOT } = {}) {
  const entries = await readdir(join(root, 'docs'), { withFileTypes: true });
  const pages = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md') && !FOR_CONTRIBUTORS.has(entry.name))
    .map(({ name }) => `docs/${name}`)
    .toSorted();
  return new Map([['packages/client/AGENTS.md', 'AGENTS.md'], ...pages.map((path) => [path, path])]);
}

/**
 * Changes the links of a page for its place in a package: relative to pages of the package, absolute to all other files.
 * @param {string} markdown
 * @param {{ from: string, pages: Map<string, string>, publication: { files: string } }} options `from`: path in the repository
 */
export function withPackedLinks(markdown, { from, pages, publication }) {
  const folder = posix.dirname(pages.get(from));
  return replaceRelativeLinks(markdown, (target) => {
    const [path, ...anchor] = target.split('#');
    const file = posix.join(posix.dirname(from), path);
    const packed = pages.get(file);
    const place = packed === undefined ? fileUrl(publication, file) : posix.relative(folder, packed);
    return [place, ...anchor].join('#');
  });
}

/**
 * Reads the pages that a package contains beside its README, with links that work there.
 * @param {string} name of the package
 * @param {{ publication: { files: string }, root?: string }} options
 * @returns {Promise<Map<string, string>>} text by path in the package
 */
export async function packedPages(name, { publication, root = ROOT }) {
  if (name !== WITH_DOCS) return new Map();
  const pages = await pagesOfClient({ root });
  const read = (path) => readFile(join(root, path), 'utf8');
  const packed = new Map();
  for (const [from, to] of pages) packed.set(to, withPackedLinks(await read(from), { from, pages, publication }));
  packed.set('llms.txt', withAbsoluteLinks(await read('llms.txt'), { publication, directory: '.' }));
  return packed;
}

/** Writes `packedPages` into the folder of a package. */
export async function writePages(folder, name, { publication }) {
  for (const [path, text] of await packedPages(name, { publication })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** Anchors of the headings of a page, as web sites of repositories make them. */
function anchorsOf(markdown) {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replace(/\s/g, '-'),
  );
}

/**
 * Lists relative links without a target, and relative links that leave the package.
 * @param {Map<string, string>} pages text by path in the package
 * @param {(path: string) => boolean} hasFile whether the package contains a file
 * @returns {string[]} e.g. `docs/a.md: b.md#c`
 */
export function brokenLinks(pages, hasFile) {
  const isBroken = (page, target) => {
    const [path, anchor] = target.split('#');
    const file = path === '' ? page : posix.join(posix.dirname(page), path);
    if (file.startsWith('..') || !hasFile(file)) return true;
    return anchor !== undefined && !(pages.has(file) && anchorsOf(pages.get(file)).includes(anchor));
  };
  return [...pages].flatMap(([page, text]) => {
    const withinPage = [...text.matchAll(/\]\((#[^)\s]+)\)/g)].map(([, target]) => target);
    return [...relativeLinks(text), ...withinPage]
      .filter((target) => isBroken(page, target))
      .map((target) => `${page}: ${target}`);
  });
}

/**
 * Lists broken links of the Markdown pages in the folder of a package.
 * @param {string} folder
 */
export async function brokenLinksIn(folder) {
  const names = await readdir(folder, { recursive: true });
  const paths = names.filter((name) => /(\.md|^llms\.txt)$/.test(name) && !/^(dist|src)\//.test(name));
  const pages = new Map();
  for (const path of paths) pages.set(path, await readFile(join(folder, path), 'utf8'));
  return brokenLinks(pages, (path) => existsSync(join(folder, path)));
}
