import { readFileSync } from 'node:fs';

/** A page of the repository, by its path from the root. */
export function pageOf(path: string): string {
  return readFileSync(fileOf(path), 'utf8');
}

/** A file of the repository, by its path from the root. */
export function fileOf(path: string): URL {
  return new URL(`../../../../${path}`, import.meta.url);
}

/** What stands below a heading of that text, up to the next heading of its level or above. */
export function sectionOf(page: string, heading: string): string {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading);
  const title = lines[start];
  if (title === undefined) throw new Error(`there is no section '${heading}'`);
  const level = title.indexOf(' ');
  const length = lines.slice(start + 1).findIndex((line) => /^#+ /.test(line) && line.indexOf(' ') <= level);
  return lines.slice(start + 1, length === -1 ? undefined : start + 1 + length).join('\n');
}

/** The rows of a section's tables, without those of the headings: one text per cell. */
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

/** The words set in code in a text. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word ?? '');
}

export interface CodeBlock {
  /** The line of the page that it begins on, counted from 1. */
  readonly line: number;
  readonly code: string;
}

/** The code blocks of one language. */
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

/** Where a page's links lead within the repository, as they are written. */
export function linksOf(page: string): string[] {
  return [...page.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of a page's headings, as the web sites of repositories make them. */
export function headingsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replace(/\s/g, '-'),
  );
}
