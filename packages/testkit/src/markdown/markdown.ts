import { readFileSync } from 'node:fs';

/** Page of the repository, by its path from the root. */
export function pageOf(path: string): string {
  return readFileSync(fileOf(path), 'utf8');
}

/** File of the repository, by its path from the root. */
export function fileOf(path: string): URL {
  return new URL(`../../../../${path}`, import.meta.url);
}

/** Text below the heading, up to the next heading of its level or above. */
export function sectionOf(page: string, heading: string): string {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading);
  const title = lines[start];
  if (title === undefined) throw new Error(`section '${heading}' not found`);
  const level = title.indexOf(' ');
  const length = lines.slice(start + 1).findIndex((line) => /^#+ /.test(line) && line.indexOf(' ') <= level);
  return lines.slice(start + 1, length === -1 ? undefined : start + 1 + length).join('\n');
}

/** Rows of a section's tables without the header rows: one text per cell. */
export function rowsOf(section: string): string[][] {
  const lines = section.split('\n');
  return lines
    .filter((line, index) => line.startsWith('|') && !isRule(line) && !isRule(lines[index + 1]))
    .map((line) =>
      line
        .slice(1, line.lastIndexOf('|'))
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}

/** Code spans of a text. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word ?? '');
}

export interface CodeBlock {
  /** Line of the page on which the block begins, counted from 1. */
  readonly line: number;
  readonly code: string;
}

/** Code blocks of one language. */
export function codeBlocksOf(page: string, language: string): CodeBlock[] {
  const pattern = new RegExp('^```' + language + '\\n([^]*?)^```$', 'gm');
  return [...page.matchAll(pattern)].map((match) => ({
    line: page.slice(0, match.index).split('\n').length + 1,
    code: match[1] ?? '',
  }));
}

function isRule(line: string | undefined): boolean {
  return line !== undefined && /^\|[\s|:-]+\|$/.test(line);
}

/** Link targets of a page within the repository, as written. */
export function linksOf(page: string): string[] {
  return [...page.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** Anchors of a page's headings, as repository web sites generate them. */
export function headingsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replace(/\s/g, '-'),
  );
}
