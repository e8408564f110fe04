import { readdirSync } from 'node:fs';
import { fileOf } from './markdown.ts';

/** Folders below the root that hold Markdown files of this repository. */
const folders = ['docs', 'packages', 'tools', 'playground', 'e2e', 'examples', '.github', '.changeset'];

const isWrittenByTools = (path: string) => /(^|\/)(node_modules|dist)\/|\.api\.md$/.test(path);

function entriesOf(folder: string, recursive: boolean): string[] {
  try {
    return readdirSync(fileOf(folder), { recursive, encoding: 'utf8' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Paths of all Markdown pages that people write, from the root of the repository, sorted. */
export function pagesOfRepository(): string[] {
  const below = folders.flatMap((folder) => entriesOf(folder, true).map((path) => `${folder}/${path}`));
  return [...entriesOf('.', false), ...below]
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.md') && !isWrittenByTools(path))
    .toSorted();
}
