import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { ROOT } from '../bootstrap/paths.mjs';

/** Path of the file with the metadata of the packages on npm, from the root of the repository. */
export const PUBLICATION_FILE = 'tools/publish.json';

/** Stands in that file for a value that is still to be filled in. */
export const PLACEHOLDER = 'OWNER';

/** Export condition of the workspace, which leads to the source. */
const SOURCE_CONDITION = 'tureen-source';

/**
 * @typedef {object} Publication
 * @property {string} author
 * @property {string} license
 * @property {string} homepage
 * @property {{ type: string, url: string }} repository
 * @property {{ url: string }} bugs
 * @property {string} files URL under which a browser shows the files of the repository
 * @property {Record<string, string[]>} keywords by package
 */

/** @returns {Promise<Publication>} */
export async function readPublication({ root = ROOT } = {}) {
  return JSON.parse(await readFile(join(root, PUBLICATION_FILE), 'utf8'));
}

/**
 * Lists the values that still contain the placeholder.
 * @returns {string[]} keys, e.g. `repository.url`
 */
export function unfilledKeys(publication, path = []) {
  return Object.entries(publication).flatMap(([key, value]) => {
    if (typeof value === 'object' && value !== null) return unfilledKeys(value, [...path, key]);
    return String(value).includes(PLACEHOLDER) ? [[...path, key].join('.')] : [];
  });
}

const isText = (value) => typeof value === 'string' && value.trim() !== '';
const isWebUrl = (value) => isText(value) && /^https?:\/\/[^/]/.test(value) && URL.canParse(value);
/** What npm accepts without a correction. `git@host:path` is not a URL. */
const isRepositoryUrl = (value) => isText(value) && /^(?:git\+)?(?:https|ssh):\/\/[^/]/.test(value);
const areKeywords = (value) => Array.isArray(value) && value.length > 0 && value.every(isText);

/**
 * Lists the values that npm or a browser cannot use: missing or empty texts, and URLs of another form.
 * @param {Publication} publication
 * @param {readonly string[]} names of the published packages
 * @returns {string[]} e.g. `homepage: not an http(s) URL`
 */
export function invalidValues(publication, names) {
  const { author, license, homepage, repository, bugs, files, keywords } = publication;
  const webUrl = 'not an http(s) URL';
  const checks = [
    ['author', isText(author), 'not a text'],
    ['license', isText(license), 'not a text'],
    ['homepage', isWebUrl(homepage), webUrl],
    ['repository.type', isText(repository?.type), 'not a text'],
    ['repository.url', isRepositoryUrl(repository?.url), 'not a URL that begins with git+https:// or git+ssh://'],
    ['bugs.url', isWebUrl(bugs?.url), webUrl],
    ['files', isWebUrl(files), webUrl],
    ...names.map((name) => [`keywords.${name}`, areKeywords(keywords?.[name]), 'not a list of texts']),
  ];
  return checks.flatMap(([key, isValid, fault]) => (isValid ? [] : [`${key}: ${fault}`]));
}

/** URL under which a browser shows a file of the repository. */
export const fileUrl = ({ files }, path) => `${files.replace(/\/+$/, '')}/${path}`;

/** Fields that npm does not read in an installed package. */
const WORKSPACE_FIELDS = ['scripts', 'devDependencies'];

/** Entry points of an app: without those of the workspace, and without their condition. */
function publicExports(exports) {
  const entries = Object.entries(exports).map(([path, target]) => {
    if (typeof target === 'string') return [path, target];
    return [path, Object.fromEntries(Object.entries(target).filter(([condition]) => condition !== SOURCE_CONDITION))];
  });
  return Object.fromEntries(entries.filter(([, target]) => Object.keys(target).length > 0));
}

/**
 * Makes the manifest that npm gets: with the metadata, without what only the workspace reads.
 * @param {Record<string, any>} manifest as `pnpm pack` writes it
 * @param {{ publication: Publication, directory: string }} options `directory`: folder of the package in the repository
 */
export function packedManifest(manifest, { publication, directory }) {
  const { author, license, homepage, repository, bugs, keywords } = publication;
  const { name, version, description, ...rest } = manifest;
  const packed = {
    ...{ name, version, description, keywords: keywords[name] ?? [], license, author, homepage },
    ...{ repository: { ...repository, directory }, bugs },
    ...rest,
    exports: publicExports(manifest.exports),
    publishConfig: { access: 'public' },
  };
  for (const field of WORKSPACE_FIELDS) delete packed[field];
  return packed;
}

const isAbsolute = (target) => /^(?:[a-z][a-z\d+.-]*:|#)/i.test(target);

/** Links in Markdown, definitions of links, and links in HTML. */
const anyLink = /\]\(([^)\s]+)[\s)]|^ {0,3}\[[^\]]+\]: *(\S+)|\b(?:src|href)=["']([^"']+)["']/gm;
const codeBlock = /^ *(```|~~~)[^]*?^ *\1/gm;

/**
 * Lists the links that lead nowhere outside of the repository.
 * @returns {string[]}
 */
export function relativeLinks(markdown) {
  return [...markdown.replace(codeBlock, '').matchAll(anyLink)]
    .map(([, inline, definition, html]) => inline ?? definition ?? html)
    .filter((target) => !isAbsolute(target));
}

const fence = /^(?:```|~~~)/;
/** A link in Markdown, with or without a title. */
const link = /(\]\()([^)\s]+)([\s)])/g;

/**
 * Replaces the targets of relative links. Code blocks stay as they are.
 * @param {string} markdown
 * @param {(target: string) => string} replace
 */
export function replaceRelativeLinks(markdown, replace) {
  let isCode = false;
  return markdown
    .split('\n')
    .map((line) => {
      if (fence.test(line.trim())) isCode = !isCode;
      if (isCode) return line;
      return line.replace(link, (text, open, target, close) =>
        isAbsolute(target) ? text : `${open}${replace(target)}${close}`,
      );
    })
    .join('\n');
}

/** Replaces relative links by links to the files of the repository. Code blocks stay as they are. */
export function withAbsoluteLinks(markdown, { publication, directory }) {
  return replaceRelativeLinks(markdown, (target) => fileUrl(publication, posix.join(directory, target)));
}
