import { existsSync, readdirSync } from 'node:fs';
import { fileOf } from './markdown.ts';

/** Folders below the root that hold Markdown files of this repository. */
const folders = ['docs', 'packages', 'tools', 'playground', 'e2e', 'examples', '.github', '.changeset'];

/** Files and folders that tools write. A search in `node_modules` follows the links between packages without end. */
const isWrittenByTools = (name: string) => ['node_modules', 'dist'].includes(name) || name.endsWith('.api.md');

/** Paths of the Markdown files in a folder, and with `isDeep` in the folders below it. */
function pagesIn(folder: string, isDeep: boolean): string[] {
  if (!existsSync(fileOf(folder))) return [];
  const entries = readdirSync(fileOf(folder), { withFileTypes: true }).filter(({ name }) => !isWrittenByTools(name));
  return entries.flatMap((entry) => {
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return isDeep ? pagesIn(path, true) : [];
    return path.endsWith('.md') ? [path] : [];
  });
}

/** Paths of all Markdown pages that people write, from the root of the repository, sorted. */
export function pagesOfRepository(): string[] {
  return [...pagesIn('.', false), ...folders.flatMap((folder) => pagesIn(folder, true))].toSorted();
}
