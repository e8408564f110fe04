import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Computes one digest over named pieces of content. Their order does not matter. */
export function digestOf(pieces) {
  const hash = createHash('sha256');
  for (const [name, content] of Object.entries(pieces).sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name}\0${content.length}\0${content}\0`);
  }
  return hash.digest('hex');
}

/** Reads what writeStamp wrote. Returns undefined if the file is missing or broken. */
export async function readStamp(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

export async function writeStamp(path, value) {
  await mkdir(dirname(path), { recursive: true });
  const aside = `${path}.${process.pid}`;
  await writeFile(aside, `${JSON.stringify(value)}\n`);
  await rename(aside, path);
}
